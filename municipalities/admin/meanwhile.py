"""What have others changed since a form was opened, and how does it meet what has been typed in it?

The page carries what the form showed when it was opened, signed. When it is sent, that is compared,
field by field and row by row, with what the form would show now and with what was typed: three
values, of which base is what she saw, theirs what is stored now, mine what she sent.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.core import signing
from django.db.models import CharField, Max, Model, Value
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..history import EMPTY, Revision, Tracked, revisions

#: The hidden field that carries what the form showed.
SEEN = "_seen"
#: What is written anew each time says nothing of what is stored.
NOT_STORED = frozenset({"change_reason"})

Values = dict[str, list[str]]


@dataclass
class Snapshot:
    """What a form and its rows show: values by field; rows by table and id; rows offered to be filled in."""

    fields: Values = field(default_factory=dict)
    rows: dict[str, dict[str, Values]] = field(default_factory=dict)
    extra: dict[str, list[Values]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing that somebody else has changed. ``kept`` tells that the form holds what she typed, not theirs."""

    where: str
    base: str
    theirs: str
    mine: str
    kept: bool


@dataclass
class Meanwhile:
    """What others have done since the form was opened, and the data with theirs let in where she typed nothing."""

    data: QueryDict
    changes: list[Change] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    #: What the form showed is not known, so nothing can be said of what has changed.
    unknown: bool = False

    @property
    def conflicts(self) -> bool:
        """Tell whether something that she typed differs from what somebody else has stored."""
        return any(change.kept for change in self.changes)

    @property
    def stands_in_the_way(self) -> bool:
        """Tell whether she must look before it is saved."""
        return self.unknown or bool(self.changes)


# What a form shows


def as_sent(bound: forms.BoundField) -> list[str] | None:
    """Return what a browser would send of an untouched field, without empty values; None for files and the like."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    if widget.needs_multipart_form or isinstance(widget, forms.MultiWidget) or bound.field.disabled:
        return None  # a field that cannot be typed in, such as the hash of a password, is nobody's business
    value = bound.value()
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    shown = widget.format_value(value)
    return _plain(shown if isinstance(shown, list | tuple) else [shown])


def _plain(values: Iterable) -> list[str]:
    """Write line ends as the browser's own differ, and leave out what is empty."""
    return [str(v).replace("\r\n", "\n") for v in values if v not in (None, "")]


def _values(form: forms.BaseForm, prefix: str = "") -> Values:
    return {
        bound.html_name.removeprefix(prefix): sent
        for bound in form
        if bound.name not in NOT_STORED and (sent := as_sent(bound)) is not None
    }


def _key(formset, form) -> str:
    return str(form[formset.model._meta.pk.name].value() or "")


def snapshot(form: forms.BaseForm, formsets: Iterable) -> Snapshot:
    """Return what a form and its rows show."""
    found = Snapshot(_values(form))
    for formset in formsets:
        rows = {_key(formset, row): _values(row, f"{row.prefix}-") for row in formset.initial_forms}
        found.rows[formset.prefix] = rows
        found.extra[formset.prefix] = [_values(row, f"{row.prefix}-") for row in formset.extra_forms]
    return found


# The mark on the page


def seal(obj: Model, shown: Snapshot, histories: Iterable[Tracked]) -> str:
    """Return the mark that the page carries: what it shows, and how far the history had come."""
    content = {"f": _full(shown.fields), "r": {}, "x": {}, "e": marks(histories)}
    for prefix in shown.rows:
        content["r"][prefix] = {key: _full(row) for key, row in shown.rows[prefix].items()}
        content["x"][prefix] = [_full(row) for row in shown.extra[prefix]]
    return signing.dumps(content, salt=_salt(obj), compress=True)


def unseal(obj: Model, mark: str) -> tuple[Snapshot, dict[str, int]] | None:
    """Return what the page showed and how far the history had come; None for a mark that is not ours."""
    try:
        content = signing.loads(mark, salt=_salt(obj))
    except signing.BadSignature:
        return None
    return Snapshot(content["f"], content["r"], content["x"]), content["e"]


def _salt(obj: Model) -> str:
    return f"seen:{obj._meta.label}:{obj.pk}"


def _full(values: Values) -> Values:
    return {name: sent for name, sent in values.items() if sent}


