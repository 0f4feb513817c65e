"""Which cooperations are meant by the words of a search?

The words of each public cooperation are kept lower-case and without accents, and every word of the register once
in a vocabulary. A word that is asked for is first looked up there: what contains it, has its stem in Norwegian, or
is much like it (the last in names only). Then the cooperations with one of the words found are an index lookup.
So compounds, inflections and misspellings cost the size of the vocabulary, which hardly grows with the register.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from ..models import Cooperation
from ..querysets import LIKENESS, MOST_WORDS

#: A word that means more words than this is looked for in the rows themselves: most have it, so few are looked at.
_MOST_MEANINGS = 500

_SPLIT = r"[\s[:punct:]]+"
_WORDS = """
SELECT array(SELECT DISTINCT word FROM unnest(t.said || t.named) AS word WHERE word <> '')
    || array(SELECT DISTINCT '=' || word FROM unnest(t.named) AS word WHERE word <> '')
FROM (
    SELECT n, regexp_split_to_array(lower(unaccent(names)), %(split)s) AS named,
        regexp_split_to_array(lower(unaccent(other)), %(split)s) AS said
    FROM unnest(%(names)s::text[], %(other)s::text[]) WITH ORDINALITY AS texts (names, other, n)
) AS t ORDER BY t.n
"""
_VOCABULARY = """
WITH asked (word) AS (VALUES (%(word)s)), stemmed AS (
    SELECT word, coalesce((ts_lexize('norwegian_stem', word))[1], word) AS stem FROM asked
)
SELECT v.word FROM agreements_word v WHERE v.word LIKE %(part)s
UNION
SELECT v.word FROM agreements_word v WHERE v.stem = (SELECT stem FROM stemmed WHERE length(stem) >= 3)
UNION
SELECT '=' || v.word FROM agreements_word v WHERE %(word)s <%% v.word
LIMIT %(limit)s
"""


#: How many rows the planner expects, which it knows from samples of the table and tells at no cost.
_EXPECTED = """
EXPLAIN (FORMAT JSON) SELECT FROM agreements_listed l WHERE {having} UNION ALL SELECT FROM agreements_listed
"""


def texts(cooperation: Cooperation) -> tuple[str, str]:
    """Return the names of a cooperation, and all else that a search looks through."""
    other = [cooperation.purpose]
    for link in cooperation.task_links.all():
        for task in filter(None, (link.task, link.task.parent)):
            other += [task.name_nb, task.name_nn, task.name_en]
    for member in cooperation.memberships.all():
        other += [member.organisation.name, *(name.name for name in member.organisation.names.all())]
    for agreement in cooperation.agreements.all():
        other += [document.text for document in agreement.public_documents]
    return f"{cooperation.name} {cooperation.short_name}", " ".join(dict.fromkeys(other))


def split(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the words of each pair of names and other text, those of the names once more with «=» before.

    PostgreSQL removes the accents here as it does in a search.
    """
    with connection.cursor() as cursor:
        names, other = zip(*pairs, strict=True)
        cursor.execute(_WORDS, {"split": _SPLIT, "names": list(names), "other": list(other)})
        return [row[0] for row in cursor.fetchall()]


def remember(words: Iterable[str]) -> None:
    """Add words to the vocabulary; those that no cooperation has any more do no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agreements_word (word, stem)"
            " SELECT w, coalesce((ts_lexize('norwegian_stem', w))[1], w) FROM unnest(%s::text[]) w ORDER BY w"
            " ON CONFLICT DO NOTHING",
            [sorted({word for word in words if not word.startswith("=")})],
        )


@dataclass(frozen=True)
class Meaning:
    """What a word of a search means: one of several words of the register, or a pattern where they are too many."""

    words: tuple[str, ...]
    pattern: str | None = None


@dataclass(frozen=True)
class Search:
    """What the words of a search mean; ``few`` tells that it begins with those who have them."""

    meanings: tuple[Meaning, ...] = ()
    few: bool = False

    @classmethod
    def of(cls, text: str) -> "Search":
        """Return what a text means that somebody searches for; an empty one is no search."""
        found = meanings(text) if text else ()
        return cls(found, _few(found))


def _few(words: tuple[Meaning, ...]) -> bool:
    """Tell whether so few cooperations have the words that a search begins with them, and puts them in order after.

    To read the list in its order until fifty of n are found costs more than to find all n where n is below the root
    of fifty times the number of all; words that are many but rare are expected to be more than they are.
    """
    known = [list(meaning.words) for meaning in words if not meaning.pattern]
    if not known:
        return False
    having = " AND ".join(["l.words && %s::text[]"] * len(known))
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED.format(having=having), known)
        found, every = (part["Plan Rows"] for part in cursor.fetchone()[0][0]["Plan"]["Plans"])
    return found < 2 * (50 * every) ** 0.5


def meanings(text: str) -> tuple[Meaning, ...]:
    """Return for each word of a search what it means; nothing has a word that the register does not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [str(LIKENESS)])
        asked = list(dict.fromkeys(text.split()))[:MOST_WORDS]
        cursor.execute("SELECT regexp_split_to_array(lower(unaccent(%s)), %s)", [" ".join(asked), _SPLIT])
        found = []
        for word in dict.fromkeys(filter(None, cursor.fetchone()[0])):
            part = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
            cursor.execute(_VOCABULARY, {"word": word, "part": part, "limit": _MOST_MEANINGS + 1})
            words = tuple(sorted(row[0] for row in cursor.fetchall()))
            found.append(Meaning((), part) if len(words) > _MOST_MEANINGS else Meaning(words))
    # Signs alone are no word, and nothing is found by them.
    return tuple(found) or (Meaning(()),)
