"""How does a cooperation live, and what can never be stored?"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import Citation, Cooperation, CooperationRelation, Task
from tests.factories import cooperation, membership, organisation, source, task

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("values", "date", "status"),
    [
        pytest.param({}, "2026-01-01", "active", id="open"),
        pytest.param({"valid_to": day("2020-06-30")}, "2020-06-30", "active", id="last-day"),
        pytest.param({"valid_to": day("2020-06-30")}, "2020-07-01", "ended", id="day-after"),
        pytest.param({"valid_from": day("2020-06-30")}, "2020-06-29", "planned", id="day-before"),
        pytest.param({"valid_from": day("2020-06-30")}, "2020-06-30", "active", id="first-day"),
        pytest.param({"stage": "planned"}, "2026-01-01", "planned", id="planned"),
    ],
)
def test_status_follows_from_the_facts_in_python_and_in_the_database(values, date, status):
    made = cooperation(**values)
    assert made.status_on(day(date)) == status
    assert Cooperation.objects.with_status_on(day(date)).get().status == status


def test_several_cooperations_may_have_the_same_name():
    for slug in ("miljorettet-helsevern-1", "miljorettet-helsevern-2"):
        cooperation("Miljørettet helsevern", slug=slug)
    assert Cooperation.objects.filter(name="Miljørettet helsevern").count() == 2


def test_an_umbrella_cannot_be_a_ring():
    top = cooperation("Vårt Agder", form="NETWORK")
    part = cooperation("Digi Agder", form="AGREEMENT", umbrella=top)
    top.umbrella = part
    with pytest.raises(ValidationError, match="ring"):
        top.full_clean()


def test_a_cooperation_is_not_its_own_umbrella():
    made = cooperation()
    with pytest.raises(IntegrityError, match="cooperation_not_its_own_umbrella"), transaction.atomic():
        Cooperation.objects.filter(pk=made.pk).update(umbrella=made.pk)


def test_a_cooperation_does_not_follow_itself():
    made = cooperation()
    with pytest.raises(IntegrityError, match="cooperation_relation_between_two"), transaction.atomic():
        CooperationRelation.objects.create(predecessor=made, successor=made)


def test_a_citation_belongs_to_one_fact():
    of = cooperation(cite=False)
    member = membership(of, organisation())
    for target in ({}, {"cooperation": of, "membership": member}):
        with pytest.raises(IntegrityError, match="citation_of_one_fact"), transaction.atomic():
            Citation.objects.create(source=source(), locator="s. 1", **target)


def test_the_taxonomy_has_two_levels():
    legevakt = task("legevakt")
    with pytest.raises(ValidationError, match="to nivåer"):
        Task(code="x", parent=legevakt, name_nb="x", name_nn="x", name_en="x").full_clean()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("legevakt", True),
        ("LEGEVAKT drammen", True),
        ("legevagt", True),
        ("holmestrand", False),
        ("Lier", True),
        ("akutthjelp", True),
        ("helse", True),
        ("brann", False),
    ],
)
def test_words_are_found_in_name_purpose_task_and_members(words, found):
    of = cooperation("Drammen legevakt", purpose="Gir akutthjelp.", tasks=[task()])
    membership(of, organisation("Lier", "municipality"))
    assert Cooperation.objects.matching(words).exists() is found


def test_accents_are_forgiven():
    membership(cooperation("Krisesenter"), organisation("Kárášjohka", "municipality"))
    assert Cooperation.objects.matching("karasjohka").exists()
