"""How is a date written in nynorsk? As in bokmål."""

from ..nb.formats import DATE_INPUT_FORMATS, SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT

__all__ = ["DATE_INPUT_FORMATS", "SHORT_DATETIME_FORMAT", "SHORT_DATE_FORMAT"]
