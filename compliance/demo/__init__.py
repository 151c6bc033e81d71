"""The demo: a made-up programme of purchases, from real makers as far as published facts go."""
