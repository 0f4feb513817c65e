"""Does the history tell who did what, when and why, in words that a secretary reads?"""

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Agreement, Cooperation, Decision, GroupStatement, Membership, Organ, OrganSeat
from municipalities.models import User
from tests import factories
from tests.admin_pages import saved, submit, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari(client):
    """Sign in as a person with a name."""
    user = User.objects.create_superuser("kari", password="hemmelig", first_name="Kari", last_name="Nordmann")
    client.force_login(user)
    return client


def history(client, obj, pk=None):
    info = obj._meta.app_label, obj._meta.model_name
    return client.get(reverse("admin:{}_{}_history".format(*info), args=[pk or obj.pk]))


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def latest(response):
    """Return the newest revision of a history page as (who, why, [(verb, kind, name, changes)]).

    All of a test is one transaction with one time, so what a test prepared without saying who did
    it is told apart by that.
    """
    page = list(response.context["page"])
    revision = next((r for r in page if r.who != "ukjent"), page[0])
    events = [
        (e.verb, e.kind, e.name, [(c.label, c.old, c.new) for c in e.changes if c.label != "rekkefølge"])
        for e in revision.events
    ]
    return revision.who, revision.why, events


def test_a_change_is_told_field_by_field_with_who_and_why(kari):
    made = factories.cooperation(form="UNKNOWN", valid_from="2021-09-01", valid_from_precision="month")
    host = factories.organisation("Vestre Viken")

    response = submit(
        kari,
        change(made),
        form="VK",
        valid_from="2020",
        responsible=host.pk,
        has_proper_name="",
        change_reason="Vedtak i sak 14/22",
    )

    assert saved(response)
    page = history(kari, made)
    who, why, events = latest(page)
    assert (who, why) == ("Kari Nordmann", "Vedtak i sak 14/22")
    assert events == [
        (
            "Endret",
            "samarbeid",
            "Drammen–Lier legevakt",
            [
                ("har eget navn", "ja", "nei"),
                ("form", "Ukjent form", "Vertskommunesamarbeid"),
                ("ansvarlig for opplysningene", "–", "Vestre Viken"),
                ("fra", "september 2021", "2020"),
            ],
        )
    ]
    assert "Begrunnelse: Vedtak i sak 14/22" in text(page)


def test_what_is_done_to_a_member_is_told_on_the_cooperation(kari):
    made = factories.cooperation()
    factories.membership(made, factories.municipality(), "owner", share=(2, 5))

    assert saved(submit(kari, change(made), **{"memberships-0-ownership": "1/3", "memberships-0-valid_to": "2024"}))

    who, why, events = latest(history(kari, made))
    assert (who, why) == ("Kari Nordmann", "")
    assert events == [
        (
            "Endret",
            "medlemskap",
            "Drammen – eier – Drammen–Lier legevakt",
            [("eierandel", "40 %", "1/3"), ("til", "–", "2024")],
        )
    ]


def test_what_is_done_to_an_agreement_is_told_on_the_cooperation(kari):
    made = factories.cooperation("Rådet IPR", form="IPR")
    drammen = factories.municipality().organisation
    factories.membership(made, drammen)

    submit(
        kari,
        f"/admin/agreements/agreement/add/?cooperation={made.pk}",
        title="Avtale om rådet",
        languages="nb, uk",
        change_reason="Sak 14/22",
        **{
            "decisions-0-outcome": "adopted",
            "decisions-0-organ": "bystyre",
            "clause-IPR-14c-status": "missing",
        },
    )

    who, why, events = latest(history(kari, made))
    assert (who, why) == ("Kari Nordmann", "Sak 14/22")
    assert events == [
        (
            "Lagt til",
            "avtale",
            "Avtale om rådet",
            [("type", "–", "samarbeidsavtale"), ("tittel", "–", "Avtale om rådet"), ("språk", "–", "nb, uk")],
        ),
        (
            "Lagt til",
            "vedtak",
            "Drammen: vedtatt",
            [
                ("avtale", "–", "Avtale om rådet"),
                ("deltaker", "–", "Drammen"),
                ("vedtaket gjelder", "–", "vedtok avtalen"),
                ("organ", "–", "bystyret"),
                ("utfall", "–", "vedtatt"),
            ],
        ),
        (
            "Lagt til",
            "avtalepunkt",
            "kommuneloven § 18-4 (4) c: mangler",
            [("avtale", "–", "Avtale om rådet"), ("svar", "–", "mangler")],
        ),
    ]
    kinds = [kind for _verb, kind, _name, _changes in latest(history(kari, Agreement.objects.get()))[2]]
    assert kinds == ["avtale", "vedtak", "avtalepunkt"]


