"""How are shares, periods and the way around the site written in a page?"""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from municipalities.models import Municipality, MunicipalityNumber

from ..exchange.follows import Followed, following
from ..models import Cooperation, Task, VagueDate

register = template.Library()

#: Where a long word of ours falls into its parts; browsers without a Norwegian dictionary know no better.
_SEAM = re.compile(r"(?<=\w{4})(?=(?:kommune|samarbeid|fellesskap|selskap|erklæring|former|foretak|loven|lova)\w*)")
_LONG_WORD = re.compile(r"\w{12,}")
_PARAGRAPH = re.compile(r"§+ \d+[\w-]*(?: \(\d+\))?")


@register.filter
def share(value: Fraction | None) -> str:
    """Write a share as percent and fraction: «ca. 14,29 % (1/7)»; an empty text for an unknown one."""
    if value is None:
        return ""
    percent = value * 100
    shown = number_format(f"{float(percent):.2f}".rstrip("0").rstrip("."))
    exact = Fraction(round(percent * 100), 100) == percent
    # A whole percent is itself the fraction, and a kilometre-long one tells a reader nothing: it is in the JSON.
    tells_more = 100 % value.denominator and value.denominator < 100_000
    fraction = f" ({value.numerator}/{value.denominator})" if tells_more else ""
    return (f"{shown} %" if exact else _("ca. %(percent)s %%") % {"percent": shown}) + fraction


@register.inclusion_tag("agreements/_bar.html")
def bar(share: Fraction | None) -> dict[str, object]:
    """Draw a share as a bar of the whole; an unknown one is hatched, which is not the same as empty."""
    known = isinstance(share, Fraction)  # a template hands on what is missing as an empty text
    return {"width": f"{float(share * 100):.2f}" if known and share else "", "unknown": not known}


@register.filter
def kroner(amount: Decimal | int | None) -> str:
    """Write an amount with its thousands apart, and the øre only where there are any; unknown is empty."""
    if amount is None:
        return ""
    digits = 0 if amount == int(amount) else 2
    return f"{amount:,.{digits}f}".replace(",", "\u00a0").replace(".", ",")


@register.filter
def softened(text: str) -> str:
    """Let a label of ours break at its seams, with a hyphen («partner-kommuner»), where it is too long for the line.

    Not for names: the mark would come along when they are copied.
    """
    return _LONG_WORD.sub(lambda word: _SEAM.sub("\u00ad", word[0]), str(text))


@register.filter
def paragraphs(text: str) -> SafeString:
    """Keep each «§ 20-2» of a text on one line, which a browser else breaks after the sign and at the hyphen."""
    return mark_safe(_PARAGRAPH.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))  # noqa: S308


@register.filter
def last_number(municipality: Municipality) -> MunicipalityNumber | None:
    """Return the number that a municipality has, or had last, from the prefetched numbers."""
    return municipality.number_on(datetime.date.max)


@register.simple_tag
def period(start: VagueDate | None, end: VagueDate | None) -> str:
    """Write a period as exactly as it is known: «fra 2012/13», «2015–2019», «til juni 2020»."""
    if start and end:
        return f"{start} – {end}"
    if start:
        return _("fra %(start)s") % {"start": start}
    if end:
        return _("til %(end)s") % {"end": end}
    return ""


@dataclass(frozen=True)
class PageLanguage:
    """The page that is shown, in one of the languages: its code, own name and address."""

    code: str
    name: str
    address: str
    absolute: str
    current: bool


#: What each language calls itself: a reader looks for the name in her own language.
LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def _without_origin(request: HttpRequest) -> str:
    """Return the query of a page without the parameters that only tell where the reader came from."""
    query = request.GET.copy()
    for name in [n for n in query if n.startswith("utm_")]:
        del query[name]
    return query.urlencode()


@register.simple_tag(takes_context=True)
def page_languages(context: template.Context) -> list[PageLanguage]:
    """Return the page in every language, bokmål first; nothing on an error page that has no request."""
    request = context.get("request")
    if request is None:
        return []
    query = _without_origin(request)
    path, here = escape_uri_path(request.path) + (f"?{query}" if query else ""), settings.LANGUAGE_CODE
    for code in LANGUAGE_NAMES:
        if path.startswith(f"/{code}/"):
            path, here = path[len(code) + 1 :], code
    found = []
    for code, name in LANGUAGE_NAMES.items():
        address = path if code == settings.LANGUAGE_CODE else f"/{code}{path}"
        found.append(PageLanguage(code, name, address, request.build_absolute_uri(address), code == here))
    return found


@register.inclusion_tag("agreements/_nav_link.html", takes_context=True)
def nav_link(context: template.Context, name: str, label: str) -> dict[str, object]:
    """Link to a section of the site, marked where the reader is in it. Error pages have no request."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.url_name if match else ""
    return {"name": name, "label": label, "is_page": here == name, "is_section": f"{here}-list" == name}


@register.simple_tag(takes_context=True)
def on_day(context: template.Context, address: str) -> str:
    """Return an address within the site that keeps the day which the reader has chosen for this page.

    The day is that of the page's ``form`` (``DayForm``), on the list of cooperations that of its ``listing``.
    """
    asked = getattr(context.get("form"), "asked", None)
    if listing := context.get("listing"):
        asked = listing.day_asked
    if not asked:
        return address
    return f"{address}{'&' if '?' in address else '?'}on={asked:%Y-%m-%d}"


@register.simple_tag
def followed(one: Cooperation | Municipality | Task) -> Followed:
    """Return a thing as what can be followed."""
    return following(one)


@register.simple_tag
def feed_link(one: Followed) -> str:
    """Tell feed readers where the changes of a thing are."""
    title = _("Endringer: %(name)s") % {"name": one.name}
    return format_html('<link rel="alternate" type="application/atom+xml" href="{}" title="{}">', one.feed, title)


#: Pages that are about sending us something; a fault on them is told of from the front page.
_WITH_FORMS = ("report", "report-received", "follow", "follow-asked", "follow-confirm", "follow-stop")


@register.simple_tag(takes_context=True)
def report_address(context: template.Context) -> str:
    """Return where a fault on the page is told of; secret and endless addresses are not named."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or (match and match.url_name in _WITH_FORMS):
        return reverse("report")
    query = _without_origin(request)
    return f"{reverse('report')}?{urlencode({'side': request.path + (f'?{query}' if query else '')})}"


@register.inclusion_tag("agreements/_formats.html", takes_context=True)
def formats(context: template.Context, json: str, question: str = "") -> dict[str, str]:
    """Link to the data of the page as JSON, at an address of the API, and as files, on the same day and question.

    ``question`` is that of a page whose JSON understands what the page does.
    """
    path, listing = context["request"].path, context.get("listing")
    if question:
        return {"json": f"{json}?{question}"} | {kind: f"{path}data.{kind}?{question}" for kind in ("csv", "xlsx")}
    # A page that shows those with one role only hands out the same.
    view = f"?vis={context['view']}" if context.get("role") else ""
    files = {kind: on_day(context, f"{path}data.{kind}{view}") for kind in ("csv", "xlsx")}
    if listing is None:
        return files | {"json": on_day(context, f"{json}&role={context['role'].value}" if view else json)}
    asked = {"json": (json, listing.filter.data)} | {kind: (f"{path}data.{kind}", listing.query) for kind in files}
    return {kind: f"{address}?{query.urlencode()}" if query else address for kind, (address, query) in asked.items()}
