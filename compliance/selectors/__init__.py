"""What screens read. Nothing here writes, and every query starts at the person."""
