"""Two people edit one record: does the second one see what the first one changed, and lose nothing?"""

import threading

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Clause, Cooperation, Decision, LegalProfile, Membership, Organ
from municipalities.models import Organisation, User
from tests import factories
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def person(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(name.lower(), first_name=name, last_name="Aas"))
    return client


@pytest.fixture
def anne(db) -> Client:
    return person("Anne")


@pytest.fixture
def berit(db) -> Client:
    return person("Berit")


@pytest.fixture
def made(db):
    made = factories.cooperation("Legevakten", purpose="Gammelt formål", short_name="LV")
    for name, number in (("Drammen", "3301"), ("Lier", "3312")):
        factories.membership(made, factories.municipality(name, number))
    return made


def send(client, url, page: dict, **changes):
    """Send a form that was opened earlier, with changes."""
    return client.post(url, page | changes)


def test_the_second_gets_everything_back_and_sees_who_changed_what(anne, berit, made):
    page = fields(berit.get(change(made)))
    assert saved(submit(anne, change(made), purpose="Annes formål", change_reason="Vedtak 3/24"))

    answer = send(berit, change(made), page, purpose="Berits formål", short_name="Vakta")

    assert answer.status_code == 409
    shown = text(answer)
    assert "Endret av andre mens du skrev" in shown
    assert "Anne Aas" in shown
    assert "Vedtak 3/24" in shown
    assert "Formål Gammelt formål Annes formål Berits formål det du skrev" in shown
    back = fields(answer)
    assert (back["purpose"], back["short_name"]) == ("Berits formål", "Vakta")
    made.refresh_from_db()
    assert (made.purpose, made.short_name) == ("Annes formål", "LV")


def test_she_saves_after_looking(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), purpose="Annes formål")
    answer = send(berit, change(made), page, purpose="Begges formål")
    assert saved(berit.post(change(made), fields(answer)))
    made.refresh_from_db()
    assert made.purpose == "Begges formål"


def test_a_third_change_is_seen_before_the_second_look_is_saved(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), purpose="Annes formål")
    answer = send(berit, change(made), page, purpose="Berits formål")
    submit(anne, change(made), purpose="Annes nye formål")
    assert berit.post(change(made), fields(answer)).status_code == 409


def test_what_she_did_not_touch_follows_the_other(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), purpose="Annes formål", leader_rotates="on")
    answer = send(berit, change(made), page, short_name="Vakta")
    assert "det andre lagret" in text(answer)
    assert saved(berit.post(change(made), fields(answer)))
    made.refresh_from_db()
    assert (made.purpose, made.short_name, made.leader_rotates) == ("Annes formål", "Vakta", True)


def test_nobody_is_asked_when_both_wrote_the_same(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), purpose="Felles")
    assert saved(send(berit, change(made), page, purpose="Felles", short_name="Vakta"))


def test_saving_twice_oneself_is_no_conflict(anne, made):
    assert saved(submit(anne, change(made), purpose="En"))
    assert saved(submit(anne, change(made), purpose="To"))


def test_an_error_in_what_she_typed_does_not_hide_what_the_other_changed(anne, berit, made):
    page = fields(berit.get(change(made)))
    wrong = send(berit, change(made), page, name="")
    assert wrong.status_code == 200
    submit(anne, change(made), purpose="Annes formål")
    assert send(berit, change(made), fields(wrong), name="Navn").status_code == 409


@pytest.mark.parametrize("mark", ["", "tull", "made:up:mark"])
def test_a_page_that_does_not_say_what_it_showed_is_given_back(anne, made, mark):
    page = fields(anne.get(change(made)))
    answer = send(anne, change(made), page, purpose="Nytt", _seen=mark)
    assert answer.status_code == 409
    assert fields(answer)["purpose"] == "Nytt"
    assert Cooperation.objects.get().purpose == "Gammelt formål"
    assert saved(anne.post(change(made), fields(answer)))


# Rows


def test_rows_of_both_are_kept_apart(anne, berit, made):
    """Anne adds a member and changes one row, Berit changes the other and adds an organ: nothing is lost."""
    asker, bærum = (factories.municipality(n, no).organisation for n, no in (("Asker", "3203"), ("Bærum", "3201")))
    page = fields(berit.get(change(made)))
    new = [{"organisation": asker.pk, "role": "participant"}]
    assert saved(submit(anne, change(made), {"memberships": new}, **{"memberships-0-note": "Annes"}))
    page |= {
        "memberships-1-note": "Berits", "memberships-TOTAL_FORMS": "3", "memberships-2-organisation": bærum.pk,
        "memberships-2-role": "participant", "organs-TOTAL_FORMS": "1", "organs-0-name": "Rådet",
        "organs-0-kind": "assembly", "organs-0-position": "0",
    }  # fmt: skip

    answer = berit.post(change(made), page)

    assert answer.status_code == 409
    assert "Asker" in text(answer)
    assert saved(berit.post(change(made), fields(answer)))
    notes = dict(Membership.objects.values_list("organisation__name", "note"))
    assert notes == {"Drammen": "Annes", "Lier": "Berits", "Asker": "", "Bærum": ""}
    assert Organ.objects.get().name == "Rådet"


