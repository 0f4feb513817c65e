"""What does a cooperation's page say about law and agreement?"""

import datetime

import pytest

from agreements.models import Agreement, LegalProfile
from tests.factories import cooperation, membership, municipality, organisation

pytestmark = pytest.mark.django_db


def page(client, made, **asked) -> str:
    response = client.get(made.get_absolute_url(), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_breach_is_told_with_its_paragraph(client):
    made = cooperation("Regionrådet", form="IPR")
    text = page(client, made)
    assert "Lov og avtale" in text
    assert "<strong>Feil:</strong> Navnet skal inneholde" in text
    assert '(kommuneloven <span class="nowrap">§ 18-1 (3)</span>)' in text


def test_a_clean_cooperation_is_said_to_be_clean(client):
    made = cooperation("Regionrådet IPR", form="IPR")
    text = page(client, made)
    assert "Ingenting av det som er ført her, bryter med loven." in text
    assert "<strong>Feil:</strong>" not in text


def test_an_opinion_of_no_statute_is_no_fault(client):
    made = cooperation("Selskapet AS", form="AS", members_complete=True)
    membership(made, organisation("Et firma", "company"), "owner")
    membership(made, municipality(), "owner")
    text = page(client, made)
    assert "Verdt å vite:" in text
    assert "stemmer ikke med loven" not in text


def test_the_agreement_and_its_notice_are_shown(client):
    made = cooperation("Vertskommunen")
    Agreement.objects.create(
        cooperation=made,
        title="Avtale om legevakt",
        valid_from=datetime.date(2020, 1, 1),
        notice_months=12,
        notice_source="law",
    )
    text = page(client, made)
    assert "Avtale om legevakt" in text
    assert "I kraft fra 1. januar 2020" in text
    assert "Oppsigelsesfrist: 12 måneder (følger av loven)" in text


def test_the_day_asked_about_decides(client):
    made = cooperation("Friluftsrådet", form="PAR27")
    assert "gammel § 27 skulle vært gjort om" in page(client, made, on="2024-01-01")
    assert "<strong>Feil:</strong>" not in page(client, made, on="2022-01-01")


def test_an_ended_cooperation_is_judged_by_no_rule(client):
    made = cooperation("Regionrådet", form="IPR", valid_to=datetime.date(2020, 1, 1))
    LegalProfile.objects.create(cooperation=made)
    assert "Lov og avtale" not in page(client, made)
