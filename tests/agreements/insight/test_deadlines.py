"""Which deadlines follow from the facts?  Each kind alone, on both sides of its boundaries, without a database."""

import datetime

import pytest

from agreements.insight.deadlines import Arrangement, Authority, Kind, deadlines, statutory_deadlines
from agreements.models import Agreement, Cooperation, Notice
from municipalities.models import Organisation

DAY = datetime.date
ON = DAY(2026, 3, 1)
LIER = Organisation(pk=1, name="Lier", kind="municipality")
DRAMMEN = Organisation(pk=2, name="Drammen", kind="municipality")


def agreement(pk=7, **values) -> Agreement:
    return Agreement(pk=pk, title="Avtalen", **values)


def found(form="KO", agreements=(), first=DAY.min, last=DAY.max, on=ON, **facts):
    names = {f.name for f in Cooperation._meta.fields}
    values = {name: facts.pop(name) for name in list(facts) if name in names and name != "responsible"}
    cooperation = Cooperation(pk=3, name="Samarbeidet", form=form, **values)
    facts.setdefault("parties", (LIER, DRAMMEN))
    return deadlines(Arrangement(cooperation, tuple(agreements), **facts), first, last, on)


def only(*args, **kwargs):
    (deadline,) = found(*args, **kwargs)
    return deadline


def days(kind, *args, **kwargs) -> list[datetime.date]:
    return [d.date for d in found(*args, **kwargs) if d.kind == kind]


# Expiry and renewal


def test_an_agreement_expires_on_its_last_day():
    deadline = only(agreements=[agreement(valid_to=DAY(2026, 12, 31), renewal="none")])
    assert (deadline.kind, deadline.date, deadline.key) == (Kind.EXPIRY, DAY(2026, 12, 31), "term-agreement-7")
    assert deadline.text == "Siste dag avtalen er i kraft. Den blir ikke fornyet."
    assert deadline.source == "avtalen «Avtalen»"
    assert deadline.concerns == (LIER, DRAMMEN)


def test_an_agreement_is_renewed_on_the_day_after_its_last():
    deadline = only(agreements=[agreement(valid_to=DAY(2026, 12, 31), renewal="automatic")])
    assert (deadline.kind, deadline.date, deadline.key) == (Kind.RENEWAL, DAY(2027, 1, 1), "term-agreement-7")


def test_an_agreement_to_the_end_of_the_calendar_is_not_renewed():
    assert found(agreements=[agreement(valid_to=DAY.max, renewal="automatic")]) == []


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        pytest.param(DAY(2026, 12, 31), DAY(2026, 12, 31), 1, id="both ends are included"),
        pytest.param(DAY(2027, 1, 1), DAY(2027, 12, 31), 0, id="after"),
        pytest.param(DAY(2026, 1, 1), DAY(2026, 12, 30), 0, id="before"),
    ],
)
def test_only_the_days_asked_for(first, last, count):
    assert len(found(agreements=[agreement(valid_to=DAY(2026, 12, 31))], first=first, last=last)) == count


@pytest.mark.parametrize(
    ("starts", "kinds"),
    [
        pytest.param(DAY(2027, 1, 1), ["transfer"], id="without a gap"),
        pytest.param(DAY(2026, 7, 1), ["transfer"], id="before the old one is over"),
        pytest.param(DAY(2027, 1, 2), ["expiry", "transfer"], id="a day without an agreement"),
        pytest.param(None, ["expiry"], id="start unknown"),
    ],
)
def test_an_agreement_that_another_follows_does_not_expire(starts, kinds):
    old = agreement(valid_to=DAY(2026, 12, 31))
    assert [d.kind for d in found(agreements=[old, agreement(8, supersedes=old, valid_from=starts)])] == kinds


def test_the_end_of_the_cooperation_is_told_once():
    assert [d.kind for d in found(agreements=[agreement(valid_to=DAY(2026, 12, 31))], valid_to=DAY(2026, 12, 31))] == [
        Kind.ENDING
    ]


def test_nothing_lies_after_the_end_of_the_cooperation():
    assert [d.kind for d in found(agreements=[agreement(valid_to=DAY(2027, 1, 1))], valid_to=DAY(2026, 12, 31))] == [
        Kind.ENDING
    ]


def test_the_end_is_told_as_exactly_as_it_is_known():
    assert only(valid_to=DAY(2026, 12, 31), valid_to_precision="year").text == "Samarbeidet avsluttes (2026)."


def test_an_ended_cooperation_has_no_deadlines():
    assert found(valid_to=ON, due_on=DAY(2025, 1, 1)) != []
    assert found(valid_to=DAY(2026, 2, 28), due_on=DAY(2025, 1, 1)) == []


# Notice


