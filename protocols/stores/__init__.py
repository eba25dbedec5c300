"""A shop out of a folder of CSV files: docs/ucp-catalogue-and-orders.md names files and columns."""
