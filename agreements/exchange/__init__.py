"""How do facts arrive and leave?"""
