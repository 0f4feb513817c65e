"""Can a coordinator propose what she cannot change, and do those who keep it see, accept and decline it?"""

import pytest
from django.urls import reverse

from agreements.actions.proposals import propose
from agreements.models import Cooperation, Membership, Proposal
from tests import factories as make
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db

QUEUE = "/admin/forslag/"


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


@pytest.fixture
def legevakt(drammen, lier):
    made = make.cooperation(purpose="Hjelp", valid_from="2012-01-01", valid_from_precision="two_years")
    make.membership(made, drammen, "host")
    make.membership(made, lier, "owner", share=(1, 7))
    return made


@pytest.fixture
def dora(drammen):
    return make.user("dora", drammen)


@pytest.fixture
def liv(lier):
    return make.user("liv", lier)


def form(made) -> str:
    return reverse("admin-propose", args=[made.pk])


def one(proposal) -> str:
    return reverse("admin-proposal", args=[proposal.pk])


def test_the_page_that_cannot_be_changed_leads_to_the_proposal(client, legevakt, liv, lier):
    client.force_login(liv)
    page = client.get(reverse("admin:agreements_cooperation_change", args=[legevakt.pk]))

    assert form(legevakt) in page.content.decode()
    assert "Endre deltakelsen til Lier (eier), og formålet med den" in text(page)


def test_what_differs_becomes_the_proposal(client, legevakt, liv, lier):
    client.force_login(liv)
    asker = make.municipality("Asker", "3203").organisation
    owner = legevakt.memberships.get(role="owner")
    data = fields(client.get(form(legevakt)))
    row = next(n for n in range(2) if data[f"members-{n}-id"] == str(owner.pk))

    response = client.post(
        form(legevakt),
        data
        | {
            "purpose": "Legehjelp", f"members-{row}-valid_to": "2024", f"members-{row}-ownership": "14 %",
            "members-2-organisation": asker.pk, "members-2-role": "owner", "text": "sak 1/24",
        },
    )  # fmt: skip

    assert saved(response), text(response)
    made = Proposal.objects.get()
    assert (made.proposed_by, made.text) == (liv, "sak 1/24")
    assert made.changes == {
        "fields": {"purpose": {"old": "Hjelp", "new": "Legehjelp"}},
        "members": [
            {
                "id": owner.pk,
                "fields": {"ownership": {"old": "1/7", "new": "14 %"}, "valid_to": {"old": "", "new": "2024"}},
            },
            {"fields": {"organisation": {"old": "", "new": asker.pk}, "role": {"old": "", "new": "owner"}}},
        ],
    }
    assert Cooperation.objects.get().purpose == "Hjelp"
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param({}, "Skriv hva som er galt, eller endre noe", id="nothing"),
        pytest.param({"name": ""}, "Navn: Dette feltet er påkrevd", id="no name"),
        pytest.param({"valid_to": "i fjor"}, "Til:", id="no date"),
        pytest.param({"members-2-role": "owner", "members-2-note": "x"}, "Deltaker, rad 3", id="no member"),
        pytest.param({"members-1-ownership": "101 %"}, "Deltaker, rad 2", id="no share"),
    ],
)
def test_a_faulty_proposal_comes_back(client, legevakt, liv, values, sentence):
    client.force_login(liv)

    response = submit(client, form(legevakt), **values)

    assert response.status_code == 200
    assert sentence in text(response), text(response)
    assert not Proposal.objects.exists()


def test_nobody_proposes_to_what_she_cannot_see(client, legevakt):
    Cooperation.objects.update(publication="draft")
    client.force_login(make.user("leser"))

    assert client.get(form(legevakt)).status_code == 404
    assert client.post(form(legevakt), {"text": "x"}).status_code == 404


