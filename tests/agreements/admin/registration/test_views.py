import datetime
import re
from fractions import Fraction

import pytest
from django.urls import reverse

from agreements.admin.registration.questions import FORM_QUESTIONS
from agreements.models import Cooperation, Form, Membership, RegistrationDraft, Source
from municipalities.models import Coordinator, User
from tests import factories as make
from tests.admin_pages import fields, text

pytestmark = pytest.mark.django_db

START = "/admin/registrer/"


@pytest.fixture(autouse=True)
def places(db):
    make.municipality("Drammen", "3301")
    make.municipality("Lier", "3312")
    make.municipality("Øvre Eiker", "3314")
    make.source("avtale", title="Selskapsavtalen")
    make.task("renovasjon", "miljo")


@pytest.fixture
def client(admin_client):
    return admin_client


def send(client, url, go="next", **changes):
    """Fill in a page as a browser does, press a button, and return the page that it leads to."""
    return client.post(url, fields(client.get(url)) | changes | {"go": go}, follow=True)


def address(step):
    return f"{START}{RegistrationDraft.objects.get().pk}/{step}/"


WHAT = {"form": "IKS", "name": "Drammensregionen vann IKS", "source": "avtale", "locator": "punkt 1"}
NAMES = "Drammen, Lier og Øvre Eiker"


def begun(client, names=NAMES, **what):
    """Fill in the first two steps; return the third page."""
    send(client, START, **WHAT | what)
    return send(client, address("hvem"), names=names)


def keys():
    return {name: Membership._meta.get_field("organisation").related_model.objects.get(name=name).pk
            for name in ("Drammen", "Lier", "Øvre Eiker")}  # fmt: skip


def saved(client, **how):
    """Fill in the third step and save; return the cooperation."""
    page = send(client, address("hvordan"), **how)
    assert page.redirect_chain[-1][0] == address("se-over"), text(page)
    page = send(client, address("se-over"), go="save")
    assert not RegistrationDraft.objects.exists(), text(page)
    return Cooperation.objects.get()


# From beginning to end


