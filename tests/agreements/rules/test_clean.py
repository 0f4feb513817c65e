"""Does a lawful cooperation of each form come out without a single breach, when all that is asked is recorded?

Each is stored and read back as the pages read it. What the register cannot know may be not assessed, nothing more.
"""

import datetime
from decimal import Decimal

import pytest

from agreements.insight.checklist import clause_rules
from agreements.models import (
    Clause,
    Cooperation,
    CostPart,
    Decision,
    Form,
    LegalProfile,
    Loan,
    Notification,
    Organ,
    OrganSeat,
)
from agreements.rules import Outcome, findings
from agreements.rules.gather import facts_of, with_legal_facts
from tests import factories

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 1, 15)
BEGUN = datetime.date(2024, 1, 1)
DECIDED = datetime.date(2023, 11, 15)

#: Name, roles, whether it has shares, and the profile, of one lawful cooperation of each form.
LAWFUL = {
    "IPR, own legal person": ("Drammensregionen IPR", Form.IPR, "participant", True, {
        "own_legal_person": True, "registered_form": "ANNA", "decision_power": "internal",
        "produces_services": False, "loss_split_deviates": False,
    }),
    "IPR, part of its office municipality": ("Interkommunalt politisk råd for Lier", Form.IPR, "office", True, {
        "own_legal_person": False, "decision_power": "none", "produces_services": False, "loss_split_deviates": False,
    }),
    "KO, own legal person": ("Regionalt arkiv KO", Form.KO, "participant", True, {
        "own_legal_person": True, "registered_form": "ANNA", "decision_power": "grants", "is_business": False,
        "may_borrow": True, "loss_split_deviates": False,
    }),
    "KO, part of its office municipality": ("Arkivet kommunalt oppgåvefellesskap", Form.KO, "office", True, {
        "own_legal_person": False, "decision_power": "none", "is_business": False, "may_borrow": False,
        "loss_split_deviates": False,
    }),
    "VK, administrative": ("Felles barnevern", Form.VK, "host", False, {
        "own_legal_person": False, "decision_power": "full", "decides_matters_of_principle": False,
        "legal_basis": "kommuneloven § 20-2", "complaint_body": "kommunen som har delegert",
    }),
    "VK, joint committee": ("Felles landbruksnemnd", Form.VK, "host", False, {
        "own_legal_person": False, "decision_power": "full", "has_complaints_board": True,
        "legal_basis": "kommuneloven § 20-3",
    }),
    "IKS": ("Renovasjonen IKS", Form.IKS, "owner", True, {
        "own_legal_person": True, "registered_form": "IKS", "in_company_register": True, "gives_guarantees": False,
        "decision_power": "none",
    }),
    "AS": ("Bussen AS", Form.AS, "owner", True, {
        "registered_form": "AS", "share_capital": Decimal(30_000), "decision_power": "none",
        "public_records_act": True, "has_both_sexes_on_board": True,
    }),
    "SA": ("Innkjøp SA", Form.SA, "participant", False, {"registered_form": "SA", "decision_power": "none"}),
    "STI": ("Stiftelsen Museet", Form.STI, "founder", False, {
        "registered_form": "STI", "decision_power": "none", "in_foundation_register": True,
    }),
    "FLI": ("Friluftsrådet", Form.FLI, "participant", False, {
        "registered_form": "FLI", "decision_power": "none", "is_business": False,
    }),
    "agreement": ("Felles legevakt", Form.AGREEMENT, "participant", False, {
        "legal_basis": "kommuneloven § 17-1", "decision_power": "none",
    }),
    "network": ("Arkivnettverket", Form.NETWORK, "participant", False, {"is_political": False}),
    "partnership": ("Klimapartnere", Form.PARTNERSHIP, "partner", False, {"is_political": False}),
    "project": ("Kartprosjektet", Form.PROJECT, "participant", False, {"legal_basis": "kommuneloven § 17-1"}),
    "joint planning": ("Plan for fjorden", Form.PLAN9, "participant", False, {"plan_power": "process"}),
    "statutory, IUA": ("IUA Buskerud", Form.VK, "host", False, {
        "own_legal_person": False, "decides_matters_of_principle": False, "ordered_by_state": True,
        "special_law": "forurensningsloven § 44", "legal_basis": "kommuneloven § 20-2",
    }),
    "fire brigade": ("Vestviken brannvesen IKS", Form.IKS, "owner", True, {
        "own_legal_person": True, "registered_form": "IKS", "in_company_register": True, "gives_guarantees": False,
    }),
    "statutory, 110": ("110-sentralen IKS", Form.IKS, "owner", True, {
        "own_legal_person": True, "registered_form": "IKS", "in_company_register": True, "gives_guarantees": False,
    }),
    "health": ("Avtalen med sykehuset", Form.STATUTORY, "participant", False, {
        "legal_basis": "helse- og omsorgstjenesteloven § 6-1",
    }),
    "state, county and municipalities": ("Byvekstavtalen", Form.MULTILEVEL, "partner", False, {}),
}  # fmt: skip
OTHERS = {"health": [("Sykehuset", "health_trust")], "state, county and municipalities": [("Veivesenet", "state")]}
NOTICE_MONTHS = {Form.PLAN9: 3, Form.SA: 3}


