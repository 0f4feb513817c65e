"""Can a coordinator keep agreements, decisions, the law's checklist, the legal profile and the seats?"""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.insight.checklist import clause_rules
from agreements.models import Agreement, Clause, Cooperation, Decision, LegalProfile, Notification, Organ, OrganSeat
from municipalities.models import User
from tests import factories
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db

ADD = "/admin/agreements/agreement/add/"


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def add_to(cooperation) -> str:
    return f"{ADD}?cooperation={cooperation.pk}"


def refused(response, sentence: str) -> bool:
    """Tell whether the form came back with the sentence; fail with the page's own words otherwise."""
    assert response.status_code == 200
    assert sentence in text(response), text(response)
    return True


@pytest.fixture
def drammen():
    return factories.municipality().organisation


@pytest.fixture
def lier():
    return factories.municipality("Lier", "3312").organisation


@pytest.fixture
def council(drammen, lier):
    """An interkommunalt politisk råd of Drammen and Lier."""
    made = factories.cooperation("Rådet IPR", form="IPR")
    factories.membership(made, drammen)
    factories.membership(made, lier)
    return made


@pytest.fixture
def agreement(council):
    return Agreement.objects.create(cooperation=council, title="Avtale om rådet")


# The agreement


def test_an_agreement_is_added_from_the_page_of_its_cooperation(admin_client, council):
    assert add_to(council) in admin_client.get(change(council)).content.decode()

    response = submit(
        admin_client,
        add_to(council),
        title="Avtale om rådet",
        languages="nb, UK nb",
        valid_from="01.01.2024",
        notice_months="12",
        notice_source="agreement",
    )

    assert saved(response), text(response)
    assert response.url == f"{change(council)}#avtaler"
    made = Agreement.objects.get()
    assert (made.cooperation, made.kind, made.languages) == (council, "cooperation", ["nb", "uk"])
    assert (made.valid_from, made.notice_months) == (datetime.date(2024, 1, 1), 12)
    assert "Avtale om rådet samarbeidsavtale · i kraft (1.1.2024–)" in text(admin_client.get(change(council)))


@pytest.mark.parametrize(("form", "kind"), [("IKS", "company"), ("STI", "statutes"), ("VK", "cooperation")])
def test_the_kind_of_agreement_follows_the_form(admin_client, form, kind):
    made = factories.cooperation(form=form)

    assert fields(admin_client.get(add_to(made)))["kind"] == kind


def test_without_a_cooperation_it_is_asked_for_first(admin_client, council):
    page = admin_client.get(ADD)
    response = submit(admin_client, ADD, cooperation=council.pk, title="Avtale")

    made = Agreement.objects.get()
    assert "decisions-TOTAL_FORMS" not in fields(page)
    assert response.url.split("?")[0] == change(made)
    assert "clause-IPR-14a-status" in fields(admin_client.get(change(made)))


@pytest.mark.parametrize("key", ["0", "abc", "-1", "99999999999999999999", "²"])
def test_an_address_with_a_cooperation_that_is_none_asks_for_one(admin_client, key):
    page = admin_client.get(ADD, {"cooperation": key})

    assert page.status_code == 200
    assert "Resten fyller du ut når avtalen er lagret" in text(page)


def test_an_agreement_does_not_move_to_another_cooperation(admin_client, agreement, council):
    other = factories.cooperation("Annet")

    assert saved(submit(admin_client, change(agreement), cooperation=other.pk))

    assert Agreement.objects.get().cooperation == council


