"""Is a proposal carried out whole, once, by those who may, and is nothing that others did meanwhile lost?"""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from agreements.actions.proposals import accept, propose, reject, withdraw
from agreements.insight.proposed import compare
from agreements.models import Cooperation, Membership, Proposal
from agreements.permissions import keepers_of, proposals_waiting_for
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


@pytest.fixture
def legevakt(drammen, lier):
    made = make.cooperation(purpose="Hjelp")
    make.membership(made, drammen, "host")
    make.membership(made, lier, "owner", share=(1, 4))
    return made


@pytest.fixture
def dora(drammen):
    return make.user("dora", drammen)


@pytest.fixture
def liv(lier):
    return make.user("liv", lier)


def purpose(old, new) -> dict:
    return {"fields": {"purpose": {"old": old, "new": new}}}


def of_member(member, **fields) -> dict:
    changed = {name: {"old": old, "new": new} for name, (old, new) in fields.items()}
    return {"members": [{"id": member.pk, "fields": changed}]}


# Proposing


def test_those_who_keep_it_are_told(legevakt, dora, liv, django_capture_on_commit_callbacks):
    make.user("rita", is_editor=True)
    with django_capture_on_commit_callbacks(execute=True):
        made = propose(legevakt, by=liv, text="Feil formål", changes=purpose("Hjelp", "Legehjelp"))

    assert [m.to for m in mail.outbox] == [["dora@example.org"]]
    assert all(word in mail.outbox[0].body for word in ("Fra: liv", "formål", f"/admin/forslag/{made.pk}/"))
    assert list(proposals_waiting_for(dora)) == [made]
    assert not proposals_waiting_for(liv).exists()


def test_the_editor_is_told_of_what_nobody_keeps(legevakt):
    rita = make.user("rita", is_editor=True)
    assert list(keepers_of(make.cooperation("Herreløs"))) == [rita]


def test_a_reader_of_the_pages_proposes_in_words(legevakt):
    made = propose(legevakt, by=None, text="Lier er ute", contact_email="ola@example.org")

    assert (made.origin, made.proposed_by) == ("public", None)
    assert not hasattr(made.pgh_event_model.objects.get(), "contact_email")


@pytest.mark.parametrize("publication", ["draft", "in_review", "withdrawn"])
def test_nobody_proposes_to_what_she_cannot_see(publication):
    made = make.cooperation(publication=publication)

    for by in (None, make.user("leser")):
        with pytest.raises(PermissionDenied):
            propose(made, by=by, text="Hei")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param({"text": " "}, "Skriv hva som er galt", id="nothing said"),
        pytest.param({"text": "x" * 4001}, "4000", id="too long"),
        pytest.param({"text": "x", "contact_email": "ikke"}, "gyldig epost", id="no address"),
        pytest.param({"changes": {"fields": {"publication": {"old": "", "new": "published"}}}}, "ikke kan", id="field"),
        pytest.param(
            {"changes": {"members": [{"fields": {"cooperation": {"old": "", "new": 1}}}]}}, "ikke kan", id="row"
        ),
        pytest.param({"changes": {"agreements": []}}, "ikke kan", id="table"),
    ],
)
def test_a_faulty_proposal(legevakt, liv, values, sentence):
    with pytest.raises(ValidationError) as refused:
        propose(legevakt, by=liv, **values)
    assert sentence in str(refused.value)
    assert not Proposal.objects.exists()


# Accepting


def test_fields_and_members_are_changed_together_and_the_proposer_told(
    legevakt, lier, dora, liv, django_capture_on_commit_callbacks
):
    own = legevakt.memberships.get(organisation=lier.organisation)
    asker = make.municipality("Asker", "3203").organisation
    changes = purpose("Hjelp", "Legehjelp") | of_member(own, valid_to=("", "2024"), ownership=("25 %", "1/3"))
    changes["members"].append(
        {"fields": {"organisation": {"old": "", "new": asker.pk}, "valid_from": {"old": "", "new": "1.1.2025"}}}
    )
    made = propose(legevakt, by=liv, text="Vedtatt", changes=changes)

    with django_capture_on_commit_callbacks(execute=True):
        accept(made, by=dora, answer="Takk")

    legevakt.refresh_from_db()
    own.refresh_from_db()
    joined = Membership.objects.get(organisation=asker)
    assert legevakt.purpose == "Legehjelp"
    assert (own.valid_to, own.valid_to_precision, str(own.ownership_share)) == (DAY(2024, 12, 31), "year", "1/3")
    assert (joined.valid_from, joined.role, joined.position) == (DAY(2025, 1, 1), "participant", 1)
    made.refresh_from_db()
    assert (made.status, made.decided_by, made.answer) == ("accepted", dora, "Takk")
    assert [m.to for m in mail.outbox] == [["liv@example.org"]]
    event = legevakt.pgh_event_model.objects.filter(pgh_obj_id=legevakt.pk).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == f"Forslag nr. {made.pk} godtatt: Takk"


