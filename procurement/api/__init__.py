"""`/api/v1/`: facts. Verdicts, BOMs and lists are `compliance.api`."""