def test_saving_without_changes_changes_nothing(admin_client, agreement, drammen):
    Agreement.objects.update(languages=["nb"], valid_from="2024-01-01", notice_months=6)
    Decision.objects.create(agreement=agreement, organisation=drammen, decided_on="2023-10-12", organ="kommunestyre")
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present", place="punkt 1")
    before = [list(model.objects.values()) for model in (Agreement, Decision, Clause)]
    events = Agreement.pgh_event_model.objects.count()

    assert saved(submit(admin_client, change(agreement)))

    assert [list(model.objects.values()) for model in (Agreement, Decision, Clause)] == before
    assert Agreement.pgh_event_model.objects.count() == events


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("title", "", "Tittel: ", id="no-title"),
        pytest.param("languages", "norsk", "«norsk» er ikke en språkkode", id="language-in-words"),
        pytest.param("languages", "nb, 1", "«1» er ikke en språkkode", id="language-is-a-number"),
        pytest.param("valid_to", "31.12.2023", "Sluttdatoen er før startdatoen", id="end-before-start"),
        pytest.param("valid_from", "2024", "I kraft fra: ", id="date-is-vague"),
        pytest.param("notice_source", "law", "Skriv også hvor mange måneder", id="source-without-months"),
        pytest.param("notice_months", "-1", "Oppsigelsesfrist i måneder: ", id="negative-notice"),
    ],
)
def test_a_faulty_field_of_the_agreement(admin_client, agreement, field, value, sentence):
    Agreement.objects.update(valid_from="2024-01-01")

    assert refused(submit(admin_client, change(agreement), **{field: value}), sentence)
    assert list(Agreement.objects.values_list("title", "valid_to")) == [("Avtale om rådet", None)]


# Versions


def test_a_new_version_is_begun_from_the_old_one(admin_client, agreement, council):
    link = f"{ADD}?cooperation={council.pk}&supersedes={agreement.pk}"
    assert link in admin_client.get(change(agreement)).content.decode().replace("&amp;", "&")

    assert saved(submit(admin_client, link, title="Ny avtale"))

    assert Agreement.objects.get(title="Ny avtale").supersedes == agreement
    assert "Avtale om rådet samarbeidsavtale · avløst" in text(admin_client.get(change(council)))


def choices(response, name: str) -> set[str]:
    return {str(key) for key, _label in response.context["adminform"].form.fields[name].choices if key}


def test_only_free_agreements_of_the_same_cooperation_can_be_superseded(admin_client, agreement, council):
    taken = Agreement.objects.create(cooperation=council, title="Gammel")
    Agreement.objects.create(cooperation=council, title="Nyere", supersedes=taken)
    free = Agreement.objects.create(cooperation=council, title="Fri")
    Agreement.objects.create(cooperation=factories.cooperation("Annet"), title="Andres")

    offered = choices(admin_client.get(change(agreement)), "supersedes")

    assert offered == {str(free.pk), str(Agreement.objects.get(title="Nyere").pk)}


def test_what_follows_an_agreement_cannot_come_before_it(admin_client, agreement, council):
    second = Agreement.objects.create(cooperation=council, title="Andre", supersedes=agreement)
    third = Agreement.objects.create(cooperation=council, title="Tredje", supersedes=second)

    assert choices(admin_client.get(change(agreement)), "supersedes") == set()
    assert choices(admin_client.get(change(third)), "supersedes") == {str(second.pk)}


@pytest.mark.parametrize("whose", ["other", "itself", "taken", "none"])
def test_an_agreement_that_cannot_be_superseded_is_refused(admin_client, agreement, council, whose):
    taken = Agreement.objects.create(cooperation=council, title="Gammel")
    Agreement.objects.create(cooperation=council, title="Nyere", supersedes=taken)
    other = Agreement.objects.create(cooperation=factories.cooperation("Annet"), title="Andres")
    keys = {"other": other.pk, "itself": agreement.pk, "taken": taken.pk, "none": 999999}

    response = submit(admin_client, change(agreement), supersedes=keys[whose])

    assert refused(response, "Avløser: Velg en tidligere avtale i det samme samarbeidet")


# Decisions