def lawful(case: str) -> Cooperation:
    """Store a cooperation of Drammen and Lier in which everything that the law asks is in order."""
    name, form, role, has_shares, profile = LAWFUL[case]
    made = factories.cooperation(
        name, form=form, valid_from=BEGUN, members_complete=True,
        body=factories.organisation(name, "intermunicipal", org_number=factories.org_number(91234567)),
    )  # fmt: skip
    towns = [factories.municipality().organisation, factories.municipality("Lier", "3312").organisation]
    for number, town in enumerate(towns):
        town.org_number = factories.org_number(92345678 + 100 * number)
        town.save()
        mine = role if number == 0 or role not in ("host", "office") else "participant"
        factories.membership(made, town, mine, (1 + number, 3) if has_shares else None, valid_from=BEGUN)
        if mine == "office":
            factories.membership(made, town, "participant", None, valid_from=BEGUN)
    for other, kind in OTHERS.get(case, []):
        factories.membership(made, factories.organisation(other, kind), role, valid_from=BEGUN)
    if form == Form.MULTILEVEL:
        factories.membership(made, factories.county().council, role, valid_from=BEGUN)
    LegalProfile.objects.create(
        cooperation=made,
        **{"procurement_assessed": True, "head_office": towns[0].municipality if form == Form.IKS else None} | profile,
    )
    agreement = factories.agreement(
        made, is_written=True, archive_reference="sak 23/14", signed_on=DECIDED, valid_from=BEGUN,
        notice_months=NOTICE_MONTHS.get(form, 12), notice_source="agreement",
        may_borrow=True if form == Form.IKS else None, loan_ceiling=Decimal(1_000_000) if form == Form.IKS else None,
    )  # fmt: skip
    for rule in clause_rules(form, DAY):
        Clause.objects.create(agreement=agreement, item=rule.id, status="present", place="punkt 1")
    Clause.objects.get_or_create(agreement=agreement, item="BRANN-01", status="present")
    CostPart.objects.create(agreement=agreement, kind="equally", amount=100)
    Loan.objects.create(agreement=agreement, amount=Decimal(1_000_000 if form == Form.IKS else 0))
    for town in towns:
        Decision.objects.create(agreement=agreement, organisation=town, organ="kommunestyre", decided_on=DECIDED)
        Decision.objects.create(
            agreement=agreement, organisation=town, organ="kommunestyre", decided_on=DECIDED, subject="delegation"
        )
    kinds = ["assembly", "board"] if form != Form.VK else ["committee"] if "committee" in case else []
    for kind in kinds:
        size = 4 if kind != "board" else 3
        organ = Organ.objects.create(
            cooperation=made, name=kind, kind=kind, size=size, has_manager=False, shares_people_with_assembly=False
        )
        for town in towns:
            OrganSeat.objects.create(organ=organ, organisation=town, members=2, deputies=4)
    for recipient in ("statsforvalter", "dsb", "helsedirektoratet", "foretaksregisteret"):
        Notification.objects.create(cooperation=made, recipient=recipient)
    return made


@pytest.mark.parametrize("case", LAWFUL)
def test_a_lawful_cooperation_breaks_no_rule(case):
    made = lawful(case)
    facts = facts_of(with_legal_facts(Cooperation.objects.filter(pk=made.pk)).get(), DAY)
    found = findings(facts, DAY)
    assert [f"{f.rule}: {f.text}" for f in found if f.outcome == Outcome.BREACH] == []
    judged = [f for f in found if f.outcome == Outcome.OK]
    assert len(judged) > len(found) / 2, [f.rule for f in found if f.outcome == Outcome.NOT_ASSESSED]
