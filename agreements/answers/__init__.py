"""How is the register answered as fast as rows can be sent?  From the public JSON kept ready for every day.

The JSON of a cooperation depends on the day: who is a member, which number a municipality has. Its life is cut where
anything can change (``slices``), and each slice is one stored document, made by the same serializers that describe
the API. Which documents a question selects is answered by one index in the order of lists (``headings``), for any
day alike; words by a vocabulary (``words``). ``reading`` asks, ``writing`` keeps documents and facts the same.

Unpublished cooperations have no row in any of these tables.
"""