def test_each_participant_is_offered_a_row_that_is_stored_when_it_is_filled_in(admin_client, agreement, drammen):
    page = fields(admin_client.get(change(agreement)))
    assert page["decisions-0-organisation"] == str(drammen.pk)
    assert (page["decisions-0-outcome"], page["decisions-TOTAL_FORMS"]) == ("", "2")

    response = submit(
        admin_client,
        change(agreement),
        **{
            "decisions-0-outcome": "adopted",
            "decisions-0-organ": "bystyre",
            "decisions-0-decided_on": "12.10.2023",
            "decisions-0-case_number": "sak 14/22",
        },
    )

    assert saved(response), text(response)
    made = Decision.objects.get()
    assert (made.organisation, made.organ, made.decided_on) == (drammen, "bystyre", datetime.date(2023, 10, 12))
    assert fields(admin_client.get(change(agreement)))["decisions-TOTAL_FORMS"] == "2"


def test_decisions_are_added_with_a_new_agreement(admin_client, council, lier):
    response = submit(
        admin_client,
        add_to(council),
        title="Avtale",
        **{"decisions-1-outcome": "rejected", "decisions-1-organ": "kommunestyre"},
    )

    assert saved(response), text(response)
    assert Decision.objects.values_list("organisation", "outcome").get() == (lier.pk, "rejected")


def test_an_offered_row_is_not_stored_because_the_members_changed_meanwhile(admin_client, agreement, council):
    data = fields(admin_client.get(change(agreement)))
    council.memberships.all().delete()
    factories.membership(council, factories.municipality("Modum", "3316"))

    assert saved(admin_client.post(change(agreement), data))

    assert not Decision.objects.exists()


def test_an_offered_row_without_an_outcome_is_refused(admin_client, agreement):
    response = submit(admin_client, change(agreement), **{"decisions-1-decided_on": "12.10.2023"})

    assert refused(response, "Vedtak hos deltakerne, rad 2: Velg utfallet av vedtaket.")


def test_another_row_is_added_for_whom_it_may_be(admin_client, agreement):
    other = factories.organisation()

    response = submit(
        admin_client,
        change(agreement),
        {"decisions": [{"organisation": other.pk, "outcome": "adopted", "subject": "agreement"}]},
    )

    assert saved(response), text(response)
    assert Decision.objects.get().organisation == other


@pytest.mark.parametrize("day", ["2023-10-12", ""])
def test_the_same_decision_twice(admin_client, agreement, drammen, day):
    Decision.objects.create(agreement=agreement, organisation=drammen, decided_on=day or None)
    again = {"organisation": drammen.pk, "outcome": "adopted", "subject": "agreement", "decided_on": day}

    response = submit(admin_client, change(agreement), {"decisions": [again]})

    assert refused(response, "Deltakeren har allerede et slikt vedtak på denne datoen")


def tracker(client, agreement) -> str:
    return text(client.get(change(agreement))).split("Hvem har vedtatt avtalen? ")[1].split(". For kommuner")[0]


def test_the_tracker_tells_who_is_missing(admin_client, agreement, drammen, lier):
    Decision.objects.create(agreement=agreement, organisation=drammen, organ="kommunestyre", decided_on="2023-10-12")
    Decision.objects.create(agreement=agreement, organisation=lier, organ="formannskap", decided_on="2023-10-12")

    assert tracker(admin_client, agreement) == (
        "1 av 2 deltakere har vedtatt avtalen; mangler: Lier; ikke regnet med: Lier (formannskapet); "
        "tidligst i kraft når alle har vedtatt"
    )


def test_the_tracker_tells_who_has_rejected(admin_client, agreement, drammen):
    Decision.objects.create(agreement=agreement, organisation=drammen, organ="bystyre", outcome="rejected")

    assert "mangler: Lier; avvist av: Drammen;" in tracker(admin_client, agreement)


