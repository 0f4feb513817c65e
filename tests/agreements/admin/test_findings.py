"""Is what the law says shown to the coordinator, for one cooperation and for the whole register?"""

import datetime
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from agreements.admin.findings import PLACES
from agreements.models import Agreement, Clause, Cooperation
from agreements.rules import RULES, findings
from agreements.rules.gather import facts_of, with_legal_facts
from municipalities.models import User
from tests import factories
from tests.admin_pages import submit, text

pytestmark = pytest.mark.django_db

FINDINGS = "/admin/funn/"


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


@pytest.fixture
def misnamed():
    """An IKS without «IKS» in its name, which is an error in law."""
    made = factories.cooperation("Vannverket", form="IKS")
    factories.membership(made, factories.municipality(), "owner")
    return made


def panel(client, made) -> str:
    page = text(client.get(change(made)))
    return page.split("Panelet viser det som er lagret")[0].rsplit("Hva loven sier", 1)[1]


# The panel of one cooperation


def test_a_breach_is_told_with_paragraph_remedy_and_where_to_mend_it(admin_client, misnamed):
    shown = panel(admin_client, misnamed)

    assert "Feil (1) foretaksnavneloven § 2-2 : Navnet skal slutte med" in shown
    assert "Rett navnet i registeret hvis det er skrevet feil" in shown
    assert 'href="#id_name"' in admin_client.get(change(misnamed)).content.decode()


def test_a_cooperation_that_breaks_nothing_has_no_breaches(admin_client):
    made = factories.cooperation("Vannverket IKS", form="IKS")

    shown = panel(admin_client, made)

    assert "Feil (" not in shown
    assert "1 regel er fulgt" in shown or "regler er fulgt" in shown


def test_the_gravest_breaches_come_first(admin_client, misnamed):
    agreement = Agreement.objects.create(cooperation=misnamed, title="Avtale")
    Clause.objects.create(agreement=agreement, item="IKS-07.3", status="missing")

    shown = panel(admin_client, misnamed)

    assert -1 < shown.index("Feil (") < shown.index("Advarsel (") < shown.index("IKS-loven § 4 (3) nr. 3")


def test_kept_and_not_assessed_rules_are_counted(admin_client, misnamed):
    today = localdate()
    stored = with_legal_facts(Cooperation.objects.all()).get(pk=misnamed.pk)
    counts = Counter(f.outcome for f in findings(facts_of(stored, today), today))

    law = admin_client.get(change(misnamed)).context["law"]

    assert (law.count, law.kept, len(law.not_assessed)) == (counts["breach"], counts["ok"], counts["not_assessed"])
    assert f"{law.kept} regler er fulgt, {len(law.not_assessed)} er ikke vurdert." in panel(admin_client, misnamed)


def test_an_ended_cooperation_is_not_judged(admin_client, misnamed):
    Cooperation.objects.update(valid_to=datetime.date(2020, 12, 31))

    assert "Loven er ikke vurdert" in text(admin_client.get(change(misnamed)))


def test_the_panel_stands_also_when_the_form_is_refused(admin_client, misnamed):
    response = submit(admin_client, change(misnamed), name="", slug="")

    assert response.status_code == 200
    assert "Navn: " in text(response)
    assert "foretaksnavneloven § 2-2" in text(response)


def test_a_new_cooperation_has_no_panel(admin_client):
    assert "Hva loven sier" not in text(admin_client.get("/admin/agreements/cooperation/add/"))


def test_every_place_to_mend_is_on_the_page_and_every_rule_exists(admin_client, misnamed):
    page = admin_client.get(change(misnamed)).content.decode()

    assert [anchor for anchor, _label in set(PLACES.values()) if f'id="{anchor}"' not in page] == []
    assert set(PLACES) - {rule.id for rule in RULES} == set()


# The register


def test_the_register_lists_breaches_by_rule_form_and_municipality(admin_client, misnamed):
    factories.cooperation("Bil", form="AS")

    page = admin_client.get(FINDINGS)
    shown = text(page)

    assert "2 brudd i 2 gjeldende samarbeid: feil 2." in shown
    assert "1 foretaksnavneloven § 2-2 feil Navnet skal slutte med «interkommunalt selskap»" in shown
    assert "Interkommunalt selskap (IKS) 1" in shown
    assert "Drammen (3301) 1" in shown
    assert f"{change(misnamed)}#loven" in page.content.decode()


