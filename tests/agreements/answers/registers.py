"""Which registers are the documents tried on?  Made up by the dice of a seed, so that every run has the same."""

import datetime
import random

from agreements.models import (
    Agreement,
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    Decision,
    Form,
    GroupStatement,
    Membership,
    Notice,
    Organ,
    Role,
)
from municipalities.models import MunicipalityNumber, OrganisationName
from tests import factories

#: Few days, so that ends and beginnings meet; the first and the last that there are among them.
DAYS = [
    datetime.date.min,
    datetime.date(1950, 6, 1),
    datetime.date(2019, 12, 31),
    datetime.date(2020, 1, 1),
    datetime.date(2020, 1, 2),
    datetime.date(2023, 12, 31),
    datetime.date(2024, 1, 1),
    datetime.date(2090, 1, 1),
    datetime.date.max,
]
WORDS = ["legevakt", "brann", "renovasjon", "Kárášjohka", "Øst", "vann-", "«IKT»", "50%", "a_b", "barnevernet"]
FORMS = [Form.IKS, Form.VK, Form.UNKNOWN]
ROLES = [Role.HOST, Role.PARTICIPANT, Role.OWNER]


def period(dice: random.Random) -> dict:
    """Return two days in order, either of them open now and then."""
    first, last = sorted(dice.choices(DAYS, k=2))
    return {
        "valid_from": None if dice.random() < 0.4 else first,
        "valid_to": None if dice.random() < 0.5 else last,
    }


def make(seed: int, size: int = 12) -> None:
    """Fill an empty register with ``size`` cooperations and all that belongs to them."""
    dice = random.Random(seed)  # noqa: S311 - to make things up, not to keep secrets
    counties = [factories.county(number, f"Fylke {number}", **period(dice)) for number in ("01", "02", "03")]
    places = []
    for n in range(5):
        place = factories.municipality(f"{dice.choice(WORDS)} {n}", f"010{n}", counties[0], "2020-01-01", "2023-12-31")
        place.organisation.valid_from, place.organisation.valid_to = period(dice).values()
        place.organisation.save()
        MunicipalityNumber.objects.create(
            municipality=place, number=f"020{n}", name="x", county=dice.choice(counties), valid_from=DAYS[6]
        )
        places.append(place.organisation)
    OrganisationName.objects.create(organisation=places[0], name="Suohkan")
    bodies = [*places, *(c.council for c in counties), *(factories.organisation(w, "company") for w in WORDS[:2])]
    tasks = [factories.task(code, sector) for code, sector in (("t1", "s1"), ("t2", "s1"), ("t3", "s2"))]
    sources = [factories.source(key) for key in ("k1", "k2")]
    made: list[Cooperation] = []
    for n in range(size):
        one = factories.cooperation(
            f"{' '.join(dice.sample(WORDS, 2))} {n % 4}",
            dice.choice(FORMS),
            slug=f"s-{n}",
            cite=False,
            purpose=dice.choice(["", "Drift av legevakter."]),
            stage=dice.choice(["established", "established", "planned"]),
            publication="draft" if n % 6 == 5 else "published",
            umbrella=dice.choice([None, *made]),
            responsible=dice.choice([None, *bodies]),
            members_complete=dice.choice([None, True, False]),
            confirmed_on=[None, *DAYS[1:]][(seed + n) % len(DAYS)],
            **period(dice),
        )
        made.append(one)
        for task in dice.sample(tasks, dice.randrange(3)):
            CooperationTask.objects.create(cooperation=one, task=task)
        group = GroupStatement.objects.create(cooperation=one, wording="alle", county=dice.choice([None, *counties]))
        Organ.objects.create(cooperation=one, name="Styret")
        for body in dice.sample(bodies, dice.randrange(5)):
            member = factories.membership(
                one, body, dice.choice(ROLES), group=dice.choice([None, group]), share=(1, 7), **period(dice)
            )
            if dice.random() < 0.3:
                Citation.objects.create(source=dice.choice(sources), membership=member, locator="s. 1")
            if dice.random() < 0.3:
                other = next(role for role in ROLES if role != member.role)
                Membership.objects.create(cooperation=one, organisation=body, role=other)
        _life(dice, one)
        if dice.random() < 0.5:
            Citation.objects.create(source=dice.choice(sources), cooperation=one, locator="s. 2")
        if len(made) > 1 and dice.random() < 0.5:
            CooperationRelation.objects.create(predecessor=made[-2], successor=one)


def _life(dice: random.Random, one: Cooperation) -> None:
    """Let the members decide, give notice and wind up, now and then: the status follows from it."""
    members = list(one.memberships.all())
    if members and dice.random() < 0.6:
        agreement = Agreement.objects.create(cooperation=one, title="Avtale", kind="cooperation", **period(dice))
        for body in {member.organisation_id: member.organisation for member in members}.values():
            Decision.objects.create(
                agreement=agreement,
                organisation=body,
                organ="kommunestyre",
                subject=dice.choice(["agreement", "agreement", "dissolution"]),
                outcome=dice.choice(["adopted", "adopted", "adopted", "postponed", "rejected"]),
                decided_on=dice.choice([None, *DAYS]),
            )
    if members and dice.random() < 0.4:
        given, effective = sorted(dice.choices(DAYS, k=2))
        Notice.objects.create(
            cooperation=one,
            organisation=members[0].organisation,
            given_on=given,
            effective_on=dice.choice([None, effective]),
            withdrawn_on=dice.choice([None, effective]),
        )
    if dice.random() < 0.3:
        one.winding_up_from = one.valid_to or dice.choice(DAYS)
        one.save()