@pytest.mark.parametrize(
    ("complete", "day", "line"),
    [
        (True, "2023-11-01", "Alle har vedtatt; tidligst i kraft 1. november 2023"),
        (None, None, "Alle har vedtatt; datoen for et vedtak er ikke ført"),
        (False, "2023-11-01", "Alle deltakerne som er ført, har vedtatt; tidligst i kraft 1. november 2023"),
    ],
)
def test_the_tracker_tells_when_all_have_adopted(admin_client, agreement, drammen, lier, complete, day, line):
    Cooperation.objects.update(members_complete=complete)
    for who, on in ((drammen, "2023-10-12"), (lier, day)):
        Decision.objects.create(agreement=agreement, organisation=who, organ="kommunestyre", decided_on=on)

    assert tracker(admin_client, agreement).removeprefix("✓ ") == line


def test_the_tracker_without_members(admin_client):
    made = Agreement.objects.create(cooperation=factories.cooperation(), title="Avtale")

    assert tracker(admin_client, made).startswith("Ingen deltakere er ført på samarbeidet")


# The checklist


def test_the_checklist_has_each_item_of_the_form_and_no_other(admin_client, agreement):
    page = admin_client.get(change(agreement))

    shown = [row.item for row in page.context["adminform"].form.clause_rows]
    assert shown == [rule.id for rule in clause_rules("IPR", datetime.date(2026, 1, 1))]
    assert "Avtalen skal fastsette navnet på rådet. kommuneloven § 18-4 (4) a" in text(page)


def test_answers_are_stored_changed_and_taken_back(admin_client, agreement):
    Clause.objects.create(agreement=agreement, item="IPR-14b", status="present", place="punkt 2")
    Clause.objects.create(agreement=agreement, item="IPR-14d", status="present")

    response = submit(
        admin_client,
        change(agreement),
        **{
            "clause-IPR-14a-status": "present",
            "clause-IPR-14a-place": "punkt 1",
            "clause-IPR-14b-status": "missing",
            "clause-IPR-14b-place": "",
            "clause-IPR-14d-status": "",
        },
    )

    assert saved(response), text(response)
    answers = Clause.objects.values_list("item", "status", "place")
    assert set(answers) == {("IPR-14a", "present", "punkt 1"), ("IPR-14b", "missing", "")}
    shown = fields(admin_client.get(change(agreement)))
    assert (shown["clause-IPR-14a-status"], shown["clause-IPR-14a-place"]) == ("present", "punkt 1")
    assert shown["clause-IPR-14d-status"] == ""


def test_answers_are_stored_with_a_new_agreement(admin_client, council):
    assert saved(submit(admin_client, add_to(council), title="Avtale", **{"clause-IPR-14c-status": "missing"}))

    assert Clause.objects.values_list("agreement__title", "item", "status").get() == ("Avtale", "IPR-14c", "missing")


def test_the_completeness_names_each_gap(admin_client, agreement):
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present")
    Clause.objects.create(agreement=agreement, item="IPR-14c", status="missing")
    Clause.objects.create(agreement=agreement, item="IPR-14g", status="missing")

    total = len(clause_rules("IPR", datetime.date(2026, 1, 1)))
    line = f"1 av {total} punkter finnes, 2 mangler: kommuneloven § 18-4 (4) c, kommuneloven § 18-4 (4) g; "
    assert f"{line}{total - 3} er ikke vurdert." in text(admin_client.get(change(agreement)))


def test_an_answer_to_what_the_form_is_not_asked_is_shown_and_kept(admin_client, agreement):
    Clause.objects.create(agreement=agreement, item="KO-11a", status="present")
    Clause.objects.create(agreement=agreement, item="UKJENT-1", status="missing")

    page = admin_client.get(change(agreement))
    assert text(page).count("Loven krever ikke dette av formen samarbeidet har nå.") == 2
    assert saved(submit(admin_client, change(agreement)))
    assert Clause.objects.count() == 2