def test_one_rule_of_two_degrees_is_listed_apart(admin_client):
    private = factories.organisation("Nordisk Film", "company")
    for name, form in (("Rådet IPR", "IPR"), ("Nettverket", "NETWORK")):
        made = factories.cooperation(name, form=form)
        factories.membership(made, factories.municipality(name, f"33{len(name):02}"))
        factories.membership(made, private)

    groups = admin_client.get(FINDINGS).context["groups"]

    assert [(g.severity, len(g.breaches)) for g in groups if g.rule.id == "GEN-02"] == [("error", 1), ("info", 1)]
    assert groups[0].severity == "error"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"form": "IKS"}, {"Vannverket"}),
        ({"form": "AS"}, {"Bil"}),
        ({"form": "VK"}, set()),
        ({"municipality": "3301"}, {"Vannverket"}),
        ({"municipality": "3312"}, {"Bil"}),
        ({"severity": "error"}, {"Vannverket", "Bil"}),
        ({"severity": "warning"}, set()),
        ({"form": "IKS", "municipality": "3312"}, set()),
        ({"form": "", "municipality": "", "severity": ""}, {"Vannverket", "Bil"}),
    ],
)
def test_the_register_is_narrowed(admin_client, misnamed, asked, expected):
    factories.membership(factories.cooperation("Bil", form="AS"), factories.municipality("Lier", "3312"), "owner")

    page = admin_client.get(FINDINGS, asked)

    assert {b.cooperation.name for group in page.context["groups"] for b in group.breaches} == expected


def test_the_counts_narrow_further_and_keep_what_was_asked(admin_client, misnamed):
    page = admin_client.get(FINDINGS, {"severity": "error"}).content.decode().replace("&amp;", "&")

    assert f"{FINDINGS}?form=IKS&severity=error" in page
    assert f"{FINDINGS}?municipality=3301&severity=error" in page


@pytest.mark.parametrize("asked", [{"form": "XX"}, {"municipality": "9999"}, {"severity": "død"}])
def test_a_choice_that_does_not_exist_is_told(admin_client, misnamed, asked):
    page = admin_client.get(FINDINGS, asked)

    assert page.status_code == 400
    assert "er ikke et av valgene" in text(page)


def test_drafts_are_among_the_findings(admin_client, misnamed):
    Cooperation.objects.update(publication="draft")

    assert "Vannverket" in text(admin_client.get(FINDINGS))


def test_ended_cooperations_are_not(admin_client, misnamed):
    Cooperation.objects.update(valid_to=datetime.date(2020, 12, 31))

    assert "Ingen brudd er funnet" in text(admin_client.get(FINDINGS))


def test_the_page_is_linked_from_the_start_and_the_list(admin_client):
    for url in ("/admin/", "/admin/agreements/cooperation/"):
        assert f'href="{FINDINGS}"' in admin_client.get(url).content.decode()


def test_the_page_is_closed_to_strangers(client):
    assert client.get(FINDINGS).url.startswith("/admin/login/")


def test_a_reader_sees_the_findings_of_what_is_published_only(client, misnamed):
    client.force_login(User.objects.create_user("leser", is_staff=True))
    assert misnamed.name in text(client.get(FINDINGS))

    Cooperation.objects.update(publication="draft")
    assert misnamed.name not in text(client.get(FINDINGS))


def test_the_register_asks_the_same_however_many_there_are(admin_client, misnamed, django_assert_num_queries):
    def add(number: int) -> None:
        made = factories.cooperation(f"Vann {number}", form="IKS")
        factories.membership(made, factories.municipality(f"Sted {number}", f"34{number:02}"), "owner")
        agreement = Agreement.objects.create(cooperation=made, title="Avtale")
        Clause.objects.create(agreement=agreement, item="IKS-07.3", status="missing")

    add(0)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(FINDINGS)
    for number in range(1, 6):
        add(number)

    with django_assert_num_queries(len(few)):
        admin_client.get(FINDINGS)