def marks(histories: Iterable[Tracked]) -> dict[str, int]:
    """Return the number of the newest event of each table, in one query."""
    queries = [
        tracked.event_model.objects.filter(tracked.condition)
        .annotate(table=Value(tracked.model._meta.label, output_field=CharField()))
        .order_by()
        .values("table")
        .annotate(last=Max("pgh_id"))
        .values_list("table", "last")
        for tracked in histories
    ]
    return dict(queries[0].union(*queries[1:], all=True)) if queries else {}


# The comparison


def unbound(model_admin, request, obj: Model) -> tuple[forms.BaseForm, list]:
    """Return the form and its rows as they would be shown now."""
    looking = copy.copy(request)
    looking.method, looking.POST, looking.GET = "GET", QueryDict(), QueryDict()
    fields = flatten_fieldsets(model_admin.get_fieldsets(looking, obj))
    form = model_admin.get_form(looking, obj, change=True, fields=fields)(instance=obj)
    return form, model_admin._create_formsets(looking, obj, change=True)[0]


def meanwhile(model_admin, request, obj: Model) -> Meanwhile:
    """Compare what was sent with what the page showed and with what is stored now."""
    found = Meanwhile(request.POST.copy())
    seen = unseal(obj, request.POST.get(SEEN, ""))
    if seen is None:
        found.unknown = True
        return found
    base, events = seen
    form, formsets = unbound(model_admin, request, obj)
    for bound in form:
        if bound.name not in NOT_STORED:
            _meet(found, bound, base.fields, bound.html_name, bound.label)
    for formset in formsets:
        if f"{formset.prefix}-TOTAL_FORMS" in found.data:
            _Rows(found, formset, base).meet()
    if found.changes:
        found.revisions = revisions(model_admin.histories(obj.pk), after=events)
    return found


def _meet(found: Meanwhile, bound, base: Values, name: str, where: str, sent_as: str | None = None) -> None:
    """Compare one field; let theirs in where she typed nothing else than what she saw."""
    theirs, was = as_sent(bound), base.get(name, [])
    if theirs is None or theirs == was:
        return
    key = sent_as or bound.html_name
    mine = _plain(found.data.getlist(key))
    if mine == theirs:
        return
    kept = mine != was
    shown = [in_words(bound.field, values) for values in (was, theirs, mine)]
    found.changes.append(Change(capfirst(str(where)), *shown, kept=kept))
    if not kept:
        found.data.setlist(key, theirs)


