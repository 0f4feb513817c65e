"""How do the reviewed cooperations get in: from fixtures/ to the register, all or nothing?

The files are read and checked as a whole; every fault is listed with file and line before anything
is written. Only cooperations that the register has never held are added: what people have since
changed or deleted is left as they made it. The format is described in docs/data.md.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from municipalities.models import County, MunicipalityNumber, Organisation, OrganisationName
from municipalities.reference import slugify_norwegian

from ..models import (
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    DatePrecision,
    GroupStatement,
    Membership,
    Organ,
    Role,
    Source,
    Task,
    VagueDate,
)
from ..models.shares import check_shares_within_whole, parse_share
from .checks import CooperationFiles
from .files import Entry
from .names import NameIndex

#: How a kind of organ is written in the files → ``Organ.Kind``.
ORGAN_KINDS = {
    "representantskap": Organ.Kind.ASSEMBLY,
    "raad": Organ.Kind.ASSEMBLY,
    "styre": Organ.Kind.BOARD,
    "utvalg": Organ.Kind.COMMITTEE,
    "fagutvalg": Organ.Kind.EXPERT,
    "faggruppe": Organ.Kind.EXPERT,
    "fagraad": Organ.Kind.EXPERT,
    "styringsgruppe": Organ.Kind.STEERING,
    "styringsorgan": Organ.Kind.STEERING,
    "prosjektstyre": Organ.Kind.STEERING,
    "sekretariat": Organ.Kind.SECRETARIAT,
}


def load(folder: Path, say: Callable[[str], None] = lambda _text: None) -> Counter:
    """Load the files of ``folder``; return how many rows are new, by kind.

    Raises ``DataFileError`` with every fault; then nothing has been written.
    """
    files = CooperationFiles(folder)
    reason = {"reason": "Innlesing av datafilene i fixtures", "command": "load_cooperations"}
    with transaction.atomic(), pghistory.context(**reason):
        return _Loader(files, say).run()


class _Loader:
    """One run of the import, inside one transaction."""

    def __init__(self, files: CooperationFiles, say: Callable[[str], None]):
        self.files = files
        self.say = say
        self.counts: Counter = Counter()

    def run(self) -> Counter:
        self.sources = self._sources()
        self.tasks = self._tasks()
        self._organisations()
        held = apps.get_model("agreements", "CooperationEvent").objects.values_list("slug", flat=True)
        self.known_before = set(held) | set(Cooperation.objects.values_list("slug", flat=True))
        self.made: dict[str, Cooperation] = {}
        for file, entry in self.files.entries():
            if "id" in entry and entry["id"] not in self.known_before:
                self._cooperation(file, entry)
        self._bodies()
        self.names = NameIndex()
        self.rows: dict[str, list[tuple[str, Entry, Membership]]] = {slug: [] for slug in self.made}
        for file in self.files.regions:
            self.say(f"{file}: members")
            for other, entry in self.files.entries():
                if other == file and entry.get("id") in self.made:
                    self._members(file, entry, self.made[entry["id"]])
        # What another file adds to a cooperation comes after the cooperation's own members.
        for file, entry in self.files.entries():
            if entry.get("extends") in self.made:
                self._members(file, entry, self.made[entry["extends"]])
        self._relations()
        self._check_members()
        self.files.stop_on_errors()
        self._save_members()
        self.counts["left as they are"] = sum(
            1 for _, e in self.files.entries() if "id" in e and e["id"] in self.known_before
        )
        return self.counts

    # General lists -----------------------------------------------------------------------------

    def _sources(self) -> dict[str, Source]:
        known = {s.key: s for s in Source.objects.all()}
        for entry in self.files.general["sources.yaml"]["sources"]:
            if entry["key"] not in known:
                values = dict(entry)
                for key in ("published", "as_of"):
                    if key in values:
                        values[key] = datetime.date.fromisoformat(str(values[key]))
                known[entry["key"]] = Source.objects.create(**values)
                self.counts["sources"] += 1
        return known

    def _tasks(self) -> dict[str, Task]:
        known = {t.code: t for t in Task.objects.all()}
        for position, (entry, sector) in enumerate(self.files.tasks):
            if entry["code"] in known:
                continue
            known[entry["code"]] = Task.objects.create(
                code=entry["code"],
                parent=known[sector["code"]] if sector else None,
                name_nb=entry["nb"],
                name_nn=entry["nn"],
                name_en=entry["en"],
                kostra_function=entry.get("kostra", ""),
                position=position,
            )
            self.counts["tasks"] += 1
        return known

    def _organisations(self) -> None:
        known = set(Organisation.objects.values_list("slug", flat=True))
        for entry in self.files.general["organisations.yaml"]["organisations"]:
            slug = slugify_norwegian(entry["name"])
            if slug in known:
                continue
            body = Organisation(
                slug=slug,
                kind=entry["kind"],
                name=entry["name"],
                short_name=entry.get("short_name", ""),
                org_number=entry.get("org_number"),
                country=entry.get("country", "NO"),
            )
            if not self._clean("organisations.yaml", entry, body):
                continue
            body.save()
            for alias in entry.get("aliases", []):
                OrganisationName.objects.create(organisation=body, name=alias, kind=OrganisationName.Kind.ALIAS)
            self.counts["organisations"] += 1

    # Cooperations ------------------------------------------------------------------------------

    def _cooperation(self, file: str, entry: Entry) -> None:
        source = self.sources[self.files.regions[file]["source"]]
        faults = len(self.files.errors)
        start, end = self._period(file, entry, source.as_of, ended=entry.get("ended"))
        cooperation = Cooperation(
            slug=entry["id"],
            name=entry["name"],
            has_proper_name=entry.get("named", True),
            short_name=entry.get("short_name", ""),
            form=entry["form"],
            form_as_stated=entry.get("form_as_stated", ""),
            purpose=entry.get("purpose", ""),
            stage=entry.get("stage", Cooperation.Stage.ESTABLISHED),
            stated_member_count=entry.get("stated_member_count"),
            count_note=entry.get("count_note", ""),
            members_complete=entry.get("members_complete"),
            leader_rotates=entry.get("leader_rotates", False),
            publication=Cooperation.Publication.PUBLISHED,
            **_columns("valid_from", start),
            **_columns("valid_to", end),
        )
        if not self._clean(file, entry, cooperation) or len(self.files.errors) > faults:
            return
        cooperation.save()
        self.made[entry["id"]] = cooperation
        self.counts["cooperations"] += 1
        for position, code in enumerate(entry["tasks"]):
            CooperationTask.objects.create(cooperation=cooperation, task=self.tasks[code], position=position)
        for position, organ in enumerate(entry["organs"]):
            row = Organ(
                cooperation=cooperation,
                name=organ["name"][:1].upper() + organ["name"][1:],
                kind=ORGAN_KINDS.get(organ["type"], Organ.Kind.OTHER),
                note=organ.get("note", ""),
                position=position,
            )
            if self._clean(file, organ, row):
                row.save()

    def _bodies(self) -> None:
        """Make the organisation that a cooperation is when it takes part in something itself."""
        for _file, entry in self.files.entries():
            cooperation = self.made.get(entry.get("id"))
            if cooperation is None or not entry.get("body"):
                continue
            cooperation.body = Organisation.objects.create(
                slug=entry["id"], kind=entry.get("body_kind", Organisation.Kind.INTERMUNICIPAL), name=entry["body"]
            )
            cooperation.save()

    def _relations(self) -> None:
        by_slug = {c.slug: c for c in Cooperation.objects.all()}
        for file, entry in self.files.entries():
            cooperation = self.made.get(entry.get("id"))
            if cooperation is None:
                continue
            for link in entry["predecessors"]:
                if link["id"] not in by_slug:
                    self.files.fault(file, link, f"predecessor «{link['id']}» has been deleted from the register")
                    continue
                CooperationRelation.objects.create(
                    predecessor=by_slug[link["id"]], successor=cooperation, kind=link["kind"]
                )
            if entry.get("umbrella"):
                cooperation.umbrella = by_slug.get(entry["umbrella"])
                cooperation.save()

    # Members -----------------------------------------------------------------------------------

    def _members(self, file: str, entry: Entry, cooperation: Cooperation) -> None:
        """Make the citations, the named members and those that follow from group statements."""
        content = self.files.regions[file]
        source = self.sources[content["source"]]
        day = min(source.as_of, cooperation.valid_to or source.as_of)
        for citation in entry["citations"]:
            Citation.objects.create(
                source=source,
                cooperation=cooperation,
                locator=_locator(citation["section"], citation["line"]),
                heading=entry.get("heading") or "",
                note=citation.get("note") or "",
            )
        for member in entry["members"]:
            self._named_member(file, entry, member, cooperation, day)
        for position, group in enumerate(entry["groups"]):
            self._group(file, entry, group, cooperation, day, position)

    def _named_member(self, file: str, entry: Entry, member: Entry, cooperation: Cooperation, day) -> None:
        source = self.sources[self.files.regions[file]["source"]]
        start, end = self._period(file, member, source.as_of, ended=member.get("left"))
        try:
            who = self.names.find(str(member["who"]), min(day, end.date if end else day))
        except LookupError as error:
            self.files.fault(file, member, str(error))
            return
        group = self._class_statement(file, member, cooperation) if member.get("via") == "class" else None
        row = Membership(
            cooperation=cooperation,
            organisation=who,
            role=member["role"],
            group=group,
            covers=member.get("covers", ""),
            share_note=member.get("share_note", ""),
            note=member.get("note", ""),
            position=len(self.rows[cooperation.slug]),
            **self._share(file, member, "share", "ownership"),
            **self._share(file, member, "liability", "liability"),
            **_columns("valid_from", start),
            **_columns("valid_to", end),
        )
        self._add(file, member, row, entry)

    def _class_statement(self, file: str, member: Entry, cooperation: Cooperation) -> GroupStatement | None:
        """Return the statement about a whole class of cooperations from which the member's role follows."""
        statement = self.files.regions[file].get("class_statement")
        if not statement:
            self.files.fault(file, member, "via class, but the file has no class_statement")
            return None
        return GroupStatement.objects.get_or_create(
            cooperation=cooperation,
            wording=statement["text"],
            role=member["role"],
            defaults={"note": f"linje {statement['line']}"},
        )[0]

    def _group(self, file: str, entry: Entry, group: Entry, cooperation: Cooperation, day, position: int) -> None:
        """Store a group statement, and the members that follow from it beyond doubt."""
        county = None
        number = group.get("county") or group.get("former_county")
        if number:
            county = County.objects.filter(number=str(number)).first()
            if county is None:
                self.files.fault(file, group, f"county «{number}» is unknown")
                return
        statement = GroupStatement(
            cooperation=cooperation,
            wording=group["text"],
            role=group["role"],
            county=county,
            count=group.get("count"),
            note=group.get("note") or group.get("share_note") or "",
            position=position,
        )
        if not self._clean(file, group, statement):
            return
        statement.save()
        self.counts["group statements"] += 1
        members = self._derived(file, group, county, day)
        excepted = {self._find(file, group, name, day) for name in group.get("except", [])}
        taken = {m.organisation for _, _, m in self.rows[cooperation.slug] if m.role == group["role"]}
        # A host is a member of the cooperation already: «alle kommuner» does not make it a guest of itself.
        hosts = {m.organisation for _, _, m in self.rows[cooperation.slug] if m.role == Role.HOST}
        for who in members:
            if who not in excepted | taken | hosts:
                row = Membership(
                    cooperation=cooperation,
                    organisation=who,
                    role=group["role"],
                    group=statement,
                    position=len(self.rows[cooperation.slug]),
                )
                self._add(file, group, row, entry)

    def _derived(self, file: str, group: Entry, county: County | None, day: datetime.date) -> list[Organisation]:
        """Return the municipalities that a group statement means on the day, sorted by name."""
        if group.get("region"):
            region = (self.files.regions[file].get("regions") or {}).get(group["region"])
            if region is None:
                self.files.fault(file, group, f"region «{group['region']}» is not defined in the file")
                return []
            found = [self._find(file, group, name, day) for name in region["municipalities"]]
            return [who for who in found if who]
        if county is None:
            return []
        if group.get("county"):
            numbers = MunicipalityNumber.objects.filter(county=county).valid_on(day)
            return [n.municipality.organisation for n in numbers.select_related("municipality__organisation")]
        return self._descendants(county, day)

    @staticmethod
    def _descendants(county: County, day: datetime.date) -> list[Organisation]:
        """Return the municipalities of ``day`` whose area lay in a county that has ended."""
        last = county.valid_to or day
        numbers = MunicipalityNumber.objects.filter(county=county).valid_on(last)
        frontier = {n.municipality.organisation for n in numbers.select_related("municipality__organisation")}
        found: dict[int, Organisation] = {}
        while frontier:
            body = frontier.pop()
            if body.valid_to and body.valid_to < day:
                frontier |= set(body.successors.all())
            else:
                found[body.pk] = body
        return sorted(found.values(), key=lambda o: o.sort_key)

    def _find(self, file: str, entry: Entry, name: str, day: datetime.date) -> Organisation | None:
        try:
            return self.names.find(name, day)
        except LookupError as error:
            self.files.fault(file, entry, str(error))
            return None

    def _add(self, file: str, entry: Entry, row: Membership, cooperation_entry: Entry) -> None:
        """Keep a row for saving; the same member in the same role from another file is one row with two citations."""
        if cooperation_entry.get("extends"):
            same = next(
                (
                    m
                    for _, _, m in self.rows[row.cooperation.slug]
                    if (m.organisation, m.role) == (row.organisation, row.role)
                ),
                None,
            )
            if same:
                same.cited_by.append(self._citation(file, entry, cooperation_entry))
                return
        if self._clean(file, entry, row, exclude=["cooperation", "organisation", "group"]):
            row.cited_by = [self._citation(file, entry, cooperation_entry)]
            self.rows[row.cooperation.slug].append((file, entry, row))

    def _citation(self, file: str, entry: Entry, cooperation_entry: Entry) -> Citation:
        first = cooperation_entry["citations"][0] if cooperation_entry["citations"] else {"section": "?", "line": "?"}
        notes = []
        if entry.get("via") == "intro":
            notes.append("Deltakelsen går fram av innledningen til listen.")
        if entry.get("printed"):
            notes.append(f"Trykt «{entry['printed']}».")
        return Citation(
            source=self.sources[self.files.regions[file]["source"]],
            locator=_locator(first["section"], entry.get("line") or first["line"]),
            heading=cooperation_entry.get("heading") or "",
            note=" ".join(notes),
        )

    def _check_members(self) -> None:
        """Refuse what is impossible: the same member twice in a role on one day, shares above the whole."""
        for rows in self.rows.values():
            for index, (file, entry, row) in enumerate(rows):
                for _, _, other in rows[:index]:
                    if (other.organisation, other.role) == (row.organisation, row.role) and _overlap(other, row):
                        self.files.fault(
                            file, entry, f"«{row.organisation.name}» has the role {row.role} twice at the same time"
                        )
            try:
                check_shares_within_whole(row for _, _, row in rows)
            except ValidationError as error:
                file, entry, row = rows[0]
                self.files.fault(file, entry, f"«{row.cooperation.name}»: {' '.join(error.messages)}")

    def _save_members(self) -> None:
        rows = [row for many in self.rows.values() for _, _, row in many]
        Membership.objects.bulk_create(rows, batch_size=500)
        citations = []
        for row in rows:
            for citation in row.cited_by:
                citation.membership = row
                citations.append(citation)
        Citation.objects.bulk_create(citations, batch_size=500)
        self.counts["memberships"] += len(rows)

    # Single values -----------------------------------------------------------------------------

    def _clean(self, file: str, entry: Entry, row, exclude=None) -> bool:
        """Validate one row's own fields; faults are noted at the line of ``entry``."""
        try:
            row.clean_fields(exclude=exclude)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.files.fault(file, entry, f"{name}: {' '.join(messages)}")
            return False
        return True

    def _period(self, file: str, entry: Entry, as_of, ended: bool | None) -> tuple[VagueDate | None, VagueDate | None]:
        """Read start and end; «ended»/«left» without a date means: by the day that the source describes."""
        start = self._date(file, entry, "start", end=False)
        end = self._date(file, entry, "end", end=True)
        if end is None and ended:
            end = VagueDate(as_of, DatePrecision.BY)
        if start and end and start.date > end.date:
            self.files.fault(file, entry, "the end is before the start")
        return start, end

    def _date(self, file: str, entry: Entry, key: str, *, end: bool) -> VagueDate | None:
        if entry.get(key) is None:
            return None
        try:
            return VagueDate.parse(str(entry[key]), end=end)
        except ValueError as error:
            self.files.fault(file, entry, f"{key}: {error}")
            return None

    def _share(self, file: str, entry: Entry, key: str, column: str) -> dict[str, int]:
        if entry.get(key) is None:
            return {}
        try:
            share: Fraction = parse_share(str(entry[key]))
        except ValueError as error:
            self.files.fault(file, entry, f"{key}: {error}")
            return {}
        return {f"{column}_numerator": share.numerator, f"{column}_denominator": share.denominator}


def _columns(name: str, vague: VagueDate | None) -> dict:
    return {name: vague.date, f"{name}_precision": vague.precision} if vague else {}


def _locator(section, line) -> str:
    place = f"avsnitt {section}" if str(section)[:1].isdigit() else f"«{section}»"
    return f"{place}, linje {str(line).replace('-', '–')}"


def _overlap(one: Membership, other: Membership) -> bool:
    first, last = datetime.date.min, datetime.date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )
