"""Every way to change a fact, one module for each noun.

All are keyword-only, run in one transaction, and say no with `procurement.problems.Refused`.
`by` is who asks: what they may not do raises PermissionDenied. `by=None` is the installation
itself (importers, the demo). `why` is kept with the Change, in the person's own words.
"""
