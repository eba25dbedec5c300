# `make run` starts everything, `make test` checks everything. Both set up what they need first.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv/bin

.PHONY: help setup run production test lint advisories format docs guards faults bench lock reset clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## make .venv from the hashed requirements; does nothing when they are unchanged
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or later." >&2; exit 1; }
	@$(PYTHON) -I stack/bootstrap.py

run: setup ## start the whole site with demo data; Ctrl-C stops it
	@exec $(VENV)/python -m stack run

production: setup ## start the site as in production, with demo data: docs/operations.md
	@exec $(VENV)/python -m stack production

test: setup ## lint, types, imports, migrations, then every test
	@exec $(VENV)/python -m stack test

lint: setup ## only the checks that run no test
	@exec $(VENV)/python -m stack lint

advisories: setup ## ask the network whether a library is known to be vulnerable
	@exec $(VENV)/python -m stack advisories

format: setup ## put the code into its form
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

docs: setup ## write the site of docs into build/docs
	@exec $(VENV)/python -m stack docs

guards: setup ## take away each guard of tests/guards/guards.toml, and see its tests fail
	@exec $(VENV)/python -m stack guards

faults: setup ## break everything under load for half an hour, and audit; ARGS="--faults 10 --seed 1"
	@exec $(VENV)/python -m stack faults $(ARGS)

bench: setup ## measure, and write build/bench.json; ARGS="--only feed" for a part
	@exec $(VENV)/python -m benchmarks $(ARGS)

lock: setup ## write requirements/*.txt anew from requirements/*.in
	@exec $(VENV)/python -m stack lock

reset: setup ## delete the private data (database, mails, uploads) for a fresh start
	@exec $(VENV)/python -m stack reset

clean: reset ## delete all that was made: private data, .venv, build/
	@rm -rf .venv .local build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