def test_a_row_that_both_changed_is_told_and_hers_stands_in_the_form(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), **{"memberships-0-ownership": "40 %"})
    answer = send(berit, change(made), page, **{"memberships-0-ownership": "30 %"})
    assert "– 40 % 30 % det du skrev" in text(answer)
    assert fields(answer)["memberships-0-ownership"] == "30 %"


def test_a_row_that_the_other_deleted_comes_back_when_she_had_written_in_it(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), **{"memberships-0-DELETE": "on"})
    answer = send(berit, change(made), page, **{"memberships-0-note": "Viktig", "memberships-1-note": "Lier"})
    assert "slettet" in text(answer)
    assert saved(berit.post(change(made), fields(answer)))
    assert dict(Membership.objects.values_list("organisation__name", "note")) == {"Lier": "Lier", "Drammen": "Viktig"}


def test_a_row_that_the_other_deleted_stays_deleted_when_she_did_not_touch_it(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), **{"memberships-0-DELETE": "on"})
    answer = send(berit, change(made), page, purpose="Nytt")
    assert saved(berit.post(change(made), fields(answer)))
    assert [m.organisation.name for m in Membership.objects.all()] == ["Lier"]


def test_the_one_profile_that_both_began_is_joined(anne, berit, made):
    page = fields(berit.get(change(made)))
    submit(anne, change(made), **{"legal-0-legal_basis": "kommuneloven § 20-2"})
    answer = send(berit, change(made), page, **{"legal-0-auditor": "Revisoren IKS"})
    assert saved(berit.post(change(made), fields(answer)))
    profile = LegalProfile.objects.get()
    assert (profile.legal_basis, profile.auditor) == ("kommuneloven § 20-2", "Revisoren IKS")


# Other pages


def test_a_membership_that_was_changed_on_the_page_of_its_cooperation(anne, berit, made):
    member = made.memberships.first()
    page = fields(berit.get(change(member)))
    submit(anne, change(made), **{"memberships-0-note": "Annes"})
    assert send(berit, change(member), page, note="Berits").status_code == 409


def test_an_organisation(anne, berit):
    body = factories.organisation("Selskapet", "company")
    page = fields(berit.get(change(body)))
    submit(anne, change(body), name="Selskapet AS")
    answer = send(berit, change(body), page, country="SE")
    assert saved(berit.post(change(body), fields(answer)))
    body.refresh_from_db()
    assert (body.name, body.country) == ("Selskapet AS", "SE")


def test_the_checklist_of_an_agreement(anne, berit):
    agreement = Agreement.objects.create(cooperation=factories.cooperation("Rådet", "IPR"), title="Avtale")
    page = fields(berit.get(change(agreement)))
    submit(anne, change(agreement), **{"clause-IPR-14a-status": "present"})
    answer = send(berit, change(agreement), page, **{"clause-IPR-14b-status": "missing"})
    assert saved(berit.post(change(agreement), fields(answer)))
    assert dict(Clause.objects.values_list("item", "status")) == {"IPR-14a": "present", "IPR-14b": "missing"}


def test_what_was_typed_is_given_back_when_the_record_is_gone(anne, berit):
    body = factories.organisation("Selskapet", "company")
    page = fields(berit.get(change(body)))
    Organisation.objects.all().delete()
    answer = send(berit, change(body), page, name="Mitt lange navn")
    assert answer.status_code == 409
    assert "Mitt lange navn" in text(answer)


# The same moment


@pytest.mark.django_db(transaction=True)
def test_one_that_saves_while_another_is_saving_waits_and_then_sees_it(berit, made):
    """The first transaction has changed a member row and not ended; the second POST must wait for it."""
    page = fields(berit.get(change(made)))
    answers = []

    def post() -> None:
        answers.append(send(berit, change(made), page, **{"memberships-0-note": "Berits"}))
        connection.close()

    second = threading.Thread(target=post)
    with transaction.atomic():
        Membership.objects.filter(pk=page["memberships-0-id"]).update(note="Annes")
        second.start()
        while not _somebody_waits():
            assert second.is_alive()
    second.join()
    assert answers[0].status_code == 409
    assert Membership.objects.get(pk=page["memberships-0-id"]).note == "Annes"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["membership", "agreement", "organ", "decision"])
def test_the_page_of_a_fact_waits_for_an_action_on_its_cooperation(berit, made, table):
    """Actions, as those behind the API, lock the cooperation alone; the page of one of its facts must wait for it."""
    agreement = Agreement.objects.create(cooperation=made, title="Avtale")
    member = made.memberships.first()
    fact = {
        "membership": member,
        "agreement": agreement,
        "organ": Organ.objects.create(cooperation=made, name="Styret", kind="board"),
        "decision": Decision.objects.create(agreement=agreement, organisation=member.organisation, outcome="adopted"),
    }[table]
    page = fields(berit.get(change(fact)))
    answers = []

    def post() -> None:
        answers.append(send(berit, change(fact), page))
        connection.close()

    second = threading.Thread(target=post)
    with transaction.atomic():
        Cooperation.objects.select_for_update(no_key=True).get(pk=made.pk)
        second.start()
        while not _somebody_waits():
            assert second.is_alive()
    second.join()
    assert saved(answers[0])


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_the_mark_on_the_page_holds_no_password(anne):
    user = User.objects.create_user("kari", password="hemmelig")
    page = fields(anne.get(change(user)))
    assert user.password not in str(signing.loads(page["_seen"], salt=f"seen:municipalities.User:{user.pk}"))
