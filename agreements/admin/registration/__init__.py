"""How is a cooperation registered step by step: the form, who, what the law asks, and a last look?"""
