"""What is asked at each step of a registration, and how are the answers read?"""

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.labels import LABEL_NEEDS, choice_label
from municipalities.models import County, Organisation, User

from ...exchange.names import NameIndex
from ...exchange.pasted import MOST_CHARACTERS, MOST_NAMES, Outcome, Reading, municipalities_of, read_names
from ...models import Cooperation, Form, Source, Task
from ...permissions import visible_to
from ..forms import VagueDateField

_NONE = ("", gettext_lazy("– velg –"))
_UNKNOWN_OR = [("", gettext_lazy("ukjent")), ("True", gettext_lazy("ja")), ("False", gettext_lazy("nei"))]
_NOT_THERE = gettext_lazy("Valget finnes ikke lenger. Velg på nytt.")


def initial_of(sent: MultiValueDict, prefix: str = "") -> dict[str, str | list[str]]:
    """Return what was sent as the first values of a form, so that it shows them without judging them."""
    start = f"{prefix}-" if prefix else ""
    return {
        name.removeprefix(start): values if name == "picked" else values[-1]
        for name, values in sent.lists()
        if name.startswith(start) and values
    }


def organisations_by_pk(keys: Iterable[int]) -> dict[int, Organisation]:
    """Return organisations with what their labels show, in the order of the keys."""
    keys = list(keys)
    found = Organisation.objects.prefetch_related(LABEL_NEEDS).in_bulk(keys)
    return {key: found[key] for key in keys if key in found}


