"""Does the line of time tell who came and went, and nothing that has no date?"""

import datetime

import pytest

from agreements.insight.timeline import Span, events, spans
from agreements.models import Agreement, Cooperation, CooperationRelation
from agreements.web.timeline import timeline
from tests import factories as make

DAY = datetime.date


@pytest.fixture
def ward(db):
    made = make.cooperation("Legevakten", "VK", slug="legevakten", valid_from=DAY(2010, 1, 1))
    drammen, lier = make.municipality("Drammen", "3301").organisation, make.municipality("Lier", "3312").organisation
    make.membership(made, drammen, "host")
    make.membership(made, lier, valid_from=DAY(2012, 1, 1), valid_from_precision="two_years")
    make.membership(made, lier, "owner", valid_from=DAY(2012, 1, 1), valid_from_precision="two_years")
    make.membership(made, make.municipality("Hole", "3310"), valid_to=DAY(2015, 6, 30))
    Agreement.objects.create(cooperation=made, title="Avtalen", valid_from=DAY(2011, 5, 1), valid_to=DAY(2020, 4, 30))
    later = make.cooperation("Ny legevakt", valid_from=DAY(2024, 1, 1))
    CooperationRelation.objects.create(predecessor=made, successor=later, kind="replaced")
    return Cooperation.objects.with_details().get(pk=made.pk)


def told(ward) -> list[tuple[str, str, str]]:
    return [
        (str(e.when), e.organisation.name if e.organisation else "", e.words)
        for e in events(ward, ward.agreements.all())
    ]


def test_events_are_told_once_in_order_and_as_exactly_as_they_are_known(ward):
    assert told(ward) == [
        ("1. januar 2010", "", "Samarbeidet begynte"),
        ("1. mai 2011", "", "«Avtalen» trådte i kraft"),
        ("2012/13", "Lier", "kom med"),
        ("30. juni 2015", "Hole", "gikk ut"),
        ("30. april 2020", "", "«Avtalen» løp ut"),
        ("1. januar 2024", "", "Ny legevakt begynte (ble erstattet)"),
    ]


def test_spans_leave_out_members_without_dates(ward):
    assert [(s.kind, s.label, s.start, s.end) for s in spans(ward, ward.agreements.all())] == [
        ("cooperation", "Legevakten", DAY(2010, 1, 1), None),
        ("member", "Hole", DAY(2010, 1, 1), DAY(2015, 6, 30)),
        ("member", "Lier", DAY(2012, 1, 1), None),
        ("agreement", "Avtalen", DAY(2011, 5, 1), DAY(2020, 4, 30)),
    ]


def test_bars_lie_where_their_years_do():
    drawn = timeline(
        [Span("cooperation", "A", DAY(2000, 1, 1), None), Span("member", "B", DAY(2010, 1, 1), DAY(2020, 1, 1))],
        DAY(2020, 1, 1),
    )
    assert [(b.x, b.width) for b in drawn.bars] == [("0.0", "640.0"), ("320.0", "320.0")]
    assert drawn.day_x == "640.0"
    assert [year for _x, year in drawn.years] == [2005, 2010, 2015, 2020]


@pytest.mark.parametrize(
    "spans", [[], [Span("cooperation", "A", DAY(2000, 1, 1), None)], [Span("member", "A", None, None)] * 2]
)
def test_too_little_is_not_drawn(spans):
    assert timeline(spans, DAY(2024, 1, 1)) is None


@pytest.mark.parametrize("first", [1, 1837, 9998])
def test_any_years_can_be_drawn(first):
    drawn = timeline(
        [Span("cooperation", "A", None, None), Span("member", "B" * 300, DAY(first, 1, 1), None)], DAY(9999, 12, 31)
    )
    assert len(drawn.bars[1].label) == 70
    assert all(0 <= float(b.x) <= 640 for b in drawn.bars)
    assert len(drawn.years) <= 10
