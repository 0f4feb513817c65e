"""Do the stored facts reach the rules, the command and the API?"""

import datetime
import io
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import (
    Agreement,
    Clause,
    Cooperation,
    Decision,
    LegalProfile,
    Loan,
    Notification,
    Organ,
    OrganSeat,
    RegistryEntry,
)
from agreements.rules import Outcome, findings
from agreements.rules.gather import facts_of, with_legal_facts
from municipalities.models import MunicipalityChange, Organisation
from tests import factories
from tests.factories import cooperation, membership, municipality, organisation

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 1, 1)


def facts(made: Cooperation, on=ON):
    return facts_of(with_legal_facts(Cooperation.objects.all()).get(pk=made.pk), on)


def outcome(made: Cooperation, rule: str, on=ON) -> str:
    return {f.rule: f.outcome for f in findings(facts(made, on), on)}[rule]


@pytest.fixture
def company():
    """An IKS of Drammen and Lier with an agreement, organs and seats."""
    made = cooperation("Vannverket IKS", form="IKS", members_complete=True, valid_from=datetime.date(2020, 1, 1))
    drammen, lier = municipality(), municipality("Lier", "3312")
    membership(made, drammen, "owner", (1, 3))
    membership(made, lier, "owner", (2, 3))
    LegalProfile.objects.create(cooperation=made, own_legal_person=True, head_office=drammen, may_borrow=False)
    agreement = Agreement.objects.create(cooperation=made, title="Selskapsavtale", kind="company", is_written=True)
    Clause.objects.create(agreement=agreement, item="IKS-07.3", status="missing")
    Decision.objects.create(
        agreement=agreement, organisation=drammen.organisation, organ="bystyre", decided_on=datetime.date(2019, 10, 1)
    )
    assembly = Organ.objects.create(cooperation=made, name="Representantskapet", kind="assembly")
    OrganSeat.objects.create(organ=assembly, organisation=drammen.organisation, members=2, deputies=4)
    Organ.objects.create(cooperation=made, name="Styret", kind="board", size=2)
    Notification.objects.create(cooperation=made, recipient="foretaksregisteret")
    return made


def test_every_stored_fact_reaches_the_rules(company):
    read = facts(company)
    first, second = read.members
    assert (read.form, read.own_legal_person, read.may_borrow, read.head_office) == ("IKS", True, False, "Drammen")
    assert (first.number, first.ownership, second.ownership) == ("3301", Fraction(1, 3), Fraction(2, 3))
    assert (first.assembly.members, first.assembly.deputies, second.assembly.members) == (2, 4, None)
    assert [(d.organ, d.decided_on) for d in first.decisions] == [("bystyre", datetime.date(2019, 10, 1))]
    assert read.agreement.clauses == {"IKS-07.3": "missing"}
    assert {(o.kind, o.size) for o in read.organs} == {("assembly", None), ("board", 2)}
    assert read.notifications == {"foretaksregisteret"}


def test_a_rule_answers_from_the_database(company):
    assert outcome(company, "IKS-04") == Outcome.OK
    assert outcome(company, "IKS-07.3") == Outcome.BREACH
    assert outcome(company, "IKS-07.4") == Outcome.NOT_ASSESSED
    assert outcome(company, "IKS-11") == Outcome.BREACH


def test_one_member_with_two_roles_is_one_fact():
    made, lier = cooperation(), municipality("Lier", "3312")
    membership(made, lier)
    membership(made, lier, "leader")
    assert [m.roles for m in facts(made).members] == [{"participant", "leader"}]


def test_former_members_are_not_among_the_facts_of_today(company):
    company.memberships.filter(organisation__name="Lier").update(valid_to=datetime.date(2024, 12, 31))
    assert [m.name for m in facts(company).members] == ["Drammen"]
    assert [m.name for m in facts(company, datetime.date(2024, 12, 31)).members] == ["Drammen", "Lier"]


def test_the_agreement_in_force_on_the_day_is_the_one_judged(company):
    old = company.agreements.get()
    Agreement.objects.filter(pk=old.pk).update(valid_from="2020-01-01", valid_to="2024-12-31")
    Agreement.objects.create(
        cooperation=company, title="Ny", kind="company", supersedes=old, valid_from=datetime.date(2025, 1, 1)
    )
    assert facts(company, datetime.date(2024, 12, 31)).agreement.clauses
    assert not facts(company, datetime.date(2025, 1, 1)).agreement.clauses


