"""The Agentic Commerce Protocol (ACP), version 2026-04-17."""
