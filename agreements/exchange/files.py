"""What stands in the reviewed data files, and where: YAML read with line numbers, checked for shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


class DataFileError(Exception):
    """The data files cannot be loaded; ``errors`` lists every fault with file and line."""

    def __init__(self, errors: list[str]):
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


class _LineLoader(yaml.SafeLoader):
    """A safe loader that notes the line of each mapping and refuses a key that stands twice."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            keys = [self.construct_object(k) for k, _ in node.value]
            twice = next(k for k in keys if keys.count(k) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"«{twice}» stands twice", node.start_mark)
        return Entry(mapping, node.start_mark.line + 1)


class Entry(dict):
    """A mapping of a data file that knows its line."""

    def __init__(self, values: dict, line: int):
        super().__init__(values)
        self.line = line


_LineLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, lambda loader, node: loader.construct_mapping(node, deep=True)
)
# A date in the files is text: «2021-09-01» must not become a date object while «2021-09» stays text.
_LineLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Shape:
    """Which keys a mapping may and must have; ``lists`` are keys that hold a list of mappings."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    lists: dict[str, "Shape"] = field(default_factory=dict)
    values: frozenset[str] = frozenset()  # keys that hold a list of plain values

    @classmethod
    def of(cls, required: str, optional: str = "", values: str = "", **lists: "Shape") -> "Shape":
        return cls(frozenset(required.split()), frozenset(optional.split()), lists, frozenset(values.split()))


MEMBER = Shape.of("who role", "share liability share_note covers start end left via line printed note")
GROUP = Shape.of("text role", "county former_county region count note share_note left", values="except")
COOPERATION = Shape.of(
    "",
    "id extends name named short_name form form_as_stated heading purpose stage start end ended umbrella body "
    "body_kind stated_member_count count_note members_complete leader_rotates",
    values="tasks",
    members=MEMBER,
    groups=GROUP,
    organs=Shape.of("name type", "note"),
    predecessors=Shape.of("id kind"),
    citations=Shape.of("section line", "note"),
)
SHAPES = {
    "sources.yaml": Shape.of(
        "", sources=Shape.of("key title", "authors publisher published as_of licence url credit used_for")
    ),
    "tasks.yaml": Shape.of(
        "",
        sectors=Shape.of("code nb nn en", tasks=Shape.of("code nb nn en", "kostra")),
    ),
    "organisations.yaml": Shape.of(
        "", organisations=Shape.of("name kind", "country short_name org_number", values="aliases")
    ),
}
REGION_FILE = Shape.of("source", "regions class_statement", cooperations=COOPERATION)


def read(path: Path, shape: Shape, errors: list[str]) -> Entry:
    """Read a file and check its shape; faults go into ``errors``, and what is sound is returned."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        errors.append(f"{path.name}: the file is missing")
        return Entry({}, 1)
    except UnicodeDecodeError as error:
        errors.append(f"{path.name}: not UTF-8 ({error.reason} at byte {error.start})")
        return Entry({}, 1)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        errors.append(f"{where}: not valid YAML: {getattr(error, 'problem', error)}")
        return Entry({}, 1)
    _check(content, shape, path.name, errors)
    return content if isinstance(content, Entry) else Entry({}, 1)


def _check(value: Any, shape: Shape, file: str, errors: list[str], line: int = 1) -> None:
    if not isinstance(value, Entry):
        errors.append(f"{file}, line {line}: expected a mapping, found {type(value).__name__}")
        return
    known = shape.required | shape.optional | shape.lists.keys() | shape.values
    errors.extend(f"{file}, line {value.line}: unknown key «{key}»" for key in value if key not in known)
    errors.extend(f"{file}, line {value.line}: «{key}» is missing" for key in sorted(shape.required - value.keys()))
    for key in shape.values & value.keys():
        if not isinstance(value[key], list) or any(isinstance(v, list | dict) for v in value[key]):
            errors.append(f"{file}, line {value.line}: «{key}» must be a list of plain values")
            value[key] = []
    for key in (shape.required | shape.optional) & value.keys():
        if isinstance(value[key], list) or (isinstance(value[key], dict) and key not in ("regions", "class_statement")):
            errors.append(f"{file}, line {value.line}: «{key}» must be one value")
            value[key] = ""
    for key, inner in shape.lists.items():
        items = value.get(key) or []
        if not isinstance(items, list):
            errors.append(f"{file}, line {value.line}: «{key}» must be a list")
            items = []
        for item in items:
            _check(item, inner, file, errors, value.line)
        value[key] = [item for item in items if isinstance(item, Entry)]


def duplicates(values: Iterable[Any]) -> set[Any]:
    """Return the values that occur more than once."""
    seen: set[Any] = set()
    return {v for v in values if v in seen or seen.add(v)}