def test_a_company_with_shares_seats_and_loans(client):
    begun(client, purpose="Vann til alle.", task_1="renovasjon", valid_from="2012/13")
    who = keys()
    made = saved(
        client,
        **{f"ownership-{pk}": share for pk, share in zip(who.values(), ("50 %", "1/3", "1/6"), strict=True)},
        **{f"seats-{pk}": "2" for pk in who.values()},
        **{f"deputies-{pk}": "4" for pk in who.values()},
        **{"board": "5", "lov-may_borrow": "true", "lov-loan_ceiling": "12 000 000", "lov-loans": "1 000"},
        **{"avtale-valid_from": "1.1.2013", "avtale-notice_months": "12", "responsible": str(who["Drammen"])},
    )
    assert (made.form, made.publication, made.slug) == ("IKS", "draft", "drammensregionen-vann-iks")
    assert str(made.start) == "2012/13"
    assert [m.ownership_share for m in made.memberships.all()] == [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    assert {m.role for m in made.memberships.all()} == {"owner"}
    assembly, board = made.organs.all()
    assert (assembly.kind, assembly.size, assembly.seats.count()) == ("assembly", 6, 3)
    assert (board.kind, board.size) == ("board", 5)
    assert (made.legal.may_borrow, made.legal.loan_ceiling, made.legal.loans) == (True, 12_000_000, 1000)
    agreement = made.agreements.get()
    assert (agreement.kind, agreement.title) == ("company", "Selskapsavtale for Drammensregionen vann IKS")
    assert (agreement.notice_months, agreement.notice_source) == (12, "agreement")
    assert made.responsible.name == "Drammen"
    assert [str(task) for task in made.tasks.all()] == ["Renovasjon"]
    assert str(made.citations.get()) == "Selskapsavtalen, punkt 1"


def test_a_host_municipality_with_guests_and_a_notice(client):
    begun(client, form="VK", name="Felles legevakt")
    made = saved(client, **{"single": str(keys()["Lier"]), "notice": "3.2.2024", "clause-VK-10a": "present"})
    roles = {m.organisation.name: m.role for m in made.memberships.all()}
    assert roles == {"Drammen": "participant", "Lier": "host", "Øvre Eiker": "participant"}
    notice = made.notifications.get()
    assert (notice.recipient, notice.sent_on) == ("statsforvalter", datetime.date(2024, 2, 3))
    assert [(c.item, c.status) for c in made.agreements.get().clauses.all()] == [("VK-10a", "present")]
    assert not made.organs.exists()


def test_a_joint_committee_makes_it_the_other_kind_of_host_cooperation(client):
    begun(client, form="VK", name="Felles barnevern")
    made = saved(client, **{f"seats-{pk}": "2" for pk in keys().values()})
    assert made.organs.get().kind == "committee"


def test_a_political_council_with_an_office_that_also_takes_part(client):
    begun(client, form="IPR", name="Drammensregionen IPR")
    made = saved(client, single=str(keys()["Drammen"]), **{"lov-own_legal_person": "false"})
    assert sorted(m.role for m in made.memberships.filter(organisation__name="Drammen")) == ["office", "participant"]
    assert made.legal.own_legal_person is False


def test_a_member_that_came_later_with_a_part_of_itself(client):
    begun(client)
    who = keys()
    made = saved(client, **{f"since-{who['Lier']}": "09.2021", f"covers-{who['Lier']}": "Sylling"})
    later, first = (made.memberships.get(organisation=who[name]) for name in ("Lier", "Drammen"))
    assert (str(later.start), later.covers) == ("september 2021", "Sylling")
    assert (first.start, first.covers) == (None, "")


@pytest.mark.parametrize("form", Form.values)
def test_every_form_can_be_registered_with_its_own_questions_only(client, form):
    page = begun(client, form=form, name="Samarbeidet")
    shown = set(fields(page))
    asked = FORM_QUESTIONS[form]
    assert {name.removeprefix("lov-") for name in shown if name.startswith("lov-")} == {q.field for q in asked.legal}
    for name, wanted in (("ownership", asked.ownership), ("liability", asked.liability), ("seats", asked.seats)):
        assert any(field.startswith(f"{name}-") for field in shown) == bool(wanted)
    assert ("single" in shown) == bool(asked.single)
    made = saved(client)
    assert (made.form, made.memberships.count()) == (form, 3)
    # Nothing that was not answered is stored.
    assert not hasattr(made, "legal")
    assert not made.organs.exists()
    assert not made.agreements.exists()


def test_a_new_source_is_saved_with_it(client):
    begun(client, source="", new_source="Avtale om vann")
    made = saved(client)
    assert made.citations.get().source == Source.objects.get(key="avtale-om-vann")


def test_what_comes_next_is_told(client):
    begun(client)
    send(client, address("hvordan"))
    page = send(client, address("se-over"), go="save", change_reason="Meldt på telefon")
    made = Cooperation.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:agreements_cooperation_change", args=[made.pk])
    assert f"{reverse('admin:agreements_agreement_add')}?cooperation={made.pk}" in page.content.decode()
    event = Cooperation.pgh_event_model.objects.get(pgh_obj_id=made.pk)
    assert event.pgh_context.metadata["reason"] == "Meldt på telefon"


# Each fault alone


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"form": ""}, "Velg en form."),
        ({"name": ""}, "Skriv hva samarbeidet heter."),
        ({"valid_from": "i fjor"}, "er ikke en dato"),
        ({"source": ""}, "Alle samarbeid viser til en kilde."),
        ({"new_source": "En til"}, "ikke begge deler"),
        ({"locator": ""}, "Skriv hvor i kilden det står"),
        ({"form": "KF"}, "Valget finnes ikke lenger."),
        ({"task_1": "finnes-ikke"}, "Valget finnes ikke lenger."),
    ],
)
def test_a_fault_of_the_first_step_is_told_and_nothing_typed_is_lost(client, fault, message):
    page = send(client, START, **WHAT | {"purpose": "Vann til alle."} | fault)
    assert message in text(page)
    assert fields(page)["purpose"] == "Vann til alle."


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"names": ""}, "Skriv minst én deltaker"),
        ({"names": "Atlantis"}, "Registeret kjenner ingen som heter «Atlantis»"),
        ({"names": "Dramen"}, "Ingen heter «Dramen». Hvem mente du?"),
        ({"day": "i går"}, "Skriv datoen som 31.12.2023."),
        ({"count": "mange"}, "heltall"),
        ({"names": ",".join(f"q{number}" for number in range(600))}, "Listen er for lang."),
        ({"county": "99"}, "Valget finnes ikke lenger."),
    ],
)
def test_a_fault_of_the_second_step(client, fault, message):
    send(client, START, **WHAT)
    page = send(client, address("hvem"), **{"names": NAMES, "group": ""} | fault)
    assert message in text(page)
    assert page.templates[0].name.endswith("hvem.html")


