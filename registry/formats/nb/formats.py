"""How do people in Norway write a date in a field? The first way is also how the admin shows it."""

DATE_INPUT_FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y"]
