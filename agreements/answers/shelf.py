"""What was made for one reader and may serve the next, until the register changes?

What is kept lies in the memory of the process, under a name that holds all that it depends on; the state of the
register is part of it, so nothing that has changed or was withdrawn is ever served. Pages and lists share the room.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

#: Bytes that all kept answers of a process may take, and one of them: a municipality may have 1,500 cooperations.
ROOM, LARGEST = 24_000_000, 3_000_000
#: What an answer takes beside its bodies, so that very many empty ones find no room either.
_OVERHEAD = 1_500


@dataclass(frozen=True)
class Kept:
    """An answer as it was made: its body plain and compressed (empty where that makes no sense), and its headers."""

    body: bytes
    compressed: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return how many bytes it takes, about."""
        return len(self.body) + len(self.compressed) + _OVERHEAD


class Shelf:
    """Answers of one state of the register, those longest unread thrown away first when there is no more room."""

    def __init__(self, room: int):
        self._room, self._taken = room, 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._state: object = None
        self._lock = threading.Lock()

    def get(self, name: str) -> Kept | None:
        """Return the answer of a name, if it is here."""
        with self._lock:
            if found := self._kept.get(name):
                self._kept.move_to_end(name)
            return found

    def put(self, name: str, kept: Kept, state: object) -> None:
        """Keep an answer, and nothing of another state."""
        with self._lock:
            if state != self._state:
                self._kept.clear()
                self._state, self._taken = state, 0
            if name in self._kept or kept.size > min(LARGEST, self._room):
                return
            self._kept[name] = kept
            self._taken += kept.size
            while self._taken > self._room:
                self._taken -= self._kept.popitem(last=False)[1].size

    def __len__(self) -> int:
        return len(self._kept)


#: What this process keeps.
SHELF = Shelf(ROOM)
