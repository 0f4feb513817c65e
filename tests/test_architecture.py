"""Do the imports point one way, and does each module say which question it answers?"""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
APPS = ("registry", "municipalities", "agreements")
MODULES = [p for app in APPS for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]

#: From the bottom up; a module may import from its own layer and from those below it.
LAYERS = [
    {"models"},
    {"querysets"},
    {"permissions"},
    {"filters", "fact_filters", "rules", "insight", "exchange", "actions", "history"},
    {"web", "api", "answers", "admin", "management", "templatetags"},
]
#: Querysets name the models they are for inside functions, since models are made from querysets.
KNOWN_CIRCLE = {("querysets", "models"), ("models", "querysets")}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(path: Path) -> set[str]:
    """Return the full names of all modules of ours that a file imports, also inside functions."""
    package = module_name(path).split(".")[: None if path.name == "__init__.py" else -1]
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            head = ".".join([*base, *([node.module] if node.module else [])])
            names |= {f"{head}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in APPS}


def layer(name: str) -> tuple[str, int] | None:
    """Return the part of ``agreements`` that a module belongs to, and its height."""
    parts = name.split(".")
    if parts[0] != "agreements" or len(parts) < 2:
        return None
    return next(((parts[1], height) for height, names in enumerate(LAYERS) if parts[1] in names), None)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_apps_import_one_way(path):
    order = {"municipalities": 0, "agreements": 1, "registry": 2}
    own = order[module_name(path).split(".")[0]]
    too_high = {name for name in imported(path) if order[name.split(".")[0]] > own}
    assert not too_high


@pytest.mark.parametrize("path", [p for p in MODULES if layer(module_name(p))], ids=module_name)
def test_layers_import_downwards(path):
    part, height = layer(module_name(path))
    above = {
        name
        for name in imported(path)
        if (other := layer(name)) and other[1] > height and (part, other[0]) not in KNOWN_CIRCLE
    }
    assert not above


@pytest.mark.parametrize("path", [p for p in MODULES if p.read_text().strip()], ids=module_name)
def test_a_module_says_in_its_first_line_what_it_is_about(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


# A rule module holds one law whole, with its texts in three languages: a jurist reads it from end to end.
READABLE = [p for p in MODULES if p.parent.name != "rules"]


@pytest.mark.parametrize("path", READABLE, ids=module_name)
def test_no_module_grows_past_what_can_be_read(path):
    assert len(path.read_text().splitlines()) <= 550
