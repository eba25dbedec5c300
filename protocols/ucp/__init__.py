"""The Universal Commerce Protocol (UCP), version 2026-04-08."""