class _Rows:
    """The rows of one table as she sent them, and as they are stored now."""

    def __init__(self, found: Meanwhile, formset, base: Snapshot):
        self.found, self.formset, self.prefix = found, formset, formset.prefix
        self.key = formset.model._meta.pk.name
        self.base, self.base_extra = base.rows.get(self.prefix, {}), base.extra.get(self.prefix, [])
        self.kind = capfirst(str(formset.model._meta.verbose_name))
        self.now = {_key(formset, form): form for form in formset.initial_forms}
        initial, total = (self._count(name) for name in ("INITIAL_FORMS", "TOTAL_FORMS"))
        sent = self._sent()
        self.hers = {row[self.key][0]: (n, row) for n, row in sent.items() if n < initial and row.get(self.key)}
        self.new = [(n, row) for n, row in sorted(sent.items()) if initial <= n < total]

    def _count(self, name: str) -> int:
        text = self.found.data.get(f"{self.prefix}-{name}", "")
        return int(text) if text.isdecimal() and len(text) < 6 else 0

    def _sent(self) -> dict[int, dict[str, list[str]]]:
        """Return what she sent, by row and field."""
        rows: dict[int, dict[str, list[str]]] = {}
        for name in self.found.data:
            if match := re.fullmatch(rf"{re.escape(self.prefix)}-(\d{{1,5}})-(.+)", name):
                rows.setdefault(int(match[1]), {})[match[2]] = self.found.data.getlist(name)
        return rows

    def meet(self) -> None:
        """Compare the rows, and write them into the data in the order in which they are stored now."""
        if self.base and not self.hers:
            return  # she may look at these rows, but not change them
        kept, added = [], []
        for key, form in self.now.items():
            if key in self.hers:
                kept.append(self._merged(form, *self.hers[key], self.base.get(key, {})))
            elif self.formset.max_num == 1 and self.new:
                kept.append(self._merged(form, *self.new.pop(0), self.base_extra[0] if self.base_extra else {}))
            else:
                self._tell(form, EMPTY, str(form.instance), EMPTY, kept=False)
                kept.append(_values(form, f"{form.prefix}-"))
        for key, (_number, row) in self.hers.items():
            if key not in self.now and (again := self._without(key, row)) is not None:
                added.append(again)
        self._write(kept, [*added, *(row for _number, row in self.new)])

    def _merged(self, form, number: int, row: dict, base: Values) -> dict[str, list[str]]:
        """Return a row that both have: hers, with theirs where she typed nothing."""
        for bound in form:
            if bound.name == self.key:
                continue
            sent_as = f"{self.prefix}-{number}-{bound.name}"
            where = f"{self.kind} «{form.instance}»: {bound.label}"
            _meet(self.found, bound, base, bound.name, where, sent_as)
            if sent_as in self.found.data:
                row[bound.name] = self.found.data.getlist(sent_as)
        return row | {self.key: [_key(self.formset, form)]}

    def _without(self, key: str, row: dict) -> dict | None:
        """Return a row that somebody else has deleted, as a new one if she had changed it; else None."""
        base = self.base.get(key, {})
        names = {*row, *base} - {self.key, "DELETE"}
        typed = any(_plain(row.get(name, [])) != base.get(name, []) for name in names)
        if not row.get("DELETE"):
            name = self._name(row)
            self._tell(None, name, _("slettet"), _("står igjen som ny rad") if typed else EMPTY, kept=typed)
        return {n: v for n, v in row.items() if n not in (self.key, "DELETE")} if typed else None

    def _name(self, row: dict) -> str:
        """Name a row that is gone by the first thing in it that is chosen or written."""
        fields = self.formset.empty_form.fields
        words = (in_words(fields[n], _plain(v)) for n, v in row.items() if n in fields and n != self.formset.fk.name)
        return next((w for n, w in zip(row, words, strict=False) if w != EMPTY), EMPTY)

    def _tell(self, form, base: str, theirs: str, mine: str, *, kept: bool) -> None:
        self.found.changes.append(Change(self.kind, base, theirs, mine, kept))

    def _write(self, kept: list[Mapping], added: list[Mapping]) -> None:
        data = self.found.data
        for name in list(data):
            if re.fullmatch(rf"{re.escape(self.prefix)}-\d{{1,5}}-.+", name):
                del data[name]
        for number, row in enumerate([*kept, *added]):
            for name, values in row.items():
                data.setlist(f"{self.prefix}-{number}-{name}", values)
        data[f"{self.prefix}-INITIAL_FORMS"] = str(len(kept))
        data[f"{self.prefix}-TOTAL_FORMS"] = str(len(kept) + len(added))


def in_words(form_field: forms.Field, values: list[str]) -> str:
    """Write sent values as the reader knows them: the name of what is chosen, yes and no."""
    if isinstance(form_field, forms.BooleanField):
        return _("ja") if values else _("nei")
    if not values:
        return EMPTY
    if isinstance(form_field, forms.ModelChoiceField):
        known = [v for v in values if v.isdecimal()]
        chosen = form_field.queryset.filter(pk__in=known)
        return ", ".join(map(str, chosen)) or ", ".join(values)
    if isinstance(form_field, forms.ChoiceField):
        labels: dict[str, Any] = {}
        for value, label in form_field.choices:
            labels |= {str(v): w for v, w in label} if isinstance(label, list | tuple) else {str(value): label}
        return ", ".join(str(labels.get(v, v)) for v in values)
    return ", ".join(values)


def typed(model_admin, request) -> list[tuple[str, str]]:
    """Return all that was typed in a form whose object is gone, as (field, value)."""
    looking = copy.copy(request)
    form = model_admin.get_form(looking, None)(request.POST)
    told = [(f.label or name, in_words(f, _plain(request.POST.getlist(name)))) for name, f in form.fields.items()]
    for formset in model_admin._create_formsets(looking, model_admin.model(), change=False)[0]:
        kind = capfirst(str(formset.model._meta.verbose_name))
        for row in formset.forms:
            names = [n for n in row.fields if n not in (formset.model._meta.pk.name, formset.fk.name, "DELETE")]
            words = [in_words(row.fields[n], _plain(request.POST.getlist(row.add_prefix(n)))) for n in names]
            told.append((kind, ", ".join(w for w in words if w not in (EMPTY, _("nei")))))
    return [(str(label), words) for label, words in told if words not in ("", EMPTY, _("nei"))]
