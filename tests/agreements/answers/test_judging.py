"""Do lists that are narrowed by findings hold just those of which the rules say so today?"""

import datetime
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from agreements.answers import facets, judging, writing
from agreements.answers.words import Search
from agreements.filters import CooperationFilter, LawFindings
from agreements.models import Clause, Cooperation, Heading, LegalProfile
from agreements.models.answers import JUDGEMENTS
from agreements.rules import Outcome, findings
from agreements.rules.gather import facts_of, with_legal_facts
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/api/v1/cooperations/"


def listed(client, **parameters) -> list[str]:
    response = client.get(LIST, parameters | {"fields": "slug"})
    assert response.status_code == 200, response.content.decode()
    return [row["slug"] for row in response.json()["results"]]


def by_the_rules() -> dict[str, list[str]]:
    """Return what the rules say today: the cooperations under each choice of the filter."""
    today, found = timezone.localdate(), {value: [] for value in LawFindings.values}
    for one in with_legal_facts(Cooperation.objects.public().order_by("sort_key")):
        broken = {str(f.severity) for f in findings(facts_of(one, today), today) if f.outcome == Outcome.BREACH}
        for severity in broken or {"none"}:
            found[severity].append(one.slug)
    return found


def assert_lists_follow_the_rules(client) -> dict[str, list[str]]:
    expected = by_the_rules()
    assert {value: listed(client, findings=value) for value in LawFindings.values} == expected
    return expected


@pytest.fixture
def register() -> dict[str, Cooperation]:
    """Return cooperations with and without breaches, one of them not public."""
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    made = {name: factories.cooperation(name, form) for name, form in FORMS.items()}
    for one in made.values():
        factories.membership(one, drammen)
    factories.membership(made["Brannvern"], lier, "host")
    factories.membership(made["Renovasjon IKS"], lier)
    LegalProfile.objects.create(cooperation=made["Renovasjon IKS"], own_legal_person=False)
    factories.cooperation("Utkast", "IKS", publication="draft")
    return made


FORMS = {"Brannvern": "VK", "Nettverk": "NETWORK", "Renovasjon IKS": "IKS", "Vann": "IKS", "Styre": "PAR27"}


def test_the_list_holds_what_the_rules_say(client, register):
    found = assert_lists_follow_the_rules(client)
    assert found["error"]
    assert found["none"]
    both = listed(client, findings=["error", "none"])
    assert both == sorted({*found["error"], *found["none"]})


def test_a_facet_counts_what_each_choice_would_leave(client, register):
    asked = CooperationFilter({"form": ["IKS"]}, Cooperation.objects.public())
    assert asked.is_valid()
    counted = facets.counts(asked, Search())["findings"]
    assert {value: counted.get(value, 0) for value in LawFindings.values} == {
        value: len(listed(client, findings=value, form="IKS")) for value in LawFindings.values
    }


@pytest.mark.parametrize("change", ["profile", "clause", "form", "published", "withdrawn"])
def test_what_changes_is_judged_again(client, register, change):
    one = register["Renovasjon IKS"]
    agreement = factories.agreement(one)
    before = assert_lists_follow_the_rules(client)
    match change:
        case "profile":
            LegalProfile.objects.update(own_legal_person=True)
        case "clause":
            Clause.objects.create(agreement=agreement, item="IKS-07.1", status="missing")
        case "form":
            Cooperation.objects.filter(pk=one.pk).update(form="NETWORK")
        case "published":
            Cooperation.objects.filter(name="Utkast").update(publication="published")
        case "withdrawn":
            Cooperation.objects.filter(pk=one.pk).update(publication="draft")
    assert assert_lists_follow_the_rules(client) != before


def test_a_judgement_rests_on_the_other_cooperations_of_its_kind(client):
    drammen = factories.municipality()
    for name in ("Vest IUA", "Øst IUA"):
        factories.membership(factories.cooperation(name, "VK"), drammen)
    before = assert_lists_follow_the_rules(client)
    Cooperation.objects.get(name="Øst IUA").memberships.all().delete()
    assert assert_lists_follow_the_rules(client) != before


@pytest.mark.parametrize("away", [-1, 1, -400])
def test_a_judgement_holds_for_its_day_only(client, register, away):
    expected = assert_lists_follow_the_rules(client)
    day = timezone.localdate() + datetime.timedelta(days=away)
    # As if all of it had been judged on another day, when nothing was wrong.
    Heading.objects.filter(JUDGEMENTS).delete()
    for one in Cooperation.objects.public():
        Heading.objects.create(
            cooperation_id=one.pk, token="b:none", role="", sort_key=one.sort_key, first_day=day, last_day=day,
            opens=datetime.date.min, closes=datetime.date.max,
        )  # fmt: skip
    assert assert_lists_follow_the_rules(client) == expected


def test_nobody_waits_long_and_nobody_is_told_a_part(client, register, monkeypatch):
    monkeypatch.setattr(judging, "BATCH", 1)
    monkeypatch.setattr(judging, "MOST", 2)
    response = client.get(LIST, {"findings": "none"})
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Prøv igjen" in response.json()["detail"]
    page = client.get("/samarbeid/", {"findings": "none"})
    assert page.status_code == 503
    assert "regnet ut av en maskin" not in page.content.decode()
    assert "Prøv igjen om litt" in page.content.decode()
    # What each of them judged is kept: five cooperations, two for each reader.
    assert_lists_follow_the_rules(client)
    assert "regnet ut av en maskin" in client.get("/samarbeid/", {"findings": "error"}).content.decode()


def test_other_pages_do_without_until_all_is_judged(client, register, monkeypatch):
    monkeypatch.setattr(judging, "BATCH", 1)
    monkeypatch.setattr(judging, "MOST", 1)
    page = client.get("/samarbeid/")
    assert page.status_code == 200
    assert "findings" not in {facet.name for facet in page.context["listing"].facets}
    out = StringIO()
    call_command("judge_findings", stdout=out)
    assert out.getvalue().endswith(f"5 cooperations judged on {timezone.localdate()}.\n")
    facet = next(f for f in client.get("/samarbeid/").context["listing"].facets if f.name == "findings")
    assert {choice.value: choice.count for choice in facet.choices} == {
        value: len(slugs) for value, slugs in by_the_rules().items() if slugs
    }


def test_what_is_judged_is_no_fault_of_the_stored_documents(client, register):
    assert_lists_follow_the_rules(client)
    call_command("rebuild_documents", "--check", stdout=StringIO())
    writing.freshen()
    assert Counter(Heading.objects.filter(JUDGEMENTS).values_list("first_day", flat=True)).keys() == {
        timezone.localdate()
    }


@pytest.mark.parametrize("parameters", [{"on": "2020-01-01"}, {"on": "any"}, {"known_on": "2020-01-01"}])
def test_findings_are_of_today(client, parameters):
    response = client.get(LIST, {"findings": "error"} | parameters)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["findings"]


def test_findings_may_be_asked_for_today_by_its_date(client, register):
    today = timezone.localdate().isoformat()
    assert listed(client, findings="error", on=today) == by_the_rules()["error"]


def test_a_judgement_that_does_not_exist_is_refused(client):
    assert client.get(LIST, {"findings": "grave"}).status_code == 400