def test_a_form_without_a_list_says_so(admin_client):
    made = Agreement.objects.create(cooperation=factories.cooperation(form="NETWORK"), title="Avtale")

    page = admin_client.get(change(made))

    assert "Loven har ingen liste over hva avtalen må si" in text(page)
    assert "clause-" not in "".join(fields(page))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("place", "punkt 1", "Velg «finnes» eller «mangler»", id="place-without-answer"),
        pytest.param("status", "kanskje", "kommuneloven § 18-4 (4) a: ", id="answer-is-no-choice"),
        pytest.param("place", "x" * 101, "kommuneloven § 18-4 (4) a, sted i avtalen: ", id="place-too-long"),
    ],
)
def test_a_faulty_answer(admin_client, agreement, field, value, sentence):
    response = submit(admin_client, change(agreement), **{f"clause-IPR-14a-{field}": value})

    assert refused(response, sentence)
    assert not Clause.objects.exists()


# Who may only look


def test_a_reader_sees_all_and_changes_nothing(client, agreement, drammen):
    reader = User.objects.create_user("leser", is_staff=True)
    client.force_login(reader)
    Decision.objects.create(agreement=agreement, organisation=drammen, organ="bystyre", decided_on="2023-10-12")
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present", place="punkt 1")
    Agreement.objects.update(languages=["nb", "uk"])

    page = client.get(change(agreement))
    response = client.post(change(agreement), {"title": "Ny", "clause-IPR-14a-status": "missing"})

    asked = {"title", "clause-IPR-14a-status", "clause-IPR-14a-place", "decisions-0-outcome", "decisions-0-suggested"}
    assert asked & fields(page).keys() == set()
    assert "kommuneloven § 18-4 (4) a finnes punkt 1" in text(page)
    assert "nb, uk" in text(page)
    assert "Suggested" not in text(page)
    assert response.status_code == 403
    assert Clause.objects.get().status == "present"
    assert "Legg til avtale" not in text(client.get(change(agreement.cooperation)))


# Legal profile, notices, organs and seats


def test_the_legal_profile_is_kept_with_the_cooperation(admin_client, council):
    number = factories.org_number(97476067)

    response = submit(
        admin_client,
        change(council),
        **{
            "legal-0-own_legal_person": "true",
            "legal-0-org_number": f"NO {number[:3]} {number[3:6]} {number[6:]} MVA",
            "legal-0-loans": "kr 12 000 000",
            "legal-0-loan_ceiling": "15 000 000,50",
        },
    )

    assert saved(response), text(response)
    made = LegalProfile.objects.get()
    assert (made.cooperation, made.own_legal_person, made.org_number) == (council, True, number)
    assert (made.loans, made.loan_ceiling) == (Decimal(12_000_000), Decimal("15000000.50"))
    shown = fields(admin_client.get(change(council)))
    assert (shown["legal-0-loans"], shown["legal-0-loan_ceiling"]) == ("12 000 000", "15 000 000,50")


def test_an_empty_profile_is_not_stored_and_a_full_one_not_touched(admin_client, council):
    assert saved(submit(admin_client, change(council)))
    assert not LegalProfile.objects.exists()

    LegalProfile.objects.create(cooperation=council, loans=Decimal("1000.50"), own_legal_person=False)
    events = LegalProfile.pgh_event_model.objects.count()
    assert saved(submit(admin_client, change(council)))
    assert LegalProfile.pgh_event_model.objects.count() == events


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("org_number", "12345", "har ni siffer", id="number-too-short"),
        pytest.param("org_number", "123456789", "Kontrollsifferet stemmer ikke", id="number-mistyped"),
        pytest.param("loans", "mye", "Skriv beløpet i kroner", id="amount-in-words"),
        pytest.param("loans", "12.000", "Skriv beløpet i kroner", id="amount-could-be-two"),
        pytest.param("share_capital", "-1", "større enn eller lik 0", id="amount-below-zero"),
        pytest.param("loan_ceiling", "1" * 15, "Rettslige opplysninger, rad 1: ", id="amount-too-large"),
    ],
)
def test_a_faulty_field_of_the_profile(admin_client, council, field, value, sentence):
    assert refused(submit(admin_client, change(council), **{f"legal-0-{field}": value}), sentence)


