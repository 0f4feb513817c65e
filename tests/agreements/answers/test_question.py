"""Do the stored documents answer every question as the facts do: the same rows, word for word, in the same order?"""

import dataclasses
import datetime
import itertools
import random

import orjson
import pytest
from django.http import QueryDict

from agreements.answers import facets, reading
from agreements.answers.question import Question
from agreements.answers.selecting import Hits, selected
from agreements.answers.slices import Day, StoredLinks
from agreements.answers.words import Search
from agreements.api.serializers import CooperationSerializer
from agreements.filters import CooperationFilter
from agreements.models import Cooperation, Role, Task
from municipalities.models import County, Organisation

from . import registers

CHOICES = {
    "municipality": ["0100", "0201", "0104"],
    "organisation": ["kommune", "fylke-01-fylkeskommune"],
    "county": ["01", "02"],
    "form": ["IKS", "VK"],
    "task": ["t1", "s1", "s2"],
    "role": ["host", "owner"],
    "status": ["planned", "adopted", "active", "notice_given", "winding_up", "ended"],
    "source": ["k1", "k2"],
    "size": ["0", "1", "2", "3-5", "6-10"],
    "crosses_county_border": ["true", "false"],
    "confirmed": ["recent", "older", "never"],
    "ordering": [
        "name", "-name", "valid_from", "-valid_from", "form,-name", "-form,valid_from", "size", "-size,name", "changed",
    ],
    "on": ["any", *(day.isoformat() for day in registers.DAYS)],
}  # fmt: skip
SEVERAL = {"form", "task", "role", "status", "size", "confirmed"}


def asked(**parameters) -> CooperationFilter:
    data = QueryDict(mutable=True)
    for name, value in parameters.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    found = CooperationFilter(data, queryset=Cooperation.objects.public())
    assert found.is_valid(), found.errors
    return found


def read(document: bytes) -> dict:
    return orjson.loads(reading.addressed(document, "http://testserver"))


def by_the_facts(question: CooperationFilter) -> list[dict]:
    """Return the answer as it is computed from the facts, without anything that is stored."""
    order = question.qs.query.order_by or ["sort_key"]
    rows = question.qs.with_answer().order_by(*order, "pk")
    context = {"asked": Day(StoredLinks(), Question.of(question).day, question.on)}
    return [read(orjson.dumps(CooperationSerializer(row, context=context).data)) for row in rows]


def by_the_documents(question: CooperationFilter, batch: int = 200) -> list[dict]:
    return [read(one) for one in reading.stream(Question.of(question), batch=batch)]


def questions(dice: random.Random, number: int):
    """Yield so many combinations of filters, with up to four at once."""
    slugs = list(Cooperation.memberships.rel.related_model.objects.values_list("organisation__slug", flat=True))
    choices = CHOICES | {"organisation": slugs}
    for _n in range(number):
        names = dice.sample(list(choices), dice.randrange(5))
        yield {
            name: dice.sample(choices[name], dice.randint(1, 2)) if name in SEVERAL else dice.choice(choices[name])
            for name in {*names, "on"}
        }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(16))
def test_a_question_has_the_answer_of_the_facts(seed):
    registers.make(seed, 6)
    reading.state()
    for parameters in questions(random.Random(seed), 8):  # noqa: S311
        question = asked(**parameters)
        expected = by_the_facts(question)
        assert by_the_documents(question) == expected, parameters
        assert reading.count(Question.of(question))[0] == len(expected), parameters


@pytest.mark.django_db
def test_every_filter_alone_has_the_answer_of_the_facts_on_every_day():
    registers.make(100, 8)
    reading.state()
    alone = [
        {name: value} for name, values in CHOICES.items() if name not in ("on", "organisation") for value in values
    ]
    found = 0
    for parameters, on in itertools.product(alone, ["any", "2020-01-01"]):
        question = asked(**parameters, on=on)
        expected = [row.pk for row in question.qs.order_by(*(question.qs.query.order_by or ["sort_key"]), "pk")]
        assert [row["id"] for row in by_the_documents(question)] == expected, (parameters, on)
        found += len(expected)
    assert found > 50