def test_faults_are_told_in_the_order_of_the_page(client):
    page = text(send(client, START))
    told = ["Velg en form.", "Skriv hva samarbeidet heter.", "Alle samarbeid viser til en kilde.", "Skriv hvor i"]
    assert sorted(told, key=page.index) == told


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("ownership", "Skriv andelen som prosent eller brøk"),
        ("seats", "Skriv et helt tall."),
        ("since", "«mye» er ikke en dato."),
        ("lov-loan_ceiling", "Skriv beløpet i kroner"),
        ("lov-org_number", "Et organisasjonsnummer har ni siffer."),
        ("avtale-valid_from", "Skriv datoen som 31.12.2023."),
    ],
)
def test_a_fault_of_the_third_step(client, fault, message):
    begun(client)
    name = f"{fault}-{keys()['Lier']}" if fault in ("ownership", "seats", "since") else fault
    page = send(client, address("hvordan"), **{name: "mye", "board": "5"})
    assert message in text(page)
    assert fields(page)[name] == "mye"
    assert fields(page)["board"] == "5"


def test_shares_above_the_whole_are_refused_with_the_sum(client):
    begun(client)
    page = send(client, address("hvordan"), **{f"ownership-{pk}": "40 %" for pk in keys().values()})
    assert "Til sammen er eierandelene 120 %, 20 % for mye." in text(page)


def test_an_agreement_that_ends_before_it_begins_is_refused(client):
    begun(client)
    page = send(client, address("hvordan"), **{"avtale-valid_from": "1.1.2020", "avtale-valid_to": "31.12.2019"})
    assert "Sluttdatoen er før startdatoen." in text(page)


# Members


def test_a_name_that_is_not_clear_is_asked_about_and_the_answer_is_used(client):
    send(client, START, **WHAT)
    page = send(client, address("hvem"), names="Lier, Dramen og Atlantis")
    assert "1 navn er kjent" in text(page)
    page = send(
        client, address("hvem"), names="Lier, Dramen og Atlantis",
        **{"answer-dramen": str(keys()["Drammen"]), "answer-atlantis": "none"},
    )  # fmt: skip
    assert page.redirect_chain[-1][0] == address("hvordan")
    made = saved(client)
    assert [m.organisation.name for m in made.memberships.all()] == ["Lier", "Drammen"]


def test_members_are_picked_from_a_county(client):
    send(client, START, **WHAT)
    page = send(client, address("hvem"), go="show", county="33", names="")
    assert len(re.findall('name="picked"', page.content.decode())) == 3
    assert "Skriv minst én deltaker" not in text(page)
    send(client, address("hvem"), go="all", county="33")
    send(client, address("hvem"))
    assert saved(client).memberships.count() == 3


def test_members_are_picked_from_another_cooperation(client):
    council = make.cooperation("Rådet", "IPR", slug="radet")
    for name in ("Drammen", "Lier"):
        make.membership(council, Membership._meta.get_field("organisation").related_model.objects.get(name=name))
    send(client, START, **WHAT)
    page = send(client, address("hvem"), go="show", like=str(council.pk), names="")
    assert len(re.findall('name="picked"', page.content.decode())) == 2


def test_members_that_are_not_named_are_a_group(client):
    send(client, START, **WHAT | {"form": "NETWORK"})
    send(client, address("hvem"), names="", group="alle kommunene i regionen", count="9", complete="False")
    made = saved(client)
    assert (made.group_statements.get().wording, made.stated_member_count) == ("alle kommunene i regionen", 9)
    assert made.members_complete is False


def test_equal_shares_are_exact(client):
    begun(client)
    page = send(client, address("hvordan"), go="equal")
    assert "Eierandelene til sammen: 100 %" in text(page)
    assert {m.ownership_share for m in saved(client).memberships.all()} == {Fraction(1, 3)}


def test_the_sum_is_told_without_a_script(client):
    begun(client)
    page = send(client, address("hvordan"), go="se-over", **{f"ownership-{keys()['Lier']}": "40 %"})
    assert "Eierandelene til sammen: 40 %, 60 % mangler, 2 er ikke fylt ut" in text(page)


# Duplicates and the last look


def test_what_looks_like_it_is_shown_first_and_can_be_registered_all_the_same(client):
    old = make.cooperation("Drammensregionen vann", "IKS", slug="gammelt", publication="draft")
    page = begun(client)
    page = client.get(address("hvem"))
    assert "Drammensregionen vann" in text(page)
    page = send(client, address("hvordan"))
    assert "Registrer likevel" in text(page)
    assert reverse("admin:agreements_cooperation_change", args=[old.pk]) in page.content.decode()
    send(client, address("se-over"), go="save")
    assert Cooperation.objects.count() == 2