@pytest.mark.parametrize(
    ("form", "recorded", "source", "day", "law"),
    [
        pytest.param("VK", None, "", DAY(2025, 12, 31), "kommuneloven § 20-8", id="VK, agreement silent"),
        pytest.param("IKS", None, "", DAY(2025, 12, 31), "IKS-loven § 30", id="IKS, agreement silent"),
        pytest.param("PLAN9", None, "", DAY(2026, 9, 30), "plan- og bygningsloven § 9-5", id="PLAN9, agreement silent"),
        pytest.param("VK", 6, "agreement", DAY(2026, 6, 30), "avtalen «Avtalen»", id="VK, another period agreed"),
        pytest.param("VK", 12, "law", DAY(2025, 12, 31), "kommuneloven § 20-8", id="VK, that of the law recorded"),
        pytest.param("KO", 6, "", DAY(2026, 6, 30), "avtalen «Avtalen»", id="KO, agreed"),
        pytest.param("KO", 6, "law", DAY(2026, 6, 30), "avtalen «Avtalen»", id="KO has none by law"),
        pytest.param("SA", 3, "", DAY(2026, 9, 30), "avtalen «Avtalen»", id="SA, in the statutes"),
        pytest.param("KO", 0, "", DAY(2026, 12, 31), "avtalen «Avtalen»", id="at once"),
    ],
)
def test_the_last_day_for_notice(form, recorded, source, day, law):
    of_term = agreement(valid_to=DAY(2026, 12, 31), renewal="automatic", notice_months=recorded, notice_source=source)
    deadline = next(d for d in found(form, [of_term]) if d.kind == Kind.NOTICE)
    assert (deadline.date, deadline.source, deadline.key) == (day, law, "notice-agreement-7")
    assert "fornyes av seg selv" in deadline.text
    assert ("ikke ført" in deadline.text) == (recorded is None)


@pytest.mark.parametrize("form", ["IPR", "KO", "SA", "AS", "STI", "AGREEMENT", "NETWORK", "PAR27", "UNKNOWN"])
def test_no_period_of_notice_is_made_up(form):
    assert days(Kind.NOTICE, form, [agreement(valid_to=DAY(2026, 12, 31), renewal="automatic")]) == []


def test_a_health_agreement_has_a_year_of_notice():
    known = {"agreements": [agreement(valid_to=DAY(2026, 12, 31))]}
    assert days(Kind.NOTICE, "STATUTORY", **known) == []
    assert days(Kind.NOTICE, "STATUTORY", **known, is_health=True) == [DAY(2025, 12, 31)]


def test_an_agreement_without_an_end_has_no_last_day_for_notice():
    assert found("VK", [agreement(notice_months=12)]) == []


def test_notice_before_an_expiry_is_said_to_be_that():
    deadline = found("KO", [agreement(valid_to=DAY(2026, 12, 31), notice_months=1)])[0]
    assert deadline.text == "Siste dag da en oppsigelse får virkning før avtalen utløper. Fristen er 1 måned."


# Transfer


@pytest.mark.parametrize(
    ("form", "text", "source"),
    [
        ("VK", "Oppgaver og myndighet går over til vertskommunen.", "kommuneloven § 20-4"),
        ("IKS", "Avtalen trer i kraft.", "avtalen «Avtalen»"),
    ],
)
def test_an_agreement_comes_into_force(form, text, source):
    deadline = only(form, [agreement(valid_from=DAY(2027, 1, 1))])
    assert (deadline.kind, deadline.date, deadline.text, deadline.source) == (
        Kind.TRANSFER, DAY(2027, 1, 1), text, source,
    )  # fmt: skip


# Notice that has been given


def notice(**values) -> Notice:
    return Notice(pk=5, organisation_id=LIER.pk, given_on=DAY(2025, 12, 31), **values)


def test_a_notice_runs_out_on_the_last_day_of_who_gave_it():
    deadline = only(notices=(notice(effective_on=DAY(2026, 12, 31), basis="law"),))
    assert (deadline.kind, deadline.date, deadline.key) == (Kind.LEAVING, DAY(2026, 12, 31), "leaving-notice-5")
    assert "Siste dag Lier er med, etter oppsigelsen 31.12.2025." in deadline.text
    assert deadline.source == "loven"


def test_one_that_has_left_but_is_still_a_member_is_overdue_until_the_end_is_entered():
    ran_out = (notice(effective_on=DAY(2026, 2, 28)),)
    assert only(notices=ran_out).is_overdue(ON)
    assert found(notices=ran_out, parties=(DRAMMEN,)) == []


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param({"effective_on": None}, 0, id="last day not known"),
        pytest.param({"withdrawn_on": ON}, 0, id="withdrawn"),
        pytest.param({"withdrawn_on": DAY(2026, 3, 2)}, 1, id="withdrawn later"),
        pytest.param({"given_on": DAY(2026, 3, 2)}, 0, id="not yet given"),
    ],
)
def test_a_notice_that_does_not_run_has_no_day(values, count):
    given = Notice(pk=5, organisation_id=LIER.pk, **({"given_on": ON, "effective_on": DAY(2026, 12, 31)} | values))
    assert len(found(notices=(given,))) == count


# § 27, boundaries, confirmation


def test_a_styre_under_the_old_act_is_overdue():
    deadline = only("PAR27")
    assert (deadline.date, deadline.source) == (DAY(2023, 11, 1), "kommuneloven § 31-2")
    assert deadline.is_overdue(DAY(2023, 11, 2))
    assert not deadline.is_overdue(DAY(2023, 11, 1))


