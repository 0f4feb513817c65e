"""How does the public read the register?  Server-rendered pages that need no JavaScript."""
