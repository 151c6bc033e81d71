"""`/api/v1/`: BOMs, verdicts, lists and what changed. Facts are `procurement.api`."""
