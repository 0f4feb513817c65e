"""What is kept ready for readers: the public JSON of each cooperation, where it stands in lists, and what is outdated.

Nothing here is a fact. Every row is derived from the facts by ``agreements.answers``, can be made anew by
``manage.py rebuild_documents``, and is therefore not tracked: the history of the facts is its history too.
No row has a foreign key to the facts: checking it would lock them while others write.
"""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

#: The days of an open period: every day that a Python date can be.
FIRST, LAST = datetime.date.min, datetime.date.max
#: The headings that tell which rules of law are broken, see ``answers.judging``.
JUDGEMENTS = models.Q(("token__gte", "b:"), ("token__lt", "b;"))


class Revision(models.Model):
    """One commit that changed the register; the newest id names what every reader sees.

    The rows are numbered in the order of the commits, since each is made under ``answers.writing.LOCK``.
    """

    id = models.BigAutoField(primary_key=True)
    made = models.DateTimeField(_("når"))

    class Meta:
        verbose_name = _("revisjon")
        verbose_name_plural = _("revisjoner")

    def __str__(self) -> str:
        return f"{self.pk}: {self.made}"


class Outdated(models.Model):
    """A cooperation whose documents no longer tell the facts; written by triggers, removed by a rebuild.

    Null: something changed that no document shows, but that has a place elsewhere in the API.
    """

    id = models.BigAutoField(primary_key=True)
    cooperation_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("utdatert dokument")
        verbose_name_plural = _("utdaterte dokumenter")

    def __str__(self) -> str:
        return f"{self.pk}: {self.cooperation_id}"


class Listed(models.Model):
    """A cooperation that the public may see: its address, the orders of lists, and what it is about on every day.

    ``topics`` are headings that do not depend on the day (see ``Heading``), ``words`` those of a search; a word of
    the name stands there once more with «=» before it.
    """

    cooperation_id = models.BigIntegerField(primary_key=True)
    slug = models.CharField(max_length=120, unique=True, db_collation="C")
    sort_key = models.CharField(max_length=400, db_collation="C")
    start = models.DateField()  # LAST when unknown: null sorts last
    form = models.CharField(max_length=20, db_collation="C")
    confirmed = models.DateField()  # FIRST when never
    topics = ArrayField(models.TextField())
    words = ArrayField(models.TextField())
    changed = models.DateTimeField()
    edition = models.CharField(max_length=16, db_collation="C")  # of the code that made the documents

    class Meta:
        verbose_name = _("offentlig samarbeid")
        verbose_name_plural = _("offentlige samarbeid")
        indexes = [
            GinIndex(fields=["words"], name="listed_words"),
            models.Index(fields=["start", "cooperation_id"], name="listed_by_start"),
            models.Index(fields=["form", "cooperation_id"], name="listed_by_form"),
            models.Index(fields=["changed", "cooperation_id"], name="listed_by_change"),
        ]

    def __str__(self) -> str:
        return self.slug


class Heading(models.Model):
    """That a cooperation stands under a heading from a first to a last day, in the order of lists.

    ``token`` is the heading, see ``answers.headings``. ``opens`` and ``closes`` are the life of the cooperation,
    so that one entry of the index answers whether it belongs to the list of a day.
    """

    pk = models.CompositePrimaryKey("cooperation_id", "token", "role", "first_day")
    cooperation_id = models.BigIntegerField()
    token = models.CharField(max_length=80, db_collation="C")
    role = models.CharField(max_length=12, db_collation="C")
    sort_key = models.CharField(max_length=400, db_collation="C")
    first_day = models.DateField()
    last_day = models.DateField()
    opens = models.DateField()
    closes = models.DateField()

    class Meta:
        verbose_name = _("stikkord")
        verbose_name_plural = _("stikkord")
        indexes = [
            models.Index(
                fields=["token", "sort_key", "cooperation_id"],
                include=["role", "first_day", "last_day", "opens", "closes"],
                name="heading_in_list_order",
            ),
            models.Index(
                fields=["first_day", "cooperation_id"],
                condition=JUDGEMENTS,
                name="heading_of_judgements",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token} {self.sort_key}"


class Tally(models.Model):
    """How many cooperations of the list of a day stand under a heading: those of the day that was asked about last.

    ``agreements.answers.tally`` tells which headings, and keeps the numbers right when cooperations change.
    """

    pk = models.CompositePrimaryKey("day", "token")
    day = models.DateField()
    token = models.CharField(max_length=80, db_collation="C")
    number = models.IntegerField()

    class Meta:
        verbose_name = _("opptelling")
        verbose_name_plural = _("opptellinger")

    def __str__(self) -> str:
        return f"{self.day} {self.token}: {self.number}"


class Answer(models.Model):
    """The public JSON of a cooperation as it is from a first to a last day, ready to be sent.

    The documents of a cooperation follow each other without a gap. ``timeless`` ones answer «on=any»: all members
    ever, with the status and the numbers of the days. Addresses begin with ``answers.BASE`` in the place of the
    site's own; texts are in bokmål.
    """

    pk = models.CompositePrimaryKey("cooperation_id", "timeless", "last_day")
    cooperation_id = models.BigIntegerField()
    timeless = models.BooleanField()
    first_day = models.DateField()
    last_day = models.DateField()
    digest = models.CharField(max_length=32, db_collation="C")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokumenter")

    def __str__(self) -> str:
        return f"{self.cooperation_id}: {self.first_day}–{self.last_day}"


class Word(models.Model):
    """A word of the register, lower-case and without accents, with its stem in Norwegian."""

    word = models.TextField(primary_key=True, db_collation="C")
    stem = models.TextField(db_index=True, db_collation="C")

    class Meta:
        verbose_name = _("ord")
        verbose_name_plural = _("ord")
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="word_trgm")]

    def __str__(self) -> str:
        return self.word


#: The tables of this module: derived, so without a history of their own.
DERIVED = (Revision, Outdated, Listed, Heading, Tally, Answer, Word)
