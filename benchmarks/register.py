"""Which register is measured?  A made-up one of any size, the same on every machine, written by COPY.

Four hundred organisations, 357 of them municipalities that changed their numbers in 2024; each cooperation has about
eight memberships, of which some begin later or have ended, a purpose, one or two tasks and a source.
"""

import datetime
import random
from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

ORGANISATIONS, MUNICIPALITIES, COUNTIES = 400, 357, 15
FORMS = ["IKS"] * 3 + ["VK"] * 4 + ["AGREEMENT"] * 3 + ["KO", "IPR", "NETWORK", "AS", "UNKNOWN"]
_FIRST = ["Nord", "Sør", "Øst", "Vest", "Midt", "Indre", "Ytre", "Øvre", "Nedre", "Gamle", "Nye", "Store"]
_LAST = ["dal", "vik", "nes", "fjord", "berg", "sund", "øy", "lund", "heim", "stad", "mo", "vang"]
_WHAT = [
    "legevakt",
    "renovasjon",
    "brannvern",
    "barnevern",
    "revisjon",
    "skatteoppkreving",
    "vannverk",
    "arkiv",
    "krisesenter",
    "kulturskole",
    "næringsutvikling",
    "digitalisering",
    "innkjøp",
    "beredskap",
    "pedagogikk",
    "landbrukskontor",
    "kontrollutvalg",
    "jordmortjeneste",
]
_DAY = datetime.date(2024, 1, 1)

Table = tuple[str, str, Iterable[tuple]]


def place(number: int) -> str:
    """Return the name of a municipality."""
    return f"{_FIRST[number % 12]}{_LAST[number // 12 % 12]}{'' if number < 144 else number}"


def tables(size: int) -> Iterator[Table]:
    """Yield every table with its columns and rows, in an order that foreign keys allow."""
    yield from _reference()
    yield from _cooperations(size)


def _reference() -> Iterator[Table]:
    bodies = [
        (n + 1, f"org-{n}", "municipality" if n < MUNICIPALITIES else "company", place(n), "", None, "NO", "")
        for n in range(ORGANISATIONS)
    ]
    councils = [
        (1000 + n, f"fk-{n}", "county_council", f"Fylke {n} fylkeskommune", "", None, "NO", "") for n in range(COUNTIES)
    ]
    yield "municipalities_organisation", "id slug kind name short_name org_number country note", bodies + councils
    yield (
        "municipalities_county",
        "id number name official_name council_id note",
        [(n + 1, f"{n + 1:02d}", f"Fylke {n}", f"Fylke {n}", 1000 + n, "") for n in range(COUNTIES)],
    )
    blank = ("", "", "", "", "", "")
    yield (
        "municipalities_municipality",
        "organisation_id malform malform_confidence point_kind admin_centre wikidata_id registered_name",
        [(n + 1, *blank) for n in range(MUNICIPALITIES)],
    )
    numbers = []
    for n in range(MUNICIPALITIES):
        old, new = f"{n + 1000}", f"{n + 3000}"
        before = _DAY - datetime.timedelta(days=1)
        numbers.append((2 * n + 1, n + 1, old, place(n), "", n % COUNTIES + 1, None, before))
        numbers.append((2 * n + 2, n + 1, new, place(n), "", n % COUNTIES + 1, _DAY, None))
    yield (
        "municipalities_municipalitynumber",
        "id municipality_id number name label county_id valid_from valid_to",
        numbers,
    )
    yield (
        "agreements_source",
        "id key title authors publisher licence url credit used_for",
        [(n, f"kilde-{n}", f"Kilde {n}", "", "", "CC BY 4.0", "", "", "") for n in (1, 2, 3)],
    )
    tasks = [(n + 1, f"sektor-{n}", None, *[f"Sektor {n}"] * 3, "", n) for n in range(6)]
    tasks += [(100 + n, f"oppgave-{n}", n % 6 + 1, *[what.capitalize()] * 3, "", n) for n, what in enumerate(_WHAT)]
    yield "agreements_task", "id code parent_id name_nb name_nn name_en kostra_function position", tasks


def _cooperations(size: int) -> Iterator[Table]:
    dice = random.Random(size)  # noqa: S311 - to make things up, not to keep secrets
    made, members, links, citations = [], [], [], []
    for n in range(1, size + 1):
        what, where = dice.randrange(len(_WHAT)), dice.randrange(MUNICIPALITIES)
        form = dice.choice(FORMS)
        start = datetime.date(dice.randrange(1990, 2025), dice.randrange(1, 13), 1)
        end = None if dice.random() < 0.8 else start + datetime.timedelta(days=dice.randrange(400, 6000))
        made.append((
            n, f"samarbeid-{n}", f"{place(where)} {_WHAT[what]} {n}", True, "", form, "",
            f"Samarbeid om {_WHAT[what]} for {place(where)} og kommunene rundt.", "established", start, "day", end,
            "day", "", False, "", "published",
        ))  # fmt: skip
        links.append((n, 100 + what, 0))
        citations.append((1 + n % 3, n, None, f"avsnitt {n % 9}, linje {n}", "", ""))
        who = sorted({where + 1, *(dice.randrange(1, ORGANISATIONS + 1) for _ in range(dice.randrange(5, 10)))})
        for position, body in enumerate(who):
            later = start + datetime.timedelta(days=dice.randrange(1, 2000))
            begins, ends = dice.choice([(start, None)] * 8 + [(later, None), (start, later)])
            share = (1, len(who)) if form in ("IKS", "AS") else (None, None)
            role = "host" if form == "VK" and body == where + 1 else "owner" if share[0] else "participant"
            members.append((
                len(members) + 1, n, body, role, "", *share, "", begins, "day", ends, "day", "", "", position
            ))  # fmt: skip
    yield (
        "agreements_cooperation",
        "id slug name has_proper_name short_name form form_as_stated purpose stage valid_from valid_from_precision "
        "valid_to valid_to_precision count_note leader_rotates confirmed_by publication",
        made,
    )
    yield (
        "agreements_membership",
        "id cooperation_id organisation_id role covers ownership_numerator ownership_denominator share_note valid_from "
        "valid_from_precision valid_to valid_to_precision note purpose position",
        members,
    )
    yield "agreements_cooperationtask", "cooperation_id task_id position", links
    yield "agreements_citation", "source_id cooperation_id membership_id locator heading note", citations


def copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[tuple]) -> None:
    """Write the rows of one table."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)
