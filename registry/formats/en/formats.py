"""How is a date written in English in Europe? Django's own way is that of the United States."""

DATE_FORMAT = "j F Y"
