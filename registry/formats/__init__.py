"""How are dates written in the languages of the pages, where Django's own way is another?"""
