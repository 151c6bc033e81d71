"""Forms for facts: what a person is asked, and why. A service checks what they give."""
