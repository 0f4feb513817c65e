"""Which languages can an agreement be written in, and what are they called?  ISO 639 codes, names by CLDR."""

from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@lru_cache
def _names(locale: str) -> dict[str, str]:
    """Return the names of languages of two- and three-letter codes."""
    return {code: name for code, name in Locale.parse(locale).languages.items() if len(code) <= 3}


def language_name(code: str) -> str:
    """Return the name of a language in the reader's own; the code itself where it is not known."""
    return _names((get_language() or "nb")[:2]).get(code, code)


def validate_language(code: str) -> None:
    """Refuse a code that is no language's. Raises ``ValidationError``."""
    if code not in _names("nb"):
        raise ValidationError(
            _("«%(code)s» er ikke en språkkode. Skriv to eller tre bokstaver for hvert språk, f.eks. nb, uk."),
            code="language",
            params={"code": code},
        )