def test_the_last_change_of_the_boundaries_is_known():
    made, new = cooperation(), municipality()
    old = municipality("Gamle", "0602", valid_from="1838-01-01", valid_to="2019-12-31")
    membership(made, new)
    for date, kind in (("2020-01-01", "merge"), ("2024-01-01", "renumber")):
        MunicipalityChange.objects.create(
            date=date, kind=kind, old=old, new=new, old_number="0602", old_name="G", new_number="3301", new_name="D"
        )
    assert facts(made).members[0].number_changed_on == datetime.date(2020, 1, 1)


def test_a_cooperation_that_is_a_member_brings_its_form():
    inner = cooperation("Indre IKS", form="IKS", body=organisation("Indre IKS", "intermunicipal"))
    outer = cooperation("Ytre IKS", form="IKS")
    membership(outer, inner.body, "owner")
    assert facts(outer).members[0].form == "IKS"


def test_the_facts_take_a_fixed_number_of_queries(company):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert [facts_of(c, ON) for c in with_legal_facts(Cooperation.objects.all())]
        return len(captured)

    def add(number: int) -> None:
        more = cooperation(f"Flere {number} IKS", form="IKS")
        membership(more, municipality(f"Sted {number}", f"340{number}"), "owner")
        Decision.objects.create(
            agreement=Agreement.objects.create(cooperation=more, title="Avtale"),
            organisation=more.memberships.get().organisation,
        )

    add(0)
    few = queries()
    for number in range(1, 5):
        add(number)
    assert queries() == few


class TestCommand:
    def run(self, *arguments) -> tuple[str, int]:
        out = io.StringIO()
        try:
            call_command("check_register", *arguments, stdout=out)
        except SystemExit as stop:
            return out.getvalue(), stop.code
        return out.getvalue(), 0

    def test_an_error_gives_exit_code_one(self, company):
        text, code = self.run("--on", "2026-01-01")
        assert "IKS-11" in text
        assert code == 1

    def test_a_register_without_errors_gives_exit_code_zero(self):
        cooperation("Nettverket", form="NETWORK")
        text, code = self.run("--on", "2026-01-01")
        assert "1 cooperations on 2026-01-01" in text
        assert code == 0

    def test_form_and_municipality_narrow_the_list(self, company):
        assert "Vannverket" in self.run("--form", "IKS", "--municipality", "3301", "--on", "2026-01-01")[0]
        assert "Vannverket" not in self.run("--form", "VK", "--on", "2026-01-01")[0]

    @pytest.mark.parametrize("asked", [("--municipality", "9999"), ("--on", "i går")])
    def test_a_wrong_call_is_told_and_gives_exit_code_two(self, asked):
        with pytest.raises(CommandError) as error:
            call_command("check_register", *asked)
        assert asked[0] in str(error.value)
        assert error.value.returncode == 2


class TestApi:
    def test_the_findings_of_a_cooperation(self, company, client):
        answer = client.get("/api/v1/cooperations/vannverket-iks/findings/", {"on": "2026-01-01"}).json()
        by_rule = {f["rule"]: f for f in answer}
        assert by_rule["IKS-07.3"].keys() == {"rule", "paragraph", "severity", "outcome", "text", "remedy"}
        assert by_rule["IKS-07.3"]["outcome"] == "breach"
        assert by_rule["IKS-04"]["outcome"] == "ok"

    def test_the_day_decides_which_rules_are_in_force(self, company, client):
        def rules(on):
            answer = client.get("/api/v1/cooperations/vannverket-iks/findings/", {"on": on}).json()
            return {f["rule"] for f in answer}

        assert "IKS-14" in rules("2024-01-01")
        assert "IKS-14" not in rules("2023-12-31")

    def test_a_bad_day_is_refused(self, company, client):
        response = client.get("/api/v1/cooperations/vannverket-iks/findings/", {"on": "nå"})
        assert response.status_code == 400
        assert "on" in response.json()["errors"]

    def test_what_is_not_public_has_no_findings(self, company, client):
        Cooperation.objects.update(publication="draft")
        assert client.get("/api/v1/cooperations/vannverket-iks/findings/").status_code == 404


