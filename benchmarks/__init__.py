"""How fast is the register, and beside what?"""