@pytest.mark.django_db
@pytest.mark.parametrize("ordering", CHOICES["ordering"])
def test_a_list_read_in_pages_is_the_whole_list(ordering):
    registers.make(7, 16)
    question = asked(ordering=ordering, on="any")
    whole = [row["id"] for row in by_the_facts(question)]
    assert [row["id"] for row in by_the_documents(question, batch=3)] == whole
    back, position = [], reading.page(Question.of(question), 200).last
    while True:
        part = reading.page(Question.of(question), 3, position, backwards=True)
        back = [read(one)["id"] for one in part.documents] + back
        position = part.first
        if not part.before:
            break
    assert [*back, whole[-1]] == whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "legevakt",
        "LEGEVAKT",
        "vakt",
        "a",
        "karasjohka",
        "kárášjohka ost",
        "Øst",
        "vann",
        "brann renov",
        "suohkan",
        "t1",
    ],
)
def test_words_find_what_the_facts_find(words):
    registers.make(3)
    reading.state()
    found = {row["id"] for row in by_the_documents(asked(q=words, on="any"))}
    assert found == set(asked(q=words, on="any").qs.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("barnevern", True),  # stored as «barnevernet»
        ("barnevernets", True),
        ("legevagt", True),
        ("drift av legevakter", True),
        ("50%", True),
        ("%", False),
        ("a_b", True),
        ("«ikt»", True),
        ("finnes-ikke", False),
        ("zzzzzz", False),
        ("\\", False),
        ("'; DROP TABLE agreements_word; --", False),
    ],
)
def test_a_search_forgives_inflection_misspelling_and_signs(words, there):
    registers.make(3)
    reading.state()
    assert bool(by_the_documents(asked(q=words, on="any"))) is there


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["legevakt", "vann", "brann renov"])
@pytest.mark.parametrize("others", [{}, {"form": ["IKS", "VK"]}, {"municipality": "0100"}, {"status": "ended"}])
def test_a_search_finds_the_same_wherever_it_begins(words, others):
    registers.make(3)
    reading.state()
    for on in ("any", "2020-01-01"):
        filters = asked(q=words, on=on, **others)
        expected = [row["id"] for row in by_the_facts(filters)]
        for few in (True, False):
            question = dataclasses.replace(Question.of(filters), few=few)
            assert [read(one)["id"] for one in reading.stream(question, batch=2)] == expected
            assert reading.count(question)[0] == len(expected)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "others",
    [{}, {"municipality": "0100"}, {"form": ["IKS", "VK"], "ordering": "-size"}, {"q": "vann"}, {"county": "01"},
     {"role": ["host", "owner"], "ordering": "form,-name"}, {"confirmed": "older"}, {"size": "2"}],
)  # fmt: skip
def test_the_list_of_an_early_day_is_the_same_wherever_the_search_begins(others):
    registers.make(3)
    reading.state()
    for day in registers.DAYS:
        filters = asked(on=day.isoformat(), **others)
        expected = [row.pk for row in filters.qs.order_by(*(filters.qs.query.order_by or ["sort_key"]), "pk")]
        question = dataclasses.replace(Question.of(filters), early=True)
        assert [read(one)["id"] for one in reading.stream(question, batch=2)] == expected
        assert reading.count(question)[0] == len(expected)


@pytest.mark.django_db
def test_a_question_may_be_asked_again_on_another_day():
    registers.make(4)
    reading.state()
    question = asked(municipality="0100", on="2020-01-01")
    later = Question.of(question).on(datetime.date(2024, 1, 1))
    expected = by_the_documents(asked(municipality="0100", on="2024-01-01"))
    assert [read(one) for one in reading.stream(later)] == expected


@pytest.mark.django_db
@pytest.mark.parametrize("ordering", CHOICES["ordering"])
def test_the_facts_of_a_page_are_cut_by_the_headings(ordering):
    registers.make(7, 16)
    question = asked(ordering=ordering, on="any")
    whole = [row["id"] for row in by_the_facts(question)]
    hits = Hits(Question.of(question))
    assert hits.count() == len(whole)
    assert hits[2:5] == whole[2:5]
    assert hits[len(whole) - 1 : 999] == whole[-1:]
    assert hits[len(whole) : 999] == []
    assert set(selected(Question.of(question)).values_list("pk", flat=True)) == set(whole)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_a_facet_counts_what_each_choice_would_leave(seed):
    registers.make(seed, 9)
    reading.state()
    dice = random.Random(seed + 50)  # noqa: S311
    names = {
        "municipality": lambda pk: Organisation.objects.get(pk=pk).slug,
        "county": lambda pk: County.objects.get(pk=pk).number,
        "task": lambda pk: Task.objects.get(pk=pk).code,
    }
    for parameters in questions(dice, 6):
        for facet, found in facets.counts(asked(**parameters), Search()).items():
            chosen = dice.sample(sorted(found), min(3, len(found)))
            for value in chosen:
                alone = parameters | {facet: names.get(facet, str)(value)}
                number = reading.count(Question.of(asked(**alone)))[0]
                assert found[value] == number, (parameters, facet, value)


@pytest.mark.django_db
def test_what_a_facet_does_not_count_finds_nothing():
    registers.make(5, 12)
    reading.state()
    for on in ("any", "2020-01-01", ""):
        found = facets.counts(asked(on=on), Search())
        for role in Role:
            number = reading.count(Question.of(asked(on=on, role=role)))[0]
            assert found["role"].get(role, 0) == number
        for county in County.objects.all():
            number = reading.count(Question.of(asked(on=on, county=county.number)))[0]
            assert found["county"].get(str(county.pk), 0) == number