def test_notices_are_kept(admin_client, council):
    response = submit(admin_client, change(council), {"notifications": [{"recipient": "dsb", "sent_on": "01.02.2024"}]})

    assert saved(response), text(response)
    assert Notification.objects.values_list("recipient", "sent_on").get() == ("dsb", datetime.date(2024, 2, 1))


def test_seats_are_kept_on_the_page_of_the_organ(admin_client, council, drammen):
    organ = Organ.objects.create(cooperation=council, name="Representantskapet", kind="assembly")
    assert change(organ) in admin_client.get(change(council)).content.decode()

    response = submit(
        admin_client, change(organ), **{"seats-0-members": "2", "seats-0-deputies": "4", "has_manager": "false"}
    )

    assert saved(response), text(response)
    assert response.url == f"{change(council)}#organs-group"
    assert OrganSeat.objects.values_list("organisation", "members", "deputies").get() == (drammen.pk, 2, 4)
    assert Organ.objects.get().has_manager is False


def test_the_same_participant_twice_in_an_organ(admin_client, council, drammen):
    organ = Organ.objects.create(cooperation=council, name="Styret")
    OrganSeat.objects.create(organ=organ, organisation=drammen, members=1)

    response = submit(admin_client, change(organ), {"seats": [{"organisation": drammen.pk, "members": 1}]})

    assert refused(response, "Deltakeren har allerede plasser i dette organet")


# Lists and numbers of queries


def test_agreements_are_found_by_words(admin_client, agreement):
    Agreement.objects.create(cooperation=factories.cooperation("Legevakt"), title="Vaktavtale")

    page = text(admin_client.get("/admin/agreements/agreement/", {"q": "rådet"}))

    assert "Avtale om rådet" in page
    assert "Vaktavtale" not in page


def full(number: int) -> Agreement:
    """Make an agreement with members, decisions, answers and seats."""
    made = factories.cooperation(f"Råd {number} IPR", form="IPR")
    agreement = Agreement.objects.create(cooperation=made, title="Avtale")
    organ = Organ.objects.create(cooperation=made, name="Rådet", kind="assembly")
    for extra in range(number):
        member = factories.municipality(f"Kommune {number} {extra}", f"{number}{extra}00").organisation
        factories.membership(made, member)
        factories.membership(made, factories.municipality(f"Uten {number} {extra}", f"{number}{extra}01"))
        Decision.objects.create(agreement=agreement, organisation=member)
        Clause.objects.create(agreement=agreement, item=f"IPR-14{'abcdefgh'[extra]}", status="present")
        OrganSeat.objects.create(organ=organ, organisation=member, members=1)
        Agreement.objects.create(cooperation=made, title=f"Gammel {extra}")
    return agreement


@pytest.mark.parametrize("which", ["agreement", "cooperation", "organ", "add"])
def test_a_form_asks_the_same_however_much_there_is(admin_client, django_assert_num_queries, which):
    def url(agreement) -> str:
        of = agreement.cooperation
        pages = {"agreement": agreement, "cooperation": of, "organ": of.organs.get()}
        return add_to(of) if which == "add" else change(pages[which])

    small, large = url(full(2)), url(full(7))
    admin_client.get(small)  # the first of all pages also asks what Django then remembers
    with CaptureQueriesContext(connection) as few:
        assert admin_client.get(small).status_code == 200

    with django_assert_num_queries(len(few)):
        admin_client.get(large)


# Changes, costs and loans


def items_ticked(client, agreement) -> list:
    return fields(client.get(change(agreement)))["changed_items"]


@pytest.mark.parametrize(
    ("ticked", "stored"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(["-"], [], id="only-other-things"),
        pytest.param(["IPR-14a", "IPR-14g"], ["IPR-14a", "IPR-14g"], id="items"),
    ],
)
def test_what_a_new_version_changes_is_ticked(admin_client, agreement, ticked, stored):
    assert saved(submit(admin_client, change(agreement), changed_items=ticked))
    agreement.refresh_from_db()
    assert agreement.changed_items == stored
    data = fields(admin_client.get(change(agreement))) | {"changed_items": ticked}
    events = Agreement.pgh_event_model.objects.count()
    assert saved(admin_client.post(change(agreement), data))
    assert Agreement.pgh_event_model.objects.count() == events


