"""What do the tests of actions share?  A person who does them, and three municipalities in a company."""

import datetime

import pytest

from municipalities.models import User
from tests.factories import cooperation, membership, municipality, task


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def anne(db) -> User:
    return User.objects.create_user("anne", first_name="Anne", last_name="Aas")


@pytest.fixture
def deed(anne) -> dict:
    """Return who does it and why."""
    return {"by": anne, "reason": "Vedtak i sak 14/22"}


@pytest.fixture
def drammen(db):
    return municipality("Drammen", "3301").organisation


@pytest.fixture
def lier(db):
    return municipality("Lier", "3312").organisation


@pytest.fixture
def company(drammen, lier):
    """Return an IKS that two municipalities own half each."""
    made = cooperation("Renovasjon IKS", "IKS", [task()], valid_from=day("2010-01-01"), members_complete=True)
    for who in (drammen, lier):
        membership(made, who, "owner", share=(1, 2))
    return made
