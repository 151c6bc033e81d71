"""What Cellgate does with verdicts: ask for them, derive them, report them, tell of them."""