def test_what_has_come_meanwhile_is_shown_before_it_is_saved(client):
    begun(client)
    page = send(client, address("hvordan"))
    make.cooperation("Drammensregionen vann IKS", "IKS", slug="andre")
    page = client.post(address("se-over"), fields(page) | {"go": "save"}, follow=True)
    assert "Se over samarbeidene som ligner" in text(page)
    assert Cooperation.objects.count() == 1


def test_the_law_is_told_before_it_is_saved_and_stops_nobody(client):
    begun(client, name="Drammensregionen vann")
    page = send(client, address("hvordan"), board="2")
    assert "foretaksnavneloven § 2-2" in text(page)
    assert not Cooperation.objects.exists()
    assert Cooperation.pgh_event_model.objects.count() == 0
    send(client, address("se-over"), go="save")
    assert Cooperation.objects.count() == 1


def test_two_clicks_save_one(client):
    begun(client)
    page = send(client, address("hvordan"))
    url, data = address("se-over"), fields(page) | {"go": "save"}
    client.post(url, data)
    again = client.post(url, data, follow=True)
    assert "allerede" in text(again)
    assert Cooperation.objects.count() == 1


# Nothing is lost


def test_going_back_and_forth_keeps_what_was_typed_even_when_it_is_wrong(client):
    begun(client)
    send(client, address("hvordan"), go="back", board="fem")
    assert fields(client.get(address("hvem")))["names"] == NAMES
    page = client.get(address("hvordan"))
    assert fields(page)["board"] == "fem"
    assert "Feil:" not in text(page)


def test_the_last_step_leads_to_the_first_that_has_a_fault(client):
    begun(client)
    send(client, address("hva"), go="se-over", name="")
    page = client.get(address("se-over"), follow=True)
    assert page.redirect_chain[-1][0] == f"{address('hva')}?sjekk=1"
    assert "Skriv hva samarbeidet heter." in text(page)


def test_who_is_signed_out_finds_what_was_sent_after_signing_in(client):
    begun(client)
    url = address("hvordan")
    data = fields(client.get(url)) | {"board": "7", "go": "next"}
    client.logout()
    login = client.post(url, data, follow=True)
    page = client.post(
        login.redirect_chain[-1][0], {"username": "admin", "password": "password", "next": url}, follow=True
    )
    assert fields(page)["board"] == "7"
    assert "Du ble logget ut underveis." in text(page)


def test_who_is_signed_out_on_the_first_page_loses_nothing_either(client):
    client.logout()
    login = client.post(START, WHAT | {"go": "next"}, follow=True)
    page = client.post(
        login.redirect_chain[-1][0], {"username": "admin", "password": "password", "next": START}, follow=True
    )
    assert fields(page)["name"] == WHAT["name"]


def test_a_stranger_cannot_fill_the_sessions(client):
    client.logout()
    client.post(START, {"purpose": "x" * 200_000})
    assert "registration_carried" not in client.session


def test_a_draft_can_be_continued_and_thrown_away(client):
    send(client, START, **WHAT)
    assert WHAT["name"] in text(client.get(START))
    send(client, address("hvem"), go="discard")
    assert not RegistrationDraft.objects.exists()


# Who may


def test_a_draft_is_seen_by_its_own_user_only(client, django_user_model):
    send(client, START, **WHAT)
    url = address("hvem")
    client.force_login(django_user_model.objects.create_superuser("andre"))
    assert client.get(url).status_code == 404


def test_who_may_not_add_cooperations_is_refused(client):
    client.force_login(User.objects.create_user("leser", is_staff=True))
    assert client.get(START).status_code == 403
    assert client.post(START, WHAT).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    client.logout()
    assert client.get(START).url.startswith(reverse("admin:login"))


def test_a_coordinator_registers_for_her_own_organisation(client):
    kari = User.objects.create_user("kari", is_staff=True)
    Coordinator.objects.create(user=kari, organisation_id=keys()["Lier"])
    client.force_login(kari)
    page = begun(client)
    assert fields(page)["responsible"] == str(keys()["Lier"])
    send(client, address("hvordan"), responsible=str(keys()["Drammen"]))
    assert "din egen organisasjon" in text(send(client, address("se-over"), go="save"))
    assert saved(client, responsible=str(keys()["Lier"])).responsible.name == "Lier"


def test_a_step_that_does_not_exist_is_not_found(client):
    send(client, START, **WHAT)
    assert client.get(address("noe")).status_code == 404