def test_a_member_of_another_iua_is_told():
    lier = municipality("Lier", "3312")
    one, other, word = (cooperation(name, form="VK") for name in ("IUA Drammen", "IUA Fjorden", "Aquiua"))
    for made in (one, other, word):
        membership(made, lier)
    assert facts(one).other_iua == ("Lier: IUA Fjorden",)
    assert facts(word).other_iua is None
    other.memberships.update(valid_to=datetime.date(2019, 12, 31))
    assert facts(one).other_iua == ()


def test_what_the_agreement_says_of_loans_goes_before_the_profile(company):
    agreement = company.agreements.get()
    agreement.loan_ceiling = 100
    agreement.save()
    Loan.objects.create(agreement=agreement, amount=60)
    Loan.objects.create(agreement=agreement, amount=70, repaid_on=datetime.date(2000, 1, 1))
    read = facts(company)
    assert (read.loan_ceiling, read.loans) == (100, 60)


def test_a_document_is_a_reference(company):
    agreement = company.agreements.get()
    agreement.archive_reference = ""
    agreement.save()
    assert not facts(company).agreement.has_reference
    factories.document(agreement)
    assert facts(company).agreement.has_reference


class TestEnhetsregisteret:
    """What was fetched reaches the rules, for as long as it is what they ask about."""

    @pytest.fixture
    def compared(self, company):
        """The company, with what was fetched of it and of Lier on 1 November 2025."""
        LegalProfile.objects.filter(cooperation=company).update(org_number="974760673")
        shares = {"921234554": ("DRAMMEN KOMMUNE", "1/3"), "857566122": ("LIER KOMMUNE", "66,67 %")}
        for number, (name, _share) in shares.items():
            Organisation.objects.filter(name=name.split()[0].capitalize()).update(org_number=number)
        fetched = datetime.date(2025, 11, 1)
        RegistryEntry.objects.create(
            cooperation=company, org_number="974760673", fetched_on=fetched, outcome="found", form="IKS",
            in_company_register=True,
            participants=[
                {"org_number": number, "name": name, "form": "KOMM", "share": share}
                for number, (name, share) in shares.items()
            ],
        )  # fmt: skip
        RegistryEntry.objects.create(
            organisation=Organisation.objects.get(name="Lier"), org_number="857566122", fetched_on=fetched,
            outcome="deleted", form="KOMM", deleted_on=datetime.date(2025, 6, 1),
        )  # fmt: skip
        return company

    def test_participants_and_what_nobody_has_entered(self, compared):
        read = facts(compared)
        assert [p.share for p in read.registered_participants] == [Fraction(1, 3), Fraction(6667, 10_000)]
        assert (read.registered_form, read.in_company_register) == ("IKS", True)
        assert outcome(compared, "IKS-24") == Outcome.OK

    def test_what_is_entered_goes_first(self, compared):
        LegalProfile.objects.filter(cooperation=compared).update(registered_form="ANNA", in_company_register=False)
        assert (facts(compared).registered_form, facts(compared).in_company_register) == ("ANNA", False)

    def test_nothing_is_compared_before_it_was_fetched(self, compared):
        assert facts(compared, datetime.date(2025, 10, 31)).registered_participants is None
        assert facts(compared, datetime.date(2025, 11, 1)).registered_participants

    @pytest.mark.parametrize(("field", "day"), [("valid_from", "2025-12-01"), ("valid_to", "2025-11-01")])
    def test_nothing_is_compared_once_somebody_has_come_or_gone(self, compared, field, day):
        compared.memberships.filter(organisation__name="Lier").update(**{field: day})
        assert facts(compared).registered_participants is None

    def test_a_share_that_cannot_be_read_is_not_assessed(self, compared):
        entry = compared.registry_entry
        entry.participants[0]["share"] = "etter avtale"
        entry.save()
        assert outcome(compared, "IKS-24") == Outcome.NOT_ASSESSED

    def test_what_was_fetched_of_another_number_counts_no_more(self, compared):
        LegalProfile.objects.filter(cooperation=compared).update(org_number="937884117")
        Organisation.objects.filter(name="Lier").update(org_number="971524960")
        read = facts(compared)
        assert (read.registered_participants, read.registered_form) == (None, "")
        assert [m.registered for m in read.members] == ["", ""]

    def test_a_member_deleted_later_was_there(self, compared):
        assert [m.registered for m in facts(compared).members] == ["", "deleted"]
        assert [m.registered for m in facts(compared, datetime.date(2025, 5, 31)).members] == ["", "found"]
