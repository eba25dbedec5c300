"""What the operator sees of a running site: metrics, log lines, traces and error reports."""

from shopping.monitoring.processes import share

# Before any module of this package imports prometheus_client.
share()
