"""Does docs/report-figures.md tell the truth about the data?"""

import re

import pytest
from django.conf import settings

from agreements.models import Cooperation, Membership

FORMS_OF_LAW = ("IKS", "VK", "KO", "IPR", "AS", "SA", "STI")


def listed(heading, region, **only):
    """Count the cooperations under a heading of the report, in the section of a region."""
    found = Cooperation.objects.filter(citations__heading=heading, citations__locator__startswith=f"avsnitt {region}")
    return found.filter(**only).distinct().count()


def members(slug, **only):
    """Count the organisations in a cooperation, however they are known and in whichever role."""
    rows = Membership.objects.filter(cooperation__slug=slug, **only)
    return rows.values("organisation").distinct().count()


def kristiansand():
    return [COUNTS[f"kristiansand-{part}"]() for part in ("naering", "admin", "helse", "kultur", "teknisk")]


COUNTS = {
    "kristiansand-naering": lambda: listed("samfunns og næringsutvikling", "4.1.3"),
    "kristiansand-admin": lambda: listed("administrasjons- og stabstjenester", "4.1.3"),
    "kristiansand-helse": lambda: listed("helse, sosial og oppvekstsektorene", "4.1.3", form__in=FORMS_OF_LAW),
    "kristiansand-kultur": lambda: listed("kultursektoren", "4.1.3"),
    "kristiansand-teknisk": lambda: listed("teknisk sektor og samferdsel", "4.1.3"),
    "kristiansand-28": lambda: sum(kristiansand()),
    "kristiansand-nettverk": lambda: Cooperation.objects.filter(umbrella__slug="region-kristiansand").count(),
    "vart-agder": lambda: members("vart-agder", group__isnull=False),
    "stottenettverk": lambda: listed("Støttenettverk", "4.1.2", umbrella__slug="vart-agder"),
    "koss": lambda: members("koss"),
    "nye-monster": lambda: members("nye-monster-trygg-oppvekst", organisation__kind="municipality"),
    "baerekraftsnettverket": lambda: members("baerekraftsnettverket"),
    "drammensregionen": lambda: members("drammensregionen-ipr"),
    "glitrevannverket": lambda: members("glitrevannverket-iks", role="owner"),
    "godt-vann": lambda: members("godt-vann-drammensregionen"),
    "rfd": lambda: members("rfd-iks"),
    "vardar": lambda: members("vardar-as"),
    "oslofjorden": lambda: members("oslofjordens-friluftsrad"),
    "e134": lambda: members("e134-haukelivegen-as"),
    "sor-ost-110": lambda: members("sor-ost-110-iks"),
    "osloregionen": lambda: members("osloregionen-ipr"),
    "buskerudbyen": lambda: members("buskerudbyen", organisation__kind="municipality", role="partner"),
    "krisesenter-rogaland": lambda: members("krisesenter-sor-rogaland"),
    "ikart": lambda: members("ikart", organisation__kind="municipality"),
    "nord-jaeren": lambda: members("samfunnssikkerhetsrad-nord-jaeren"),
    "digivestland": lambda: members("digivestland", organisation__kind="municipality"),
    "innkjop-bergen": lambda: members("innkjopssamarbeid-bergen"),
    "vann-vest": lambda: members("vann-vest"),
    "vbr": lambda: members("vest-brann-og-redningsregion"),
    "bergensalliansen": lambda: members("bergensalliansen"),
    "trondheim-33": lambda: Cooperation.objects.filter(citations__note__regex=r"nr\. \d+ i listen").distinct().count(),
    "trondheim-nivi": lambda: COUNTS["trondheim-33"](),
    "barnevernvakt-trondheim": lambda: members("barnevernvakten-i-trondheim"),
    "trondheimsregionen": lambda: members("trondheimsregionen-ipr"),
    "tromsoregionen": lambda: members("tromsoregionen-ipr"),
    "tromso-25": lambda: (
        sum(COUNTS[f"tromso-{part}"]() for part in ("naering", "admin", "helse", "kultur", "teknisk"))
        + listed("Annet", "4.6.2")
    ),
    # The former regional council is told of in the running text, not in the list.
    "tromso-naering": lambda: listed("samfunns og næringsutvikling", "4.6.2", valid_to=None),
    "tromso-admin": lambda: listed("administrasjons og stabstjenester", "4.6.2"),
    "tromso-helse": lambda: listed("helse- og sosialtjenester", "4.6.2"),
    "tromso-kultur": lambda: listed("kultursektoren", "4.6.2"),
    "tromso-teknisk": lambda: listed("teknisk sektor og samferdsel", "4.6.2"),
    "komrev": lambda: members("komrev-nord-iks"),
    "arkiv-troms": lambda: members("arkiv-troms"),
    "iua-troms": lambda: members("iua-midt-og-nord-troms"),
    "usht-troms": lambda: members("usht-troms-og-finnmark-troms"),
}


def table() -> dict[str, list[str]]:
    """Return the rows of the document by id."""
    text = (settings.BASE_DIR / "docs/report-figures.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row for row in rows[2:]}


def test_every_row_is_counted_and_every_count_is_in_the_table():
    assert table().keys() == COUNTS.keys()


@pytest.mark.usefixtures("real_data")
@pytest.mark.django_db
class TestFigures:
    @pytest.mark.parametrize("key", COUNTS)
    def test_the_register_holds_what_the_table_says(self, key):
        _, _, _, report, register, reason = table()[key]
        assert COUNTS[key]() == int(register)
        assert reason or report == register, "a difference needs its reason"

    def test_the_total_is_true(self):
        text = (settings.BASE_DIR / "docs/report-figures.md").read_text()
        total = int(re.search(r"six regions give (\d+) cooperations", text)[1])
        assert Cooperation.objects.filter(citations__source__key="norce-2023-3").distinct().count() == total
