"""What holders of one kind (say, covered-nation governments) hold of everyone, tier by tier.

`tiers` has the parameters, `shares` reads a world's stakes into links, `fixed_point` solves them
exactly, `holdings` does so for millions of parties at once. All pure; shares are parts of one.
"""