def test_a_date_is_shown_as_it_is_written(admin_client, agreement):
    assert saved(submit(admin_client, change(agreement), signed_on="12.10.2023"))
    assert fields(admin_client.get(change(agreement)))["signed_on"] == "12.10.2023"


def test_a_fault_elsewhere_ticks_nothing(admin_client, agreement):
    response = submit(admin_client, change(agreement), title="", changed_items=[])
    assert refused(response, "Tittel")
    assert "changed_items" not in fields(response)


def test_only_other_things_and_an_item_is_a_contradiction(admin_client, agreement):
    response = submit(admin_client, change(agreement), changed_items=["-", "IPR-14a"])
    assert refused(response, "Velg enten «bare annet» eller de punktene som endres")


def test_an_item_that_the_law_does_not_list_is_refused(admin_client, agreement):
    assert submit(admin_client, change(agreement), changed_items=["KO-11a"]).status_code == 200
    assert Agreement.objects.get().changed_items is None


def test_the_page_says_when_the_representantskap_decides(admin_client, agreement, council):
    new = Agreement.objects.create(cooperation=council, title="Ny", supersedes=agreement, changed_items=[])
    row = {"votes_for": "20", "votes_against": "10", "decided_on": "01.05.2025"}
    assert "Venter på representantskapet" in text(admin_client.get(change(new)))
    assert saved(submit(admin_client, change(new), {"assembly_decisions": [row]}))
    assert "Representantskapet har vedtatt endringen: 20 stemmer for og 10 mot" in text(admin_client.get(change(new)))


def test_the_page_shows_what_each_pays(admin_client, client, agreement):
    row = {"title": "Drift", "kind": "equally", "amount": "1 000,01", "position": "0"}
    assert saved(submit(admin_client, change(agreement), {"cost_parts": [row]}))
    for shown in (
        text(admin_client.get(change(agreement))),
        text(client.get(agreement.cooperation.get_absolute_url())),
    ):
        assert "Drammen 500,01 500,01 Lier 500 500" in shown
        assert "Sum 1 000,01 1 000,01" in shown


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        pytest.param({"kind": "equally"}, "Skriv beløpet.", id="no-amount"),
        pytest.param({"kind": "by_population", "amount": "1"}, "hvilken dato folketallet", id="no-date"),
        pytest.param({"kind": "other"}, "Skriv i merknaden", id="not-explained"),
        pytest.param({"kind": "each", "amount": "-1"}, "større enn eller lik 0", id="negative"),
        pytest.param({"kind": "each", "amount": "1.000"}, "Skriv beløpet i kroner", id="ambiguous"),
    ],
)
def test_a_faulty_part_of_the_cost_key(admin_client, agreement, row, sentence):
    response = submit(admin_client, change(agreement), {"cost_parts": [{"position": "0", **row}]})
    assert refused(response, sentence)


def test_loans_and_their_ceiling_are_kept_with_the_agreement(admin_client, agreement):
    row = {"lender": "Kommunalbanken", "amount": "5 000 000", "taken_on": "01.01.2020"}
    assert saved(submit(admin_client, change(agreement), {"loans": [row]}, loan_ceiling="4 000 000"))
    agreement.refresh_from_db()
    assert (agreement.loan_ceiling, agreement.loans.get().amount) == (Decimal(4_000_000), Decimal(5_000_000))


def test_a_loan_repaid_before_it_was_taken_up(admin_client, agreement):
    row = {"amount": "1", "taken_on": "02.01.2020", "repaid_on": "01.01.2020"}
    response = submit(admin_client, change(agreement), {"loans": [row]})
    assert refused(response, "Lånet er nedbetalt før det er tatt opp")
