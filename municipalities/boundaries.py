"""Which borders of municipalities has the operator imported, and whose are they on a day?

Borders are not part of the repository: their licence and their size are the operator's choice. They
lie in one file in VAR_DIR, made by ``manage.py import_boundaries``; without it the map shows points.
"""

import datetime
import functools
import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from .models import MunicipalityNumber

FILE = "boundaries.json"
#: Names that files use for the number of a municipality, in the order in which they are looked for.
NUMBER_NAMES = ["kommunenummer", "code", "number", "KOMMUNENR", "kommunenr", "nummer", "id"]
#: A larger file is the detailed data set, which a page must not send: simplify it first.
MOST_BYTES = 20_000_000


class BoundaryError(Exception):
    """The file cannot be imported; ``errors`` lists every fault."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


def stored_at() -> Path:
    """Return where the imported borders lie."""
    return Path(settings.VAR_DIR) / FILE


def mark() -> str:
    """Return what tells the imported borders from any others: an import replaces the file."""
    try:
        found = stored_at().stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"


def import_file(path: Path, on: datetime.date) -> int:
    """Take over a GeoJSON file with one feature per municipality as it was ``on`` a day; return how many there are.

    Raises ``BoundaryError`` with every fault; then nothing has changed.
    """
    geometries = _read(path)
    known = set(MunicipalityNumber.objects.valid_on(on).values_list("number", flat=True))
    if unknown := sorted(geometries.keys() - known):
        shown = ", ".join(unknown[:10]) + (" …" if len(unknown) > 10 else "")
        raise BoundaryError([f"no municipality had the number on {on}: {shown} (is another day meant? use --on)"])
    target = stored_at()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as file:
        json.dump({"on": on.isoformat(), "geometries": geometries}, file, separators=(",", ":"))
    Path(file.name).chmod(0o644)
    os.replace(file.name, target)  # whole or not at all, for the processes that read it
    return len(geometries)


def _read(path: Path) -> dict[str, dict]:
    """Return the geometry by municipality number."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BoundaryError(
                [f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: simplify the borders first"]
            )
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BoundaryError([f"{path}: {error.strerror or 'cannot be read'}"]) from error
    except (ValueError, RecursionError) as error:
        raise BoundaryError([f"{path.name} is not JSON in UTF-8"]) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise BoundaryError([f"{path.name} is not a GeoJSON FeatureCollection with features"])
    found, errors = {}, []
    for place, feature in enumerate(features, start=1):
        try:
            number, geometry = _feature(feature)
            if number in found:
                raise ValueError(f"number {number} comes twice")
            found[number] = geometry
        except ValueError as error:
            errors.append(f"feature {place}: {error}")
    if errors:
        raise BoundaryError(errors)
    return found


def _feature(feature: Any) -> tuple[str, dict]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise ValueError("has no properties or no geometry")
    number = next((str(properties[name]) for name in NUMBER_NAMES if properties.get(name) not in (None, "")), "")
    number = number.zfill(4) if number.isdecimal() else number
    if len(number) != 4 or not number.isdecimal():
        raise ValueError(f"no municipality number of four digits in any of {', '.join(NUMBER_NAMES)}")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"{number}: a border is a Polygon or a MultiPolygon, not {kind!r}")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise ValueError(f"{number}: no coordinates")
    rounded = [_polygon(number, polygon) for polygon in polygons]
    return number, {"type": "MultiPolygon", "coordinates": rounded}


def _polygon(number: str, polygon: Any) -> list:
    """Return the rings with four decimals (ten metres), when they are rings of degrees."""
    if not isinstance(polygon, list) or not polygon:
        raise ValueError(f"{number}: a polygon without rings")
    rings = []
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError(f"{number}: a ring that is not closed")
        for point in ring:
            if (
                not isinstance(point, list)
                or len(point) < 2
                or any(isinstance(n, bool) or not isinstance(n, int | float) or not math.isfinite(n) for n in point[:2])
                or abs(point[0]) > 180
                or abs(point[1]) > 90
            ):
                raise ValueError(f"{number}: coordinates must be longitude and latitude in degrees (WGS84)")
        rings.append([[round(point[0], 4), round(point[1], 4)] for point in ring])
    return rings


def boundaries(day: datetime.date) -> dict[int, dict]:
    """Return the borders of the municipalities that exist on ``day``, by their id; none where none are imported."""
    path = stored_at()
    try:
        on, geometries = _stored(str(path), path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):
        return {}
    holders = MunicipalityNumber.objects.valid_on(on).filter(number__in=list(geometries))
    ids = dict(holders.values_list("municipality", "number"))
    alive = set(
        MunicipalityNumber.objects.valid_on(day)
        .filter(municipality__in=list(ids))
        .values_list("municipality", flat=True)
    )
    return {pk: geometries[number] for pk, number in ids.items() if pk in alive}


@functools.lru_cache(maxsize=1)
def _stored(path: str, changed: int) -> tuple[datetime.date, dict[str, dict]]:
    """Return the file as it was at ``changed``, read once."""
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    return datetime.date.fromisoformat(data["on"]), data["geometries"]
