"""Names as evidence: which listed entries a party's names could mean, and why we think so."""