def test_the_keeper_sees_before_and_after_and_accepts(client, legevakt, dora, liv):
    changes = {"fields": {"purpose": {"old": "Hjelp", "new": "Legehjelp"}, "form": {"old": "VK", "new": "KO"}}}
    made = propose(legevakt, by=liv, text="sak 1/24", changes=changes)
    client.force_login(dora)
    assert legevakt.name in text(client.get(QUEUE))
    assert "1 forslag venter" in text(client.get(reverse("admin:agreements_cooperation_change", args=[legevakt.pk])))

    shown = text(client.get(one(made)))
    assert "Formål Hjelp Legehjelp" in shown
    assert "Form Vertskommunesamarbeid Kommunalt oppgavefellesskap (KO)" in shown
    assert saved(client.post(one(made), fields(client.get(one(made))) | {"accept": "1"}))

    assert Cooperation.objects.get().purpose == "Legehjelp"
    client.force_login(liv)
    assert "godtatt" in text(client.get(QUEUE))
    assert "Godta og endre" not in text(client.get(one(made)))


def test_a_conflict_is_shown_and_then_written_over(client, legevakt, dora, liv):
    made = propose(legevakt, by=liv, changes={"fields": {"purpose": {"old": "Hjelp", "new": "Legehjelp"}}})
    client.force_login(dora)
    before = fields(client.get(one(made)))
    Cooperation.objects.update(purpose="Annet")

    refused = client.post(one(made), before | {"accept": "1"})
    assert "Opplysningene er endret siden forslaget ble skrevet" in text(refused)
    assert "Annet (endret i mellomtiden)" in text(refused)
    assert Cooperation.objects.get().purpose == "Annet"

    assert saved(client.post(one(made), fields(refused) | {"accept": "1"}))
    assert Cooperation.objects.get().purpose == "Legehjelp"


def test_a_rejection_without_a_reason_comes_back(client, legevakt, dora, liv):
    made = propose(legevakt, by=liv, text="Feil")
    client.force_login(dora)

    assert "Skriv hvorfor forslaget blir avslått" in text(client.post(one(made), {"reject": "1"}))
    assert saved(client.post(one(made), {"reject": "1", "answer": "Det stemmer"}))

    client.force_login(liv)
    assert "avslått Det stemmer" in text(client.get(QUEUE))


def test_who_proposed_it_reads_it_and_answers_nothing(client, legevakt, liv):
    made = propose(legevakt, by=liv, text="Feil")
    client.force_login(liv)

    assert client.get(one(made)).status_code == 200
    assert client.post(one(made), {"accept": "1"}).status_code == 403
    client.force_login(make.user("berit", make.municipality("Bergen", "4601")))
    assert client.get(one(made)).status_code == 404
    assert "Drammen–Lier" not in text(client.get(QUEUE))


def test_who_proposed_it_takes_it_back(client, legevakt, liv):
    made = propose(legevakt, by=liv, text="Feil")
    client.force_login(liv)
    assert "Trekk forslaget tilbake" in text(client.get(one(made)))

    assert saved(client.post(one(made), {"withdraw": "1"}))

    assert "trukket tilbake" in text(client.get(QUEUE))
    assert "Trekk forslaget tilbake" not in text(client.get(one(made)))


def test_who_keeps_it_does_not_take_it_back(client, legevakt, dora, liv):
    made = propose(legevakt, by=liv, text="Feil")
    client.force_login(dora)
    assert client.post(one(made), {"withdraw": "1"}).status_code == 403


def test_the_list_says_what_is_proposed_where_nobody_says_why(client, legevakt, dora, liv):
    propose(legevakt, by=liv, changes={"fields": {"purpose": {"old": "Hjelp", "new": "Legehjelp"}}})
    client.force_login(dora)
    assert "Formål" in text(client.get(QUEUE))


@pytest.mark.parametrize("key", ["x", "9" * 30])
def test_a_filter_that_is_no_number(client, dora, key):
    client.force_login(dora)
    assert client.get(f"{QUEUE}?samarbeid={key}").status_code == 404
