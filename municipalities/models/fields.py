"""How are Norwegian names sorted, organisation numbers checked and periods compared in PostgreSQL?"""

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, F, Func, GeneratedField, Q, Value
from django.utils.translation import gettext_lazy as _

# Every letter is folded by hand because lower() and unaccent() depend on the server's locale and
# are not immutable, and the embedded PostgreSQL has no ICU collation for Norwegian.
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"
_LOWER = "abcdefghijklmnopqrstuvwxyzæøå"
_ACCENTED = "áàâãāÁÀÂÃĀčçćČÇĆđðĐÐéèêëÉÈÊËíìîïÍÌÎÏńñŋŃÑŊóòôõÓÒÔÕšśŠŚŧŦúùûÚÙÛüÜýÝžŽäÄöÖ"
_PLAIN = "aaaaaaaaaaccccccddddeeeeeeeeiiiiiiiinnnnnnoooooooossssttuuuuuuyyyyzzææøø"
# Quotation marks must not decide the order; "-" and "/" part words as a space does.
_DROPPED = "«»\"'’“”.,()"
# In the "C" collation { | } follow z, so that æ ø å come last, in this order.
_NORWEGIAN = str.maketrans("æøå", "{|}")


class NorwegianSortKey(Func):
    """Build a key that sorts names as a Norwegian reader expects: a … z æ ø å, ``aa`` as å."""

    function = "translate"
    output_field = CharField()

    def __init__(self, name: str):
        folded = Func(
            F(name),
            Value(_UPPER + _ACCENTED + "-/–" + _DROPPED),
            Value(_LOWER + _PLAIN + "   "),
            function="translate",
        )
        with_aa = Func(folded, Value("aa"), Value("å"), function="replace")
        super().__init__(with_aa, Value("æøå"), Value("{|}"), output_field=CharField())


def norwegian_sort_key(text: str) -> str:
    """Return the key of ``NorwegianSortKey`` for a text that is sorted in Python."""
    table = str.maketrans(_UPPER + _ACCENTED + "-/–", _LOWER + _PLAIN + "   ", _DROPPED)
    return text.translate(table).replace("aa", "å").translate(_NORWEGIAN)


def sort_key_field(name: str) -> GeneratedField:
    """Return a stored column with the sort key of the column ``name``."""
    return GeneratedField(
        expression=NorwegianSortKey(name),
        output_field=CharField(max_length=400, db_collation="C"),
        db_persist=True,
        verbose_name=_("sorteringsnøkkel"),
    )


def inclusive_period() -> Func:
    """Return ``daterange(valid_from, valid_to, '[]')``: both days belong to the period, null is open."""
    return Func(
        F("valid_from"),
        F("valid_to"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )


def starts_before_it_ends(name: str) -> models.CheckConstraint:
    """Return the constraint that a period does not end before it starts."""
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
        name=name,
        violation_error_message=_("Sluttdatoen er før startdatoen."),
    )


_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def normalise_org_number(text: str) -> str:
    """Return the nine digits of an organisation number written as «NO 974 760 673 MVA» (law.md ID-03)."""
    return text.upper().replace("MVA", "").replace("NO", "").replace(" ", "").replace("\u00a0", "").replace(".", "")


def validate_org_number(value: str) -> None:
    """Check the nine digits and the mod-11 check digit of Enhetsregisteret (law.md ID-01).

    Raises ``ValidationError`` with the reason. The first digit is not judged: series may be extended.
    """
    if len(value) != 9 or not (value.isascii() and value.isdigit()):
        raise ValidationError(_("Et organisasjonsnummer har ni siffer."), code="org_number_digits")
    remainder = sum(w * int(d) for w, d in zip(_WEIGHTS, value, strict=False)) % 11
    check = 0 if remainder == 0 else 11 - remainder
    if check != int(value[8]):
        raise ValidationError(
            _("Kontrollsifferet stemmer ikke. Se etter en tastefeil i organisasjonsnummeret."),
            code="org_number_check",
        )