@pytest.mark.parametrize("values", [{"stage": "planned"}, {"valid_from": DAY(2026, 3, 2)}])
def test_a_styre_that_is_only_planned_is_not(values):
    assert found("PAR27", **values) == []


@pytest.mark.parametrize("form", ["IPR", "KO", "VK", "IKS", "PAR27", "STATUTORY"])
def test_a_member_with_new_boundaries_may_leave_within_a_year(form):
    kinds = days(Kind.SPECIAL_NOTICE, form, changed=((LIER, DAY(2024, 1, 1)),))
    assert kinds == [DAY(2025, 1, 1)]


def test_a_year_from_a_leap_day_ends_on_28_february():
    deadline = only("KO", changed=((LIER, DAY(2028, 2, 29)),))
    assert deadline.date == DAY(2029, 2, 28)
    assert "Lier kan si opp med seks måneders frist etter grenseendringen 29.2.2028" in deadline.text
    assert deadline.key == "special-notice-cooperation-3-organisation-1-20280229"


def test_a_form_outside_the_act_has_no_special_notice():
    assert found("AS", changed=((LIER, DAY(2024, 1, 1)),)) == []


@pytest.mark.parametrize(
    ("began", "count"), [(DAY(2023, 12, 31), 1), (DAY(2024, 1, 1), 0)], ids=["before the change", "after it"]
)
def test_only_what_was_agreed_before_the_change(began, count):
    assert len(found("KO", changed=((LIER, DAY(2024, 1, 1)),), valid_from=began)) == count


def test_a_confirmation_concerns_who_is_responsible():
    deadline = only(due_on=DAY(2026, 2, 28), responsible=DRAMMEN)
    assert (deadline.kind, deadline.concerns) == (Kind.CONFIRMATION, (DRAMMEN,))
    assert deadline.is_overdue(ON)
    assert not deadline.is_overdue(DAY(2026, 2, 28))


def test_a_confirmation_without_a_responsible_concerns_the_members():
    assert only(due_on=ON).concerns == (LIER, DRAMMEN)


def test_a_missed_day_for_notice_is_past_but_not_overdue():
    missed = found("KO", [agreement(valid_to=DAY(2026, 3, 31), notice_months=6)])[0]
    assert (missed.kind, missed.is_overdue(ON)) == (Kind.NOTICE, False)


def test_deadlines_stand_in_order_the_gravest_of_a_day_first():
    same_day = DAY(2026, 12, 31)
    made = found("KO", [agreement(valid_to=same_day, notice_months=0)], due_on=same_day)
    assert [d.kind for d in made] == [Kind.NOTICE, Kind.EXPIRY, Kind.CONFIRMATION]


# What the law asks of a municipality


def statutory(first, last, reports=(), body=LIER):
    return [(d.kind, d.date) for d in statutory_deadlines(Authority(body, reports), first, last)]


def test_an_eierskapsmelding_is_due_once_a_term_and_a_plan_by_the_end_of_the_year_after_the_election():
    assert statutory(DAY(2024, 1, 1), DAY(2031, 12, 31)) == [
        (Kind.CONTROL_PLAN, DAY(2024, 12, 31)),
        (Kind.OWNERSHIP_REPORT, DAY(2027, 9, 30)),
        (Kind.CONTROL_PLAN, DAY(2028, 12, 31)),
        (Kind.OWNERSHIP_REPORT, DAY(2031, 9, 30)),
    ]


@pytest.mark.parametrize(
    ("adopted", "years"),
    [
        pytest.param(DAY(2023, 9, 30), [2027, 2031], id="last day of the term before"),
        pytest.param(DAY(2023, 10, 1), [2031], id="first day of the term"),
        pytest.param(DAY(2027, 9, 30), [2031], id="last day of the term"),
        pytest.param(DAY(2027, 10, 1), [2027], id="first day of the next term"),
    ],
)
def test_an_eierskapsmelding_of_the_term_is_done(adopted, years):
    due = statutory(DAY(2026, 1, 1), DAY(2031, 12, 31), (adopted,))
    assert [day.year for kind, day in due if kind == Kind.OWNERSHIP_REPORT] == years


def test_a_county_council_has_a_fylkesting():
    body = Organisation(pk=5, name="Buskerud fylkeskommune", kind="county_council")
    plan = statutory_deadlines(Authority(body), DAY(2028, 1, 1), DAY(2028, 12, 31))[0]
    assert "fylkestinget i Buskerud fylkeskommune" in plan.text


def test_other_organisations_have_no_council():
    assert statutory(DAY.min, DAY.max, body=Organisation(pk=5, name="Helse", kind="health_trust")) == []


def test_a_municipality_that_is_gone_by_then_owes_nothing():
    gone = Organisation(pk=5, name="Svelvik", kind="municipality", valid_to=DAY(2027, 9, 29))
    assert statutory(DAY(2026, 1, 1), DAY(2027, 12, 31), body=gone) == []