def test_a_deleted_agreement_is_still_told_of_with_its_decisions(kari):
    made = factories.cooperation()
    agreement = Agreement.objects.create(cooperation=made, title="Avtalen som forsvant")
    Decision.objects.create(agreement=agreement, organisation=factories.municipality().organisation)

    kari.post(f"/admin/agreements/agreement/{agreement.pk}/delete/", {"post": "yes", "change_reason": "Ført to ganger"})

    who, why, events = latest(history(kari, made))
    assert (who, why) == ("Kari Nordmann", "Ført to ganger")
    assert {(verb, kind) for verb, kind, _name, _changes in events} == {("Slettet", "avtale"), ("Slettet", "vedtak")}
    assert "Avtalen som forsvant" in text(history(kari, made))


def test_the_legal_facts_and_notices_are_told_on_the_cooperation(kari):
    made = factories.cooperation()
    drammen = factories.municipality()
    factories.membership(made, drammen)

    submit(
        kari,
        change(made),
        {"notifications": [{"recipient": "dsb"}]},
        **{"legal-0-own_legal_person": "false", "legal-0-head_office": drammen.pk},
    )
    _who, _why, events = latest(history(kari, made))
    assert events == [
        (
            "Lagt til",
            "rettslige opplysninger",
            "Drammen–Lier legevakt",
            [("eget rettssubjekt", "–", "nei"), ("kommunen der hovedkontoret ligger", "–", "Drammen")],
        ),
        (
            "Lagt til",
            "melding",
            "Direktoratet for samfunnssikkerhet og beredskap",
            [("mottaker", "–", "Direktoratet for samfunnssikkerhet og beredskap")],
        ),
    ]


def test_the_seats_of_an_organ_are_told_on_the_cooperation_and_on_the_organ(kari):
    made = factories.cooperation()
    factories.membership(made, factories.municipality())
    organ = Organ.objects.create(cooperation=made, name="Styret")

    submit(kari, change(organ), **{"seats-0-members": "2"})
    seat = ("Lagt til", "plasser i organ", "Drammen (Styret)", [("deltaker", "–", "Drammen"), ("medlemmer", "–", "2")])
    assert OrganSeat.objects.count() == 1
    assert latest(history(kari, made))[2] == [seat]
    assert latest(history(kari, organ))[2] == [seat]


def test_what_is_done_in_one_go_stands_together(kari):
    made = factories.cooperation(cite=False)
    drammen, task, source = factories.municipality(), factories.task(), factories.source()

    submit(
        kari,
        change(made),
        {
            "memberships": [{"organisation": drammen.pk, "role": "host"}],
            "task_links": [{"task": task.pk, "position": 0}],
            "organs": [{"name": "Styret", "kind": "board", "position": 0}],
            "group_statements": [{"wording": "alle i fylket", "role": "participant", "position": 0}],
            "citations": [{"source": source.pk, "locator": "side 3"}],
        },
        change_reason="Etter rapporten",
    )

    who, why, events = latest(history(kari, made))
    assert (who, why) == ("Kari Nordmann", "Etter rapporten")
    assert sorted((verb, kind, name) for verb, kind, name, _changes in events) == [
        ("Lagt til", "gruppe av deltakere", "alle i fylket"),
        ("Lagt til", "kildehenvisning", "En rapport, side 3"),
        ("Lagt til", "medlemskap", "Drammen – vertskommune – Drammen–Lier legevakt"),
        ("Lagt til", "oppgave i samarbeidet", "Legevakt"),
        ("Lagt til", "organ", "Styret"),
    ]


def test_a_member_that_was_deleted_is_still_told_of(kari):
    made = factories.cooperation()
    factories.membership(made, factories.municipality(), "owner", share=(2, 5))

    submit(kari, change(made), **{"memberships-0-DELETE": "on"})

    _who, _why, events = latest(history(kari, made))
    assert events == [
        (
            "Slettet",
            "medlemskap",
            "Drammen – eier – Drammen–Lier legevakt",
            [("organisasjon", "Drammen", "–"), ("rolle", "eier", "–"), ("eierandel", "40 %", "–")],
        )
    ]


def test_a_deleted_organisation_keeps_its_name_in_the_history(kari):
    made = factories.cooperation()
    gone = factories.organisation("Nedlagt foretak")
    factories.membership(made, gone)
    Membership.objects.all().delete()
    gone.delete()

    assert "Slettet medlemskap: Nedlagt foretak – deltaker" in text(history(kari, made))


