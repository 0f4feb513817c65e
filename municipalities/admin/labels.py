"""How is an organisation told from its namesakes in a list of choices?"""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.utils.timezone import localdate

from ..models import Organisation

#: What ``choice_label`` reads of an organisation, to be fetched beforehand.
LABEL_NEEDS = "municipality__numbers__county"


def choice_label(obj) -> str:
    """Return the text of a choice: there are two each of Våler, Herøy, Sande, Nes and Os.

    A municipality shows its number and county, every other organisation what it is.
    """
    if not isinstance(obj, Organisation):
        return str(obj)
    number = obj.municipality.number_on(localdate()) if hasattr(obj, "municipality") else None
    return f"{obj} · {number.number} {number.county.name}" if number else f"{obj} · {obj.get_kind_display()}"


class LabelledAutocomplete(AutocompleteJsonView):
    """The answers of every autocomplete, with labels that tell namesakes apart."""

    def get_queryset(self):
        """Fetch with the organisations what their labels show."""
        found = super().get_queryset()
        return found.prefetch_related(LABEL_NEEDS) if found.model is Organisation else found

    def serialize_result(self, obj, to_field_name):
        """Return one choice."""
        return super().serialize_result(obj, to_field_name) | {"text": choice_label(obj)}