class WhatForm(forms.Form):
    """The first step: what it is, and where it is told."""

    form = forms.ChoiceField(
        label=gettext_lazy("Hvilken form har samarbeidet?"),
        choices=Form.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Velg en form. Sier kilden ikke hvilken, så velg «Ukjent form».")},
    )
    name = forms.CharField(
        label=gettext_lazy("Navn"),
        max_length=300,
        error_messages={"required": gettext_lazy("Skriv hva samarbeidet heter.")},
    )
    described = forms.BooleanField(
        label=gettext_lazy("Det har ikke noe eget navn; jeg har bare beskrevet det"), required=False
    )
    purpose = forms.CharField(
        label=gettext_lazy("Formål"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("I én setning: hva samarbeidet gjør, og for hvem."),
    )
    task_1 = forms.ChoiceField(label=gettext_lazy("Hovedoppgave"), required=False)
    task_2 = forms.ChoiceField(label=gettext_lazy("En oppgave til"), required=False)
    task_3 = forms.ChoiceField(label=gettext_lazy("Enda en oppgave"), required=False)
    valid_from = VagueDateField(
        end=False,
        label=gettext_lazy("Begynte"),
        help_text=gettext_lazy("Så nøyaktig som du vet: 2021, 09.2021, 30.9.2021, 2012/13 eller senest 2023."),
    )
    planned = forms.BooleanField(label=gettext_lazy("Det er planlagt, men ikke opprettet ennå"), required=False)
    source = forms.ChoiceField(
        label=gettext_lazy("Kilde"),
        required=False,
        help_text=gettext_lazy("Hvor opplysningene står. Finnes den ikke i listen, så skriv den i neste felt."),
    )
    new_source = forms.CharField(
        label=gettext_lazy("Ny kilde"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Tittelen, f.eks. «Selskapsavtale for Viken Renovasjon IKS, 2023»."),
    )
    locator = forms.CharField(
        label=gettext_lazy("Sted i kilden"),
        max_length=100,
        help_text=gettext_lazy("F.eks. «punkt 2», «side 14» eller «hele dokumentet»."),
        error_messages={"required": gettext_lazy("Skriv hvor i kilden det står, f.eks. «punkt 2».")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tasks = [_NONE, *grouped_tasks()]
        for name in ("task_1", "task_2", "task_3"):
            self.fields[name].choices = tasks
        self.fields["source"].choices = [_NONE, *((s.key, s.title) for s in Source.objects.all())]
        for name in ("task_1", "task_2", "task_3", "source", "form"):
            self.fields[name].error_messages["invalid_choice"] = _NOT_THERE

    def clean(self):
        """Ask for one source, and for each task once."""
        data = super().clean()
        if "source" in data and "new_source" in data and bool(data["source"]) == bool(data["new_source"]):
            if data["source"]:
                self.add_error("new_source", _("Velg en kilde i listen, eller skriv en ny, ikke begge deler."))
            else:
                self.add_error("source", _("Alle samarbeid viser til en kilde. Velg en, eller skriv en ny."))
        return data

    @property
    def tasks(self) -> list[str]:
        """Return the codes of the tasks, the main one first, each once."""
        return list(dict.fromkeys(filter(None, (self.cleaned_data.get(f"task_{n}") for n in (1, 2, 3)))))


def grouped_tasks() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the tasks under their sectors; the sector itself stands first, for what fits no task of it."""
    tasks = list(Task.objects.all())
    return [
        (
            sector.name,
            [
                (sector.code, _("%(sector)s (generelt)") % {"sector": sector.name}),
                *((task.code, task.name) for task in tasks if task.parent_id == sector.pk),
            ],
        )
        for sector in tasks
        if sector.parent_id is None
    ]


class WhoForm(forms.Form):
    """The second step: who takes part. Names that are not clear become questions, and so does the form."""

    names = forms.CharField(
        label=gettext_lazy("Deltakerne"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Skriv eller lim inn navnene slik de står: «Drammen, Lier og Øvre Eiker», én på hver linje, kommunenumre "
            "eller organisasjonsnumre. Fylkeskommuner og andre organisasjoner går også."
        ),
    )
    day = forms.DateField(
        label=gettext_lazy("Navnene gjelder per"),
        required=False,
        widget=forms.DateInput(attrs={"class": "register-short", "autocomplete": "off"}),
        help_text=gettext_lazy("Kommuner leses slik de var denne dagen. Tomt er i dag."),
        error_messages={"invalid": gettext_lazy("Skriv datoen som 31.12.2023.")},
    )
    county = forms.ChoiceField(label=gettext_lazy("Kommunene i et fylke"), required=False)
    like = forms.ChoiceField(label=gettext_lazy("De samme som i et annet samarbeid"), required=False)
    group = forms.CharField(
        label=gettext_lazy("Deltakere som kilden ikke nevner ved navn"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("I kildens ord, f.eks. «alle kommunene i regionen». La feltet stå tomt ellers."),
    )
    count = forms.IntegerField(
        label=gettext_lazy("Så mange deltakere oppgir kilden"),
        required=False,
        min_value=0,
        max_value=10_000,
        widget=forms.TextInput(attrs={"class": "register-short", "inputmode": "numeric"}),
    )
    complete = forms.ChoiceField(
        label=gettext_lazy("Er listen over deltakere fullstendig?"), required=False, choices=_UNKNOWN_OR
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self._visible = visible_to(user)
        self.readings: list[Reading] = []
        self._answers: dict[str, int | None] = {}
        today = localdate()
        self.fields["county"].choices = [_NONE, *((c.number, c.name) for c in County.objects.valid_on(today))]
        self.fields["like"].choices = [_NONE, *_cooperations(self._visible)]
        for name in ("county", "like"):
            self.fields[name].error_messages["invalid_choice"] = _NOT_THERE
        self._offer()

    def _offer(self) -> None:
        """Offer the members of the chosen county or cooperation, beside those that are ticked already."""
        today = localdate()
        offered = dict.fromkeys(int(key) for key in self._sent("picked") if _is_key(key))
        county = County.objects.valid_on(today).filter(number__in=self._sent("county")).first()
        if county:
            offered |= dict.fromkeys(o.pk for o in municipalities_of(county, today))
        like = self._visible.filter(pk__in=[key for key in self._sent("like") if _is_key(key)]).first()
        if like:
            offered |= dict.fromkeys(m.organisation_id for m in like.memberships.held_on(today))
        self.offered = organisations_by_pk(offered)
        self.fields["picked"] = forms.MultipleChoiceField(
            label=_("Velg deltakere"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(pk), choice_label(o)) for pk, o in self.offered.items()],
            error_messages={"invalid_choice": _NOT_THERE},
        )

    def _sent(self, name: str) -> list[str]:
        values = self.data.getlist(name) if self.is_bound else self.initial.get(name, [])
        return values if isinstance(values, list) else [values]

    def clean(self):
        """Read the names; each that is not clear becomes a question of the form."""
        data = super().clean()
        if "names" not in data or "day" not in data:
            return data
        try:
            self.readings = read_names(data["names"], data["day"] or localdate(), NameIndex())
        except ValueError:
            self.add_error("names", _("Listen er for lang. Skriv høyst %(most)d navn.") % {"most": MOST_NAMES})
            return data
        for reading in self.readings:
            if reading.found is None:
                self._ask(reading)
        named = any(r.found for r in self.readings) or any(self._answers.values()) or data.get("picked")
        if not named and not data.get("group") and not self.errors:
            self.add_error("names", _("Skriv minst én deltaker, eller beskriv hvem det er i feltet under."))
        return data

    def _ask(self, reading: Reading) -> None:
        """Add the question about one name, and read its answer."""
        name = f"answer-{reading.text.casefold()}"
        labels = organisations_by_pk(o.pk for o in reading.candidates)
        choices = [(str(pk), choice_label(o)) for pk, o in labels.items()]
        self.fields[name] = forms.ChoiceField(
            label=_QUESTIONS[reading.outcome] % {"name": reading.text},
            choices=[*choices, ("none", _("Ta det ikke med nå"))],
            widget=forms.RadioSelect,
            required=False,
        )
        answer = self.data.get(name)
        if answer == "none":
            self._answers[reading.text] = None
        elif answer in dict(choices):
            self._answers[reading.text] = int(answer)
        else:
            self.add_error(name, _("Velg hvem «%(name)s» er, eller la det være.") % {"name": reading.text})

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the fields that ask about a name."""
        return [self[name] for name in self.fields if name.startswith("answer-")]

    @property
    def found_count(self) -> int:
        """Return how many of the names were clear."""
        return sum(reading.found is not None for reading in self.readings)

    @property
    def members(self) -> list[int]:
        """Return the organisations that take part: the names in their order, then those that are ticked."""
        named = [r.found.pk if r.found else self._answers.get(r.text) for r in self.readings]
        ticked = [int(key) for key in self.cleaned_data.get("picked", [])]
        return list(dict.fromkeys(pk for pk in [*named, *ticked] if pk))


_QUESTIONS = {
    Outcome.UNCLEAR: gettext_lazy("Flere heter «%(name)s». Hvem er det?"),
    Outcome.ENDED: gettext_lazy("«%(name)s» fantes ikke den dagen. Hvem skal føres?"),
    Outcome.MISSPELT: gettext_lazy("Ingen heter «%(name)s». Hvem mente du?"),
    Outcome.UNKNOWN: gettext_lazy(
        "Registeret kjenner ingen som heter «%(name)s». Rett navnet, eller registrer organisasjonen først."
    ),
}


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _cooperations(visible: QuerySet[Cooperation]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the cooperations that members can be fetched from; the political councils make up the regions."""
    rows = list(visible.filter(memberships__isnull=False).distinct().values_list("pk", "name", "form"))
    councils = [(str(pk), name) for pk, name, form in rows if form == Form.IPR]
    others = [(str(pk), name) for pk, name, form in rows if form != Form.IPR]
    return [(_("Interkommunale politiske råd"), councils), (_("Andre samarbeid"), others)]