def test_what_cannot_be_is_refused_whole(legevakt, lier, dora, liv):
    own = legevakt.memberships.get(organisation=lier.organisation)
    made = propose(legevakt, by=liv, changes=purpose("Hjelp", "Ny") | of_member(own, ownership=("25 %", "101/100")))

    with pytest.raises(ValidationError):
        accept(made, by=dora)

    assert Cooperation.objects.get().purpose == "Hjelp"
    made.refresh_from_db()
    assert made.status == "waiting"


def test_what_has_been_changed_meanwhile_is_shown_before_it_is_written_over(legevakt, dora, liv):
    made = propose(legevakt, by=liv, changes=purpose("Hjelp", "Legehjelp"))
    Cooperation.objects.update(purpose="Hjelp døgnet rundt")

    with pytest.raises(ValidationError, match="endret siden"):
        accept(made, by=dora)
    assert Cooperation.objects.get().purpose == "Hjelp døgnet rundt"
    (line,) = compare(made).conflicts
    assert (line.old, line.now, line.new) == ("Hjelp", "Hjelp døgnet rundt", "Legehjelp")

    seen = compare(made).seen
    Cooperation.objects.update(purpose="Noe tredje")
    with pytest.raises(ValidationError, match="endret siden"):
        accept(made, by=dora, seen=seen)  # she has not seen this either

    accept(made, by=dora, seen=compare(made).seen)
    assert Cooperation.objects.get().purpose == "Legehjelp"


def test_what_has_become_as_proposed_meanwhile_is_no_conflict(legevakt, dora, liv):
    made = propose(legevakt, by=liv, changes=purpose("Hjelp", "Legehjelp"))
    Cooperation.objects.update(purpose="Legehjelp")

    assert accept(made, by=dora).status == "accepted"


def test_a_member_that_is_gone_cannot_be_changed(legevakt, lier, dora, liv):
    own = legevakt.memberships.get(organisation=lier.organisation)
    made = propose(legevakt, by=liv, changes=of_member(own, note=("", "x")))
    own.delete()

    with pytest.raises(ValidationError, match="er slettet"):
        accept(made, by=dora)


# Answering


def test_a_rejection_needs_a_reason_and_tells_it(legevakt, dora, django_capture_on_commit_callbacks):
    made = propose(legevakt, by=None, text="Feil", contact_email="ola@example.org")
    with pytest.raises(ValidationError, match="hvorfor"):
        reject(made, by=dora, reason=" ")

    with django_capture_on_commit_callbacks(execute=True):
        reject(made, by=dora, reason="Det stemmer")

    made.refresh_from_db()
    assert (made.status, made.answer, made.contact_email) == ("rejected", "Det stemmer", "")
    assert [m.to for m in mail.outbox] == [["ola@example.org"]]
    assert "Det stemmer" in mail.outbox[0].body


@pytest.mark.parametrize("again", [lambda p, u: accept(p, by=u), lambda p, u: reject(p, by=u, reason="Nei")])
def test_a_proposal_is_answered_once(legevakt, dora, liv, again):
    made = propose(legevakt, by=liv, text="Hei")
    accept(made, by=dora)

    with pytest.raises(ValidationError, match="allerede besvart"):
        again(made, dora)


def test_her_own_proposal_is_taken_back_and_those_who_keep_it_told(
    legevakt, dora, liv, django_capture_on_commit_callbacks
):
    made = propose(legevakt, by=liv, text="Hei")
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(made, by=liv)

    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("withdrawn", liv)
    assert [m.to for m in mail.outbox] == [["dora@example.org"]]
    assert not proposals_waiting_for(dora).exists()
    last = Proposal.pgh_event_model.objects.latest("pgh_id")
    assert (last.status, last.pgh_context.metadata["reason"]) == ("withdrawn", "Forslag trukket tilbake")
    with pytest.raises(ValidationError, match="allerede besvart"):
        accept(made, by=dora)


def test_an_answered_proposal_is_not_taken_back(legevakt, dora, liv):
    made = propose(legevakt, by=liv, text="Hei")
    accept(made, by=dora)
    with pytest.raises(ValidationError, match="allerede besvart"):
        withdraw(made, by=liv)


def test_nobody_takes_back_the_proposal_of_another(legevakt, dora, liv):
    made = propose(legevakt, by=liv, text="Hei")
    with pytest.raises(PermissionDenied):
        withdraw(made, by=dora)


def test_nobody_answers_who_does_not_keep_it(legevakt, liv):
    made = propose(legevakt, by=liv, text="Hei")

    with pytest.raises(PermissionDenied):
        accept(made, by=liv)
    with pytest.raises(PermissionDenied):
        reject(made, by=liv, reason="Nei")


def test_a_mail_server_that_is_down_undoes_nothing(legevakt, dora, liv, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        propose(legevakt, by=liv, text="Hei")

    assert Proposal.objects.get().status == "waiting"