def test_a_deleted_group_and_county_of_it_are_told_of(kari):
    made = factories.cooperation()
    GroupStatement.objects.create(cooperation=made, wording="alle i Buskerud", county=factories.county())
    with pghistory.context(command="rydding"):
        GroupStatement.objects.all().delete()

    _who, _why, events = latest(history(kari, made))
    assert events == [
        (
            "Slettet",
            "gruppe av deltakere",
            "alle i Buskerud",
            [("gruppen i ord", "alle i Buskerud", "–"), ("rolle", "deltaker", "–"), ("fylke", "Buskerud", "–")],
        )
    ]


def test_a_citation_of_a_membership_is_told_on_both_pages(kari):
    made = factories.cooperation(cite=False)
    member = factories.membership(made, factories.municipality())

    submit(kari, change(member), {"citations": [{"source": factories.source().pk, "locator": "side 9"}]})

    assert latest(history(kari, made))[2][0][:3] == (
        "Lagt til",
        "kildehenvisning",
        "En rapport, side 9 (Drammen – deltaker – Drammen–Lier legevakt)",
    )
    assert latest(history(kari, member))[2][0][1] == "kildehenvisning"


def test_the_history_of_a_deleted_cooperation_is_found_with_the_reason(kari):
    made = factories.cooperation()
    pk = made.pk

    kari.post(f"/admin/agreements/cooperation/{pk}/delete/", {"post": "yes", "change_reason": "Ført to ganger"})

    gone = kari.get("/admin/agreements/cooperation/slettet/")
    page = history(kari, made, pk)
    assert "Drammen–Lier legevakt" in text(gone)
    assert reverse("admin:agreements_cooperation_history", args=[pk]) in gone.content.decode()
    assert latest(page)[:2] == ("Kari Nordmann", "Ført to ganger")
    assert "Drammen–Lier legevakt (slettet)" in text(page)


def test_the_reason_for_deleting_several_is_kept(kari):
    made = factories.cooperation()
    pk = made.pk

    kari.post(
        "/admin/agreements/cooperation/",
        {"action": "delete_selected", "_selected_action": [pk], "post": "yes", "change_reason": "Ryddet"},
    )

    assert not Cooperation.objects.exists()
    assert latest(history(kari, made, pk))[1] == "Ryddet"


def test_publishing_from_the_list_is_told(kari):
    made = factories.cooperation(publication="in_review")

    kari.post("/admin/agreements/cooperation/", {"action": "publish", "_selected_action": [made.pk]})

    who, why, events = latest(history(kari, made))
    assert (who, why) == ("Kari Nordmann", "Publisert")
    assert ("publisering", "til gjennomsyn", "publisert") in events[0][3]


def test_what_a_command_did_is_told(kari):
    with pghistory.context(command="load_cooperations", reason="Innlesing"):
        made = factories.cooperation()

    assert latest(history(kari, made))[:2] == ("kommandoen load_cooperations", "Innlesing")


def test_what_a_deleted_user_did_is_still_told(kari):
    gone = User.objects.create_user("ola", first_name="Ola", last_name="Dunk")
    with pghistory.context(user=gone.pk):
        made = factories.cooperation()
    gone.delete()

    assert latest(history(kari, made))[0] == "Ola Dunk"


def test_a_change_without_context_is_told_as_by_unknown(kari):
    made = factories.cooperation()

    assert latest(history(kari, made))[0] == "ukjent"


def test_an_object_that_never_was_leads_back(kari):
    assert kari.get("/admin/agreements/cooperation/123456/history/").status_code == 302


@pytest.mark.parametrize("key", ["abc", "99999999999999999999", "1_2"])
def test_a_key_that_is_no_number_is_not_found(kari, key):
    assert kari.get(f"/admin/agreements/cooperation/{key}/history/").status_code in (302, 404)


def test_the_history_is_closed_to_who_may_not_look(client):
    made = factories.cooperation(publication="draft")
    client.force_login(User.objects.create_user("leser", is_staff=True))

    assert history(client, made).status_code == 403
    assert client.get("/admin/agreements/cooperation/slettet/").status_code == 403


def test_the_history_asks_the_same_however_much_has_happened(kari, django_assert_num_queries):
    made = factories.cooperation(tasks=[factories.task()])
    Organ.objects.create(cooperation=made, name="Styret")
    factories.membership(made, factories.municipality())
    with CaptureQueriesContext(connection) as few:
        history(kari, made)
    for number in range(8):
        factories.membership(made, factories.municipality(f"Kommune {number}", f"550{number}"))
        Organ.objects.create(cooperation=made, name=f"Utvalg {number}")

    with django_assert_num_queries(len(few)):
        history(kari, made)
