"""Are the data files sound: do they agree with each other, and is every code in them known?"""

import datetime
from collections.abc import Iterator
from pathlib import Path

from municipalities.models import Organisation
from municipalities.reference import slugify_norwegian

from ..models import Cooperation, CooperationRelation, Form, Role
from .files import REGION_FILE, SHAPES, DataFileError, Entry, duplicates, read


class CooperationFiles:
    """The data files of one folder, read and checked against each other and the reference data.

    Raises ``DataFileError`` that lists every fault.
    """

    def __init__(self, folder: Path):
        self.errors: list[str] = []
        self.general = {name: read(folder / name, shape, self.errors) for name, shape in SHAPES.items()}
        paths = sorted((folder / "cooperations").glob("*.yaml"))
        if not paths:
            self.errors.append("cooperations/: there is no data file")
        self.regions = {path.name: read(path, REGION_FILE, self.errors) for path in paths}
        self.stop_on_errors()
        self._check_general()
        self._check_cooperations()
        self.stop_on_errors()

    def stop_on_errors(self) -> None:
        """Raise ``DataFileError`` when a fault has been noted."""
        if self.errors:
            raise DataFileError(self.errors)

    def fault(self, file: str, entry: Entry, text: str) -> None:
        """Note a fault at the line of ``entry``."""
        self.errors.append(f"{file}, line {entry.line}: {text}")

    @property
    def tasks(self) -> list[tuple[Entry, Entry | None]]:
        """Return each sector and task with its sector."""
        sectors = self.general["tasks.yaml"]["sectors"]
        return [(s, None) for s in sectors] + [(t, s) for s in sectors for t in s["tasks"]]

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield file name and entry of every cooperation and extension."""
        for file, content in self.regions.items():
            for entry in content["cooperations"]:
                yield file, entry

    def _check_general(self) -> None:
        for file, key, values in (
            ("sources.yaml", "key", [s["key"] for s in self.general["sources.yaml"]["sources"]]),
            ("tasks.yaml", "code", [t["code"] for t, _ in self.tasks]),
            ("organisations.yaml", "name", [o["name"] for o in self.general["organisations.yaml"]["organisations"]]),
        ):
            self.errors.extend(f"{file}: {key} «{value}» stands twice" for value in sorted(duplicates(values)))
        for body in self.general["organisations.yaml"]["organisations"]:
            if body["kind"] not in Organisation.Kind.values:
                self.fault("organisations.yaml", body, f"kind «{body['kind']}» is unknown")
        for source in self.general["sources.yaml"]["sources"]:
            for key in ("published", "as_of"):
                if key in source:
                    try:
                        datetime.date.fromisoformat(str(source[key]))
                    except ValueError:
                        self.fault("sources.yaml", source, f"{key} «{source[key]}» is not a date (YYYY-MM-DD)")

    def _check_cooperations(self) -> None:
        sources = {s["key"]: s for s in self.general["sources.yaml"]["sources"]}
        codes = {t["code"] for t, sector in self.tasks if sector is not None}
        ids = [e["id"] for _, e in self.entries() if "id" in e]
        for file, content in self.regions.items():
            if content["source"] not in sources:
                self.fault(file, content, f"source «{content['source']}» is not in sources.yaml")
            elif "as_of" not in sources[content["source"]]:
                self.fault(file, content, f"source «{content['source']}» has no as_of date, by which names are read")
        twice = duplicates(ids)
        for file, entry in self.entries():
            if ("id" in entry) == ("extends" in entry):
                self.fault(file, entry, "a cooperation has either «id» or «extends»")
                continue
            if "extends" in entry and entry["extends"] not in ids:
                self.fault(file, entry, f"extends «{entry['extends']}», which is no id")
            if "id" in entry:
                self._check_own_fields(file, entry, codes, set(ids), twice)
            if not entry["citations"]:
                self.fault(file, entry, "no citation: every cooperation cites its source")
            for member in [*entry["members"], *entry["groups"]]:
                if member["role"] not in Role.values:
                    self.fault(file, member, f"role «{member['role']}» is unknown")

    def _check_own_fields(self, file: str, entry: Entry, codes: set[str], ids: set[str], twice: set[str]) -> None:
        if entry["id"] in twice:
            self.fault(file, entry, f"id «{entry['id']}» stands twice")
        if entry["id"] != slugify_norwegian(str(entry["id"])):
            self.fault(file, entry, f"id «{entry['id']}» may hold only a-z, 0-9 and hyphens")
        if not entry.get("name"):
            self.fault(file, entry, "«name» is missing")
        if entry.get("form") not in Form.values:
            self.fault(file, entry, f"form «{entry.get('form')}» is unknown")
        if entry.get("stage", Cooperation.Stage.ESTABLISHED) not in Cooperation.Stage.values:
            self.fault(file, entry, f"stage «{entry['stage']}» is unknown")
        if entry.get("body_kind", Organisation.Kind.INTERMUNICIPAL) not in Organisation.Kind.values:
            self.fault(file, entry, f"body_kind «{entry['body_kind']}» is unknown")
        if not entry.get("tasks"):
            self.fault(file, entry, "no task: use «ikke-oppgitt» when the source gives none")
        for code in entry.get("tasks", []):
            if code not in codes:
                self.fault(file, entry, f"task «{code}» is not in tasks.yaml")
        if "umbrella" in entry and entry["umbrella"] not in ids:
            self.fault(file, entry, f"umbrella «{entry['umbrella']}» is no id")
        for link in entry["predecessors"]:
            if link["id"] not in ids:
                self.fault(file, link, f"predecessor «{link['id']}» is no id")
            if link["kind"] not in CooperationRelation.Kind.values:
                self.fault(file, link, f"kind «{link['kind']}» is unknown")
        for organ in entry["organs"]:
            if not organ["name"]:
                self.fault(file, organ, "an organ has no name")
