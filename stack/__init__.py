"""Starts what Étal needs to run on one machine: PostgreSQL, Redis, and the processes of the Procfile.

`make run`, the tests and the benches share it. No app imports it and it imports no app.

- `stack.services`: `PostgreSQL(directory)` and `Redis(directory)`, private servers from wheels.
- `stack.processes`: `Stack(...)`, the processes of the Procfile on free ports, to start, kill and
  restart one by one.
- `stack.environment`: what the processes find in their environment, and where it comes from.
"""
