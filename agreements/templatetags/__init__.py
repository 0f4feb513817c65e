"""How do templates write what Python knows: shares, roles, the way around the site?"""
