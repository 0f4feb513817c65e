"""How do other systems read the register?  The read-only REST API under /api/v1/."""
