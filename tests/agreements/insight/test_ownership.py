"""What is owned through a body, and how much?"""

import datetime
from fractions import Fraction

import pytest

from agreements.insight.ownership import owned_through
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2024, 1, 1)


@pytest.fixture
def owner():
    return make.municipality("Kristiansand", "4204").organisation


@pytest.fixture
def body():
    return make.organisation("Kino Holding", "company")


@pytest.fixture
def holding(body):
    return make.cooperation("Kino Holding", body=body)


@pytest.fixture
def cinema():
    return make.cooperation("KinoSør AS")


def test_the_share_is_the_exact_product(owner, body, holding, cinema):
    make.membership(holding, owner, "owner", share=(1, 3))
    make.membership(cinema, body, "owner", share=(51, 100))
    (found,) = owned_through(owner, TODAY)
    assert (found.cooperation, found.via, found.share) == (cinema, holding, Fraction(17, 100))


@pytest.mark.parametrize(("upper", "lower"), [(None, (1, 2)), ((1, 2), None)])
def test_an_unknown_share_makes_an_unknown_product(owner, body, holding, cinema, upper, lower):
    make.membership(holding, owner, "owner", share=upper)
    make.membership(cinema, body, "owner", share=lower)
    (found,) = owned_through(owner, TODAY)
    assert found.share is None


def test_taking_part_is_not_owning(owner, body, holding, cinema):
    make.membership(holding, owner, "participant")
    make.membership(cinema, body, "owner")
    assert owned_through(owner, TODAY) == []


def test_the_body_must_own(owner, body, holding, cinema):
    make.membership(holding, owner, "owner")
    make.membership(cinema, body, "customer")
    assert owned_through(owner, TODAY) == []


def test_both_must_hold_on_the_day(owner, body, holding, cinema):
    make.membership(holding, owner, "owner", valid_to=datetime.date(2023, 12, 31))
    make.membership(cinema, body, "owner")
    assert owned_through(owner, TODAY) == []
    assert len(owned_through(owner, datetime.date(2023, 12, 31))) == 1


@pytest.mark.parametrize("hidden", ["holding", "cinema"])
def test_neither_may_be_unpublished(owner, body, holding, cinema, hidden):
    make.membership(holding, owner, "owner")
    make.membership(cinema, body, "owner")
    one = {"holding": holding, "cinema": cinema}[hidden]
    one.publication = "draft"
    one.save()
    assert owned_through(owner, TODAY) == []
