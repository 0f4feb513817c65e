"""What is a public thing called now in addresses, that was once found under another address name?

The stream of changes has every address name under which a thing has been public, and no other: a name that it
had only as a draft leads nowhere.
"""

from django.db.models import Max

from ..models import Change, Cooperation
from ..querysets import public_organisations


def was_public(object_type: str, slug: str) -> bool:
    """Tell whether what was last called ``slug`` has been public, and was withdrawn or deleted since."""
    if "\x00" in slug:
        return False
    last = Change.objects.filter(object_type=object_type, slug=slug).order_by("-pk").values_list("state", flat=True)[:1]
    return list(last) == [None]


def now_called(object_type: str, slug: str) -> str | None:
    """Return the present address name of the public cooperation or organisation that last had ``slug``.

    None when nothing has moved from there. To be asked when nothing has the name now: what has it, goes before
    what once had it.
    """
    if "\x00" in slug:
        return None
    named = Change.objects.readable().filter(object_type=object_type, slug=slug, state__isnull=False)
    last = named.order_by().values("object_id").annotate(last=Max("pk")).order_by("-last")
    ids = [row["object_id"] for row in last]
    if not ids:
        return None
    public = Cooperation.objects.public() if object_type == Change.ObjectType.COOPERATION else public_organisations()
    names = dict(public.filter(pk__in=ids).values_list("pk", "slug"))
    return next((names[pk] for pk in ids if names.get(pk, slug) != slug), None)
