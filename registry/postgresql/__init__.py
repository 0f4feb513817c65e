"""Which database backend does the register use?  Django's for PostgreSQL, with one thing done before each commit."""
