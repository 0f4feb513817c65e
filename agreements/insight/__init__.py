"""What follows from the facts: tables and answers that no single row holds."""
