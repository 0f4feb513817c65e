"""How does the reference data get in: municipalities, counties, changes and population from fixtures/reference?

Five CSV files are read whole and checked against each other before anything is written; then one
transaction brings the tables to what the files say, so that a second run changes nothing.
"""

import csv
import datetime
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction

from .models import (
    County,
    Municipality,
    MunicipalityChange,
    MunicipalityNumber,
    Organisation,
    OrganisationName,
    Population,
)
from .models.fields import validate_org_number

FILES = {
    "counties.csv": ["number", "name", "name_official", "valid_from", "valid_to", "county_council"],
    "municipalities.csv": ["code", "name", "name_no", "org_number", "area_km2", "lat", "lon", "point_kind"],
    "municipality_numbers.csv": ["code", "name", "valid_from", "valid_to", "klass_label"],
    "municipality_changes.csv": ["old_code", "old_name", "new_code", "new_name", "date", "kind", "note", "source"],
    "population.csv": ["code", "name", "date", "population", "source"],
}


class ReferenceDataError(Exception):
    """The files cannot be loaded; ``errors`` lists every fault with file and line."""

    def __init__(self, errors: list[str]):
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def slugify_norwegian(text: str) -> str:
    """Return an address part as Norwegians write them: æ ø å become ae o a, all other accents fall away."""
    letters = {"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "–": "-", "—": "-"}
    text = text.lower().translate(str.maketrans(letters))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def unique_slug(model: type[models.Model], text: str, pk=None, field: str = "slug") -> str:
    """Return an address name made of ``text`` that no other row of ``model`` has."""
    longest = model._meta.get_field(field).max_length
    wanted = slugify_norwegian(text)[: longest - 5].strip("-") or "uten-navn"
    taken = set(
        model._default_manager.filter(**{f"{field}__startswith": wanted}).exclude(pk=pk).values_list(field, flat=True)
    )
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


@dataclass
class Version:
    """One row of municipality_numbers.csv."""

    number: str
    name: str
    label: str
    org_number: str
    valid_from: datetime.date
    valid_to: datetime.date | None


@dataclass
class Identity:
    """One municipality through its versions, in order of time."""

    versions: list[Version] = field(default_factory=list)
    name: str = ""

    @property
    def slug(self) -> str:
        return f"{slugify_norwegian(self.name)}-{self.versions[-1].number}"


class ReferenceFiles:
    """The five files, read and checked. Raises ``ReferenceDataError`` that lists every fault."""

    def __init__(self, folder: Path):
        self.errors: list[str] = []
        self.rows = {name: self._read(folder / name, columns) for name, columns in FILES.items()}
        if self.errors:
            raise ReferenceDataError(self.errors)
        self._check_values()
        if self.errors:
            raise ReferenceDataError(self.errors)
        self.current = {row["code"]: row for row in self.rows["municipalities.csv"]}
        self.identities = self._identities()
        if self.errors:
            raise ReferenceDataError(self.errors)

    def _read(self, path: Path, columns: list[str]) -> list[dict[str, str]]:
        if not path.is_file():
            self.errors.append(f"{path.name}: the file is missing")
            return []
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                self.errors.append(f"{path.name}: missing columns: {', '.join(missing)}")
                return []
            return [row | {"_line": str(line)} for line, row in enumerate(reader, start=2)]

    def _fault(self, file: str, row: dict[str, str], text: str) -> None:
        self.errors.append(f"{file}, line {row['_line']}: {text}")

    def _check_values(self) -> None:
        """Check each cell on its own: numbers, dates, organisation numbers."""
        code, date = re.compile(r"\d{4}"), re.compile(r"\d{4}-\d{2}-\d{2}")
        for file, rows in self.rows.items():
            for row in rows:
                for column, value in row.items():
                    if column in ("code", "old_code", "new_code") and not code.fullmatch(value):
                        self._fault(file, row, f"{column} «{value}» is not a municipality number of four digits")
                    if column in ("valid_from", "valid_to", "date") and value:
                        try:
                            if not date.fullmatch(value):
                                raise ValueError
                            datetime.date.fromisoformat(value)
                        except ValueError:
                            self._fault(file, row, f"{column} «{value}» is not a date (YYYY-MM-DD)")
                    if "org_number" in column and value:
                        try:
                            validate_org_number(value)
                        except ValidationError as error:
                            self._fault(file, row, f"{column} «{value}»: {error.messages[0]}")
        for row in self.rows["population.csv"]:
            if not row["population"].isdigit():
                self._fault("population.csv", row, f"population «{row['population']}» is not a whole number")
        kinds = set(MunicipalityChange.Kind.values)
        for row in self.rows["municipality_changes.csv"]:
            if row["kind"] not in kinds:
                self._fault("municipality_changes.csv", row, f"kind «{row['kind']}» is not one of {sorted(kinds)}")

    def _identities(self) -> dict[str, list[Identity]]:
        """Join the versions of each municipality; return the identities by each number they have had."""
        versions = defaultdict(list)
        for row in self.rows["municipality_numbers.csv"]:
            versions[row["code"]].append(
                Version(
                    row["code"],
                    row["name"],
                    row["klass_label"],
                    row.get("org_number_2020_onwards", ""),
                    datetime.date.fromisoformat(row["valid_from"]),
                    _date(row["valid_to"]),
                )
            )
        # A number carries on where the next version of the same number follows without a gap, and
        # to a new number by a renumbering; every other change ends one body and makes another.
        follows: dict[tuple[str, datetime.date], str] = {}
        for row in self.rows["municipality_changes.csv"]:
            if row["kind"] == MunicipalityChange.Kind.RENUMBER:
                follows[row["new_code"], datetime.date.fromisoformat(row["date"])] = row["old_code"]
        ordered = sorted((v for vs in versions.values() for v in vs), key=lambda v: (v.valid_from, v.number))
        latest: dict[str, Identity] = {}
        identities: dict[str, list[Identity]] = defaultdict(list)
        for version in ordered:
            before = follows.get((version.number, version.valid_from), version.number)
            identity = latest.get(before)
            day_before = version.valid_from - datetime.timedelta(days=1)
            if identity is None or identity.versions[-1].valid_to != day_before:
                identity = Identity()
            identity.versions.append(version)
            latest[version.number] = identity
            if identity not in identities[version.number]:
                identities[version.number].append(identity)
        plain = {v.name for v in ordered if " - " not in v.name} | {r["name_no"] for r in self.current.values()}
        for identity in {id(i): i for many in identities.values() for i in many}.values():
            last = identity.versions[-1]
            parts = last.name.split(" - ")
            known = [p for p in parts if p in plain]
            if last.number in self.current and last.valid_to is None:
                identity.name = self.current[last.number]["name_no"]
            elif len(parts) == 1 or len(known) == 1:
                identity.name = (known or parts)[0]
            else:
                self.errors.append(
                    f"municipality_numbers.csv: no Norwegian name found in «{last.name}» ({last.number})"
                )
        return dict(identities)

    def identity_on(self, number: str, date: datetime.date) -> Identity | None:
        """Return the municipality that held the number on the day."""
        for identity in self.identities.get(number, []):
            for version in identity.versions:
                if version.number == number and version.valid_from <= date <= (version.valid_to or date):
                    return identity
        return None

    def all_identities(self) -> list[Identity]:
        """Return each municipality once."""
        return list({id(i): i for many in self.identities.values() for i in many}.values())


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _sync(model: type[models.Model], key: tuple[str, ...], wanted: Iterable[dict], counts: Counter) -> dict:
    """Bring the rows of ``model`` to ``wanted``; return the objects by key. Rows not named are left alone."""
    existing = {tuple(getattr(obj, k) for k in key): obj for obj in model.objects.all()}
    new, changed = [], []
    fields: set[str] = set()
    for values in wanted:
        identity = tuple(values[k] for k in key)
        obj = existing.get(identity)
        if obj is None:
            obj = existing[identity] = model(**values)
            new.append(obj)
            continue
        differing = {k for k, v in values.items() if getattr(obj, k) != v}
        if differing:
            for k in differing:
                setattr(obj, k, values[k])
            fields |= differing
            changed.append(obj)
    model.objects.bulk_create(new, batch_size=1000)
    if changed:
        model.objects.bulk_update(changed, sorted(fields), batch_size=500)
    counts[f"{model._meta.model_name} new"] += len(new)
    counts[f"{model._meta.model_name} changed"] += len(changed)
    return existing


def load(folder: Path, say: Callable[[str], None] = lambda _text: None) -> Counter:
    """Load the five files; return how many rows are new and changed, by table.

    Raises ``ReferenceDataError`` before anything is written when a file is faulty.
    """
    files = ReferenceFiles(folder)
    counts: Counter = Counter()
    with (
        transaction.atomic(),
        pghistory.context(reason="Referansedata fra fixtures/reference", command="load_reference"),
    ):
        say("Counties and county councils")
        organisations = _load_councils(files, counts)
        counties = _load_counties(files, organisations, counts)
        say("Municipalities with numbers and names")
        municipalities = _load_municipalities(files, counties, counts)
        say("Municipal changes")
        _load_changes(files, municipalities, counts)
        say("Population")
        _load_population(files, municipalities, counts)
    return counts


def _load_councils(files: ReferenceFiles, counts: Counter) -> dict:
    """Make one organisation per county council; Oslo's is Oslo kommune, made with the municipalities."""
    by_number: dict[str, dict] = {}
    for row in files.rows["counties.csv"]:
        number = row["county_council_org_number"]
        if row["number"] == "03":
            continue
        council = by_number.setdefault(
            number,
            {
                "slug": f"{slugify_norwegian(row['county_council'])}-{row['number']}",
                "kind": Organisation.Kind.COUNTY_COUNCIL,
                "name": row["county_council"],
                "org_number": number,
                "valid_from": _date(row["valid_from"]),
                "valid_to": _date(row["valid_to"]),
            },
        )
        council["valid_to"] = _date(row["valid_to"])
    oslo = files.identity_on("0301", datetime.date(2024, 1, 1))
    wanted = [*by_number.values(), _organisation_values(oslo)]
    return _sync(Organisation, ("slug",), wanted, counts)


def _load_counties(files: ReferenceFiles, organisations: dict, counts: Counter) -> dict:
    by_org_number = {o.org_number: o for o in organisations.values() if o.org_number}
    wanted = [
        {
            "number": row["number"],
            "name": row["name"],
            "official_name": row["name_official"],
            "council_id": by_org_number[row["county_council_org_number"]].pk,
            "valid_from": _date(row["valid_from"]),
            "valid_to": _date(row["valid_to"]),
            "note": "Oslo kommune har også fylkeskommunens oppgaver." if row["number"] == "03" else "",
        }
        for row in files.rows["counties.csv"]
    ]
    counties = _sync(County, ("number",), wanted, counts)
    for row in files.rows["counties.csv"]:
        county = counties[(row["number"],)]
        after = [counties[(n,)] for n in row["successors"].split(";") if n]
        county.successors.set(after)
        if row["number"] != "03":
            county.council.successors.set({c.council for c in after})
    return counties


def _organisation_values(identity: Identity) -> dict:
    last = identity.versions[-1]
    return {
        "slug": identity.slug,
        "kind": Organisation.Kind.MUNICIPALITY,
        "name": identity.name,
        "org_number": next((v.org_number for v in reversed(identity.versions) if v.org_number), None),
        "valid_from": identity.versions[0].valid_from,
        "valid_to": last.valid_to,
    }


def _load_municipalities(files: ReferenceFiles, counties: dict, counts: Counter) -> dict:
    """Make organisation, municipality, numbers and names; return the municipalities by slug."""
    identities = files.all_identities()
    organisations = _sync(Organisation, ("slug",), map(_organisation_values, identities), counts)
    municipalities = _sync(
        Municipality,
        ("organisation_id",),
        (_municipality_values(files, i, organisations[(i.slug,)].pk) for i in identities),
        counts,
    )
    _sync(
        MunicipalityNumber,
        ("number", "valid_from"),
        (
            {
                "municipality_id": organisations[(i.slug,)].pk,
                "number": v.number,
                "name": v.name,
                "label": v.label,
                "county_id": counties[(v.number[:2],)].pk,
                "valid_from": v.valid_from,
                "valid_to": v.valid_to,
            }
            for i in identities
            for v in i.versions
        ),
        counts,
    )
    _sync(
        OrganisationName,
        ("organisation_id", "name", "language", "kind"),
        (values for i in identities for values in _name_values(files, i, organisations[(i.slug,)].pk)),
        counts,
    )
    return {i.slug: municipalities[(organisations[(i.slug,)].pk,)] for i in identities}


def _municipality_values(files: ReferenceFiles, identity: Identity, pk: int) -> dict:
    """Return the latest figures; a municipality that has ended before 2024 has none in the files."""
    last = identity.versions[-1]
    row = files.current.get(last.number) if last.valid_to is None else None
    if row is None:
        return {"organisation_id": pk}
    return {
        "organisation_id": pk,
        "malform": row["malform"],
        "malform_confidence": row["malform_confidence"],
        "centrality_class": int(row["centrality_class"]) if row["centrality_class"] else None,
        "centrality_index": int(row["centrality_index"]) if row["centrality_index"] else None,
        "area_km2": Decimal(row["area_km2"]).quantize(Decimal("0.01")) if row["area_km2"] else None,
        "latitude": Decimal(row["lat"]).quantize(Decimal("0.0001")) if row["lat"] else None,
        "longitude": Decimal(row["lon"]).quantize(Decimal("0.0001")) if row["lon"] else None,
        "point_kind": row["point_kind"],
        "admin_centre": row["admin_centre"],
        "wikidata_id": row["wikidata_id"],
        "registered_name": row["brreg_name"],
    }


def _name_values(files: ReferenceFiles, identity: Identity, pk: int) -> list[dict]:
    """Return the official names through time, and the Sámi and Kven names that stand in them today."""
    names: dict[tuple[str, str], dict] = {}
    for version in identity.versions:
        current = version is identity.versions[-1] and version.valid_to is None
        known = names.get((version.name, "und"))
        if known:
            known["valid_to"] = version.valid_to
            known["kind"] = OrganisationName.Kind.OFFICIAL if current else OrganisationName.Kind.FORMER
            continue
        names[version.name, "und"] = {
            "organisation_id": pk,
            "name": version.name,
            "language": OrganisationName.Language.OTHER
            if " - " in version.name
            else OrganisationName.Language.NORWEGIAN,
            "kind": OrganisationName.Kind.OFFICIAL if current else OrganisationName.Kind.FORMER,
            "valid_from": version.valid_from,
            "valid_to": version.valid_to,
        }
    last = identity.versions[-1]
    row = files.current.get(last.number) if last.valid_to is None else None
    if row:
        for column, language in (("name_sami", row["sami_lang"]), ("name_kven", "fkv")):
            if row[column]:
                names[row[column], language] = {
                    "organisation_id": pk,
                    "name": row[column],
                    "language": language,
                    "kind": OrganisationName.Kind.OFFICIAL,
                    "valid_from": None,
                    "valid_to": None,
                }
        if " - " in last.name:
            names[row["name_no"], "no"] = {
                "organisation_id": pk,
                "name": row["name_no"],
                "language": OrganisationName.Language.NORWEGIAN,
                "kind": OrganisationName.Kind.OFFICIAL,
                "valid_from": None,
                "valid_to": None,
            }
    return list({(v["name"], v["language"], v["kind"]): v for v in names.values()}.values())


def _load_changes(files: ReferenceFiles, municipalities: dict, counts: Counter) -> None:
    wanted, successors = [], defaultdict(set)
    for row in files.rows["municipality_changes.csv"]:
        date = datetime.date.fromisoformat(row["date"])
        old = files.identity_on(row["old_code"], date - datetime.timedelta(days=1))
        new = files.identity_on(row["new_code"], date)
        if old is None or new is None:
            raise ReferenceDataError(
                [f"municipality_changes.csv, line {row['_line']}: no municipality held the number on the day"]
            )
        if old is not new and old.versions[-1].valid_to is not None and old.versions[-1].valid_to < date:
            successors[old.slug].add(new.slug)
        wanted.append(
            {
                "date": date,
                "kind": row["kind"],
                "old_id": municipalities[old.slug].pk,
                "new_id": municipalities[new.slug].pk,
                "old_number": row["old_code"],
                "old_name": row["old_name"],
                "new_number": row["new_code"],
                "new_name": row["new_name"],
                "note": row["note"],
                "source": row["source"],
            }
        )
    _sync(MunicipalityChange, ("date", "old_number", "new_number", "kind"), wanted, counts)
    for old, new in successors.items():
        municipalities[old].organisation.successors.set([municipalities[n].organisation for n in new])


def _load_population(files: ReferenceFiles, municipalities: dict, counts: Counter) -> None:
    wanted = []
    for row in files.rows["population.csv"]:
        date = datetime.date.fromisoformat(row["date"])
        identity = files.identity_on(row["code"], date)
        if identity is None:
            raise ReferenceDataError(
                [f"population.csv, line {row['_line']}: {row['code']} was no municipality on {date}"]
            )
        wanted.append(
            {
                "municipality_id": municipalities[identity.slug].pk,
                "date": date,
                "persons": int(row["population"]),
                "source": row["source"],
            }
        )
    _sync(Population, ("municipality_id", "date"), wanted, counts)
