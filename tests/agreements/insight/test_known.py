"""Is a cooperation built again as the register knew it, in the shape of what is stored, in a few queries?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.insight.known import known, known_publicly
from agreements.models import (
    Agreement,
    AssemblyDecision,
    Citation,
    Clause,
    Cooperation,
    CooperationRelation,
    CostPart,
    Decision,
    GroupStatement,
    LegalProfile,
    Loan,
    Membership,
    Notice,
    Organ,
    OrganSeat,
)
from municipalities.history import moment
from municipalities.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # what one transaction does has one time


def now() -> datetime.datetime:
    """Return the database's own time, which the events carry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def full(name: str = "Rådet IPR", number: str = "3301") -> Cooperation:
    """Make a cooperation with one row of everything."""
    member = factories.municipality(f"Kommune {number}", number).organisation
    made = factories.cooperation(name, "IPR", [factories.task()], members_complete=True)
    group = GroupStatement.objects.create(cooperation=made, wording="alle i Agder")
    row = factories.membership(made, member, share=(1, 3), group=group)
    Citation.objects.create(source=factories.source(), membership=row, locator="s. 2")
    organ = Organ.objects.create(cooperation=made, name="Rådet", kind="assembly")
    OrganSeat.objects.create(organ=organ, organisation=member, members=2)
    agreement = Agreement.objects.create(cooperation=made, title="Avtale")
    Decision.objects.create(agreement=agreement, organisation=member, organ="kommunestyre")
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present")
    AssemblyDecision.objects.create(agreement=agreement, votes_for=9, votes_against=2)
    CostPart.objects.create(agreement=agreement, kind="each", amount=1000, title="Grunnbeløp")
    Loan.objects.create(agreement=agreement, lender="Kommunalbanken", amount=5_000_000)
    LegalProfile.objects.create(cooperation=made, auditor="Revisoren")
    Notice.objects.create(cooperation=made, organisation=member, given_on=datetime.date(2024, 1, 1))
    CooperationRelation.objects.create(predecessor=factories.cooperation(f"Før {name}"), successor=made)
    return made


def told(c: Cooperation) -> dict:
    """Read all that pages and answers read."""
    day = datetime.date(2024, 6, 1)
    return {
        "name": c.name,
        "status": c.status_on(day),
        "members": [
            (m.organisation.name, m.ownership_share, m.group.wording, m.organisation.municipality.number_on(day).number)
            for m in c.members_on(day)[0]
        ],
        "tasks": [(link.task.name, link.task.parent.name) for link in c.task_links.all()],
        "citations": [str(x) for x in c.citations.all()]
        + [str(x) for m in c.memberships.all() for x in m.citations.all()],
        "organs": [(o.name, [s.members for s in o.seats.all()]) for o in c.organs.all()],
        "agreements": [(a.title, a.decisions.count(), [x.item for x in a.clauses.all()]) for a in c.agreements.all()],
        "money": [
            [str(row) for row in (*a.assembly_decisions.all(), *a.cost_parts.all(), *a.loans.all())]
            for a in c.agreements.all()
        ],
        "auditor": c.legal.auditor,
        "before": [link.predecessor.name for link in c.predecessor_links.all()],
    }


def test_what_is_known_now_is_what_is_stored_and_asks_the_database_nothing():
    made = full()
    [built] = known([made.pk], now())
    with CaptureQueriesContext(connection) as asked:
        found = told(built)
    assert not asked.captured_queries
    assert found == told(Cooperation.objects.get(pk=made.pk))


def test_everything_is_as_it_was_then():
    made = full()
    before, then = told(made), now()
    Cooperation.objects.filter(pk=made.pk).update(name="Annet IPR")
    Organisation.objects.filter(kind="municipality").update(name="Omdøpt")
    Membership.objects.update(ownership_numerator=1, ownership_denominator=2)
    Citation.objects.all().delete()
    Organ.objects.all().delete()
    Loan.objects.all().delete()
    Agreement.objects.all().delete()
    LegalProfile.objects.update(auditor="Ny")
    Notice.objects.all().delete()
    CooperationRelation.objects.all().delete()
    assert told(known([made.pk], then)[0]) == before


def test_what_came_later_was_not_known():
    then = now()
    made = full()
    assert known([made.pk], then) == []


def test_what_has_been_deleted_was_known():
    made = factories.cooperation("Rådet IPR")
    key, then = made.pk, now()
    made.delete()
    assert known([key], now()) == []
    assert [c.name for c in known([key], then)] == ["Rådet IPR"]


def test_a_member_that_moved_was_where_it_was():
    one, two = factories.cooperation("En"), factories.cooperation("To")
    row = factories.membership(one, factories.organisation())
    then = now()
    Membership.objects.filter(pk=row.pk).update(cooperation=two)
    members = {c.name: len(c.memberships.all()) for c in known([one.pk, two.pk], then)}
    assert members == {"En": 1, "To": 0}


@pytest.mark.parametrize(
    ("then", "later"), [("published", "withdrawn"), ("draft", "published"), ("draft", "withdrawn")]
)
def test_the_public_sees_only_what_was_and_is_public(then, later):
    made = factories.cooperation("X", publication=then)
    at = now()
    Cooperation.objects.update(publication=later)
    assert known_publicly(at) == []
    assert known([made.pk], at)[0].publication == then


def test_relatives_that_are_hidden_now_stay_hidden():
    above, before = factories.cooperation("Over"), factories.cooperation("Før")
    made = factories.cooperation("X", umbrella=above)
    CooperationRelation.objects.create(predecessor=before, successor=made)
    at = now()
    Cooperation.objects.exclude(pk=made.pk).update(publication="withdrawn")
    [built] = known_publicly(at)
    assert built.umbrella is None
    assert list(built.predecessor_links.all()) == []


def test_ten_take_the_same_queries_as_one():
    counts = []
    for numbers in (range(1), range(1, 10)):
        for n in numbers:
            full(f"Råd {n} IPR", f"33{n:02d}")
        with CaptureQueriesContext(connection) as asked:
            known_publicly(now())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 32


@pytest.mark.parametrize("text", ["", "i går", "2024-13-01", "2024-02-30", "20240101"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        moment(text)


def test_a_day_is_known_at_its_end_in_norwegian_time():
    assert moment("2024-06-30").isoformat() == "2024-06-30T23:59:59.999999+02:00"
