"""From a fact that moved to the verdicts it can move, and the certificate that says so."""
