"""How do tests make rows?  Plain functions with sensible defaults; nothing random, nothing of today."""

import datetime
import functools
import itertools

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.actions import documents
from agreements.models import Agreement, Citation, Cooperation, CooperationTask, Document, Membership, Source, Task
from municipalities.models import Coordinator, County, Municipality, MunicipalityNumber, Organisation, User
from municipalities.reference import slugify_norwegian

from . import files

_count = itertools.count(1)


def org_number(first_eight: int) -> str:
    """Return a valid organisation number that begins with the eight digits, or with the next that can be valid."""
    while True:
        digits = f"{first_eight:08d}"
        remainder = sum(w * int(d) for w, d in zip((3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
        if remainder != 1:
            return digits + str(0 if remainder == 0 else 11 - remainder)
        first_eight += 1


def organisation(name="Sørlandet sykehus", kind="health_trust", **values) -> Organisation:
    values.setdefault("slug", f"{slugify_norwegian(name)}-{next(_count)}")
    return Organisation.objects.create(name=name, kind=kind, **values)


def county(number="33", name="Buskerud", **values) -> County:
    council = values.pop("council", None) or organisation(f"{name} fylkeskommune", "county_council")
    values.setdefault("official_name", name)
    return County.objects.get_or_create(number=number, defaults={"name": name, "council": council, **values})[0]


def municipality(name="Drammen", number="3301", in_county=None, valid_from="2020-01-01", valid_to=None) -> Municipality:
    """Make a municipality with one number."""
    dates = {
        "valid_from": datetime.date.fromisoformat(valid_from) if valid_from else None,
        "valid_to": datetime.date.fromisoformat(valid_to) if valid_to else None,
    }
    body = organisation(name, "municipality", slug=f"{slugify_norwegian(name)}-{number}", **dates)
    made = Municipality.objects.create(organisation=body)
    MunicipalityNumber.objects.create(
        municipality=made, number=number, name=name, county=in_county or county(), **dates
    )
    return made


def task(code="legevakt", sector="helse", **values) -> Task:
    names = {"name_nb": code.capitalize(), "name_nn": code.capitalize(), "name_en": code.capitalize()}
    top = Task.objects.get_or_create(
        code=sector, defaults={f"name_{lang}": sector.capitalize() for lang in ("nb", "nn", "en")}
    )[0]
    return Task.objects.get_or_create(code=code, defaults={"parent": top, **names, **values})[0]


def source(key="rapport", **values) -> Source:
    return Source.objects.get_or_create(key=key, defaults={"title": "En rapport", "licence": "CC BY 4.0", **values})[0]


def cooperation(name="Drammen–Lier legevakt", form="VK", tasks=(), cite=True, **values) -> Cooperation:
    values.setdefault("slug", slugify_norwegian(name))
    values.setdefault("publication", "published")
    made = Cooperation.objects.create(name=name, form=form, **values)
    for position, one in enumerate(tasks):
        CooperationTask.objects.create(cooperation=made, task=one, position=position)
    if cite:
        Citation.objects.create(source=source(), cooperation=made, locator="avsnitt 1, linje 1")
    return made


def membership(of: Cooperation, who, role="participant", share=None, **values) -> Membership:
    """Make a membership of an organisation or municipality; ``share`` is a pair (numerator, denominator)."""
    body = who.organisation if isinstance(who, Municipality) else who
    if share:
        values |= {"ownership_numerator": share[0], "ownership_denominator": share[1]}
    return Membership.objects.create(cooperation=of, organisation=body, role=role, **values)


def user(name="kari", *keeps, **values) -> User:
    """Make somebody who may sign in to the admin, a coordinator of the organisations or municipalities named."""
    made = User.objects.create_user(name, **{"is_staff": True, "email": f"{name}@example.org"} | values)
    for one in keeps:
        body = one.organisation if isinstance(one, Municipality) else one
        Coordinator.objects.create(user=made, organisation=body)
    return made


def agreement(of: Cooperation | None = None, title="Avtale om legevakt", **values) -> Agreement:
    return Agreement.objects.create(cooperation=of or cooperation(), title=title, **values)


def document(of: Agreement | None = None, content: bytes | None = None, name="avtale.pdf", **values) -> Document:
    """Upload a file to an agreement; ``confirmed`` says whether somebody has confirmed it."""
    confirmed = values.pop("confirmed", False)
    content = content or files.pdf("Avtale om legevakt")
    values.setdefault("title", "Signert avtale")
    made = Document(agreement=of or agreement(), **values)
    upload = SimpleUploadedFile(name, content)
    documents.add_document(made, upload, inspected(name, content), by="Kari Nordmann")
    if confirmed:
        documents.confirm_document(made, by="Kari Nordmann")
        made.refresh_from_db()
    return made


@functools.cache  # each file is read by a process of its own, and most tests upload the same one
def inspected(name: str, content: bytes) -> documents.Inspected:
    return documents.inspect(SimpleUploadedFile(name, content))
