"""Is what is stored what the facts say, for every cooperation and every slice?

Each stored document is compared with the answer of the API's own serializers on its first and on its last day, without
the shortcuts by which the documents are made; then the days must follow each other without a gap.
"""

import datetime
from collections.abc import Iterator

from django.utils import translation

from ..models import Answer, Cooperation, Heading, Listed, Tally
from ..models.answers import FIRST, JUDGEMENTS, LAST
from . import headings, tally, words, writing
from .slices import content_on
from .turning import Bodies

_LISTED = ("slug", "sort_key", "start", "form", "confirmed", "topics", "edition")


def faults() -> Iterator[str]:
    """Yield one line for each thing that is stored otherwise than the facts say."""
    yield from _superfluous()
    ids = list(Cooperation.objects.public().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), writing.BATCH):
        yield from _faults_of(ids[start : start + writing.BATCH])
    yield from _faults_of_tally()


def _superfluous() -> Iterator[str]:
    public = Cooperation.objects.public().values("pk")
    for model in (Listed, Heading, Answer):
        rows = model.objects.exclude(cooperation_id__in=public).values_list("cooperation_id", flat=True)
        for pk in rows.distinct().order_by("cooperation_id"):
            yield f"{model._meta.db_table}: cooperation {pk} is not public"


def _faults_of(ids: list[int]) -> Iterator[str]:
    stored: dict[int, list[Answer]] = {pk: [] for pk in ids}
    for document in Answer.objects.filter(cooperation_id__in=ids).order_by("timeless", "last_day"):
        stored[document.cooperation_id].append(document)
    found: dict[int, set[tuple]] = {pk: set() for pk in ids}
    for pk, *rest in Heading.objects.filter(~JUDGEMENTS, cooperation_id__in=ids).values_list(
        "cooperation_id", "token", "role", "sort_key", "first_day", "last_day", "opens", "closes"
    ):
        found[pk].add(tuple(rest))
    listed = Listed.objects.in_bulk(ids)
    with translation.override(writing.LANGUAGE):
        facts = list(Cooperation.objects.public().filter(pk__in=ids).with_answer().order_by("pk"))
        spoken = words.split([words.texts(one) for one in facts])
        bodies = Bodies()
        for one, said in zip(facts, spoken, strict=True):
            yield from _faults_of_documents(one, stored[one.pk])
            if found[one.pk] != {row[1:] for row in writing.heading_rows(one, bodies)}:
                yield f"{one.slug}: other headings than the facts give"
            yield from _faults_of_listing(one, listed.get(one.pk), said)


def _faults_of_listing(one: Cooperation, listed: Listed | None, said: list[str]) -> Iterator[str]:
    if listed is None:
        yield f"{one.slug}: not listed"
        return
    start, confirmed = one.valid_from or LAST, one.confirmed_on or FIRST
    expected = (one.slug, one.sort_key, start, one.form, confirmed, headings.topics(one), writing.edition())
    for name, value in zip(_LISTED, expected, strict=True):
        if getattr(listed, name) != value:
            yield f"{one.slug}: listed with another {name}"
    if set(listed.words) != set(said):
        yield f"{one.slug}: listed with other words"


def _faults_of_tally() -> Iterator[str]:
    day = Tally.objects.order_by("-day").values_list("day", flat=True).first()
    if day is None:
        return  # nobody has asked yet
    kept = {token: number for token, number in Tally.objects.filter(day=day).values_list("token", "number") if number}
    if kept != tally.counted(day):
        yield f"agreements_tally: other numbers for {day} than the headings give"


def _faults_of_documents(one: Cooperation, documents: list[Answer]) -> Iterator[str]:
    for timeless in (False, True):
        expected = FIRST
        for document in (d for d in documents if d.timeless is timeless):
            if document.first_day != expected:
                yield f"{one.slug}: no document, or two, on {expected}"
            for day in {document.first_day, document.last_day}:
                if bytes(document.content) != content_on(one, day, timeless=timeless):
                    yield f"{one.slug}: another document than the facts give on {day}"
            expected = document.last_day + datetime.timedelta(days=1) if document.last_day < LAST else None
        if expected is not None:
            yield f"{one.slug}: no document from {expected}"
