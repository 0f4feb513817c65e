"""How is a page told to search engines, and to those who show a link to it: Open Graph and schema.org?"""

import json

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityNumber, Organisation

from ..models import Cooperation
from .register import page_languages

register = template.Library()

#: How Open Graph writes our languages.
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_LONGEST = 200
#: What would end a script element or begin another; JSON may write each otherwise.
_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@register.simple_tag(takes_context=True)
def open_graph(context: template.Context, title: str = "", description: str = "") -> str:
    """Tell what a link to the page is shown as; nothing on an error page that has no request."""
    languages = page_languages(context)
    if not languages:
        return ""
    site = _("Register over interkommunalt samarbeid")
    here = next(one for one in languages if one.current)
    told = [
        ("og:type", "website"),
        ("og:site_name", site),
        ("og:title", title or site),
        ("og:url", here.absolute),
        ("og:locale", _LOCALES[here.code]),
        *(("og:locale:alternate", _LOCALES[one.code]) for one in languages if not one.current),
    ]
    if description:
        told.append(("og:description", Truncator(" ".join(description.split())).chars(_LONGEST)))
    return format_html_join("\n  ", '<meta property="{}" content="{}">', told)


@register.simple_tag
def cooperation_json_ld(cooperation: Cooperation) -> SafeString:
    """Tell what a cooperation is: a service of its members together, by a body of its own where it has one."""
    described = {
        "@type": "GovernmentService",
        "@id": f"{settings.SITE_URL}{cooperation.get_absolute_url()}",
        "url": f"{settings.SITE_URL}{cooperation.get_absolute_url()}",
        "name": cooperation.name,
        "alternateName": cooperation.short_name,
        "description": cooperation.purpose,
        "category": str(cooperation.get_form_display()),
        "serviceType": [link.task.name for link in cooperation.task_links.all()],
        "provider": _organisation(cooperation.body) if cooperation.body else None,
        "inLanguage": get_language(),
    }
    return _script(described, [(_("Samarbeid"), "cooperation-list"), (cooperation.name, None)])


@register.simple_tag
def municipality_json_ld(body: Organisation, number: MunicipalityNumber | None = None) -> SafeString:
    """Tell what a municipality is, with the number that it has on the day of the page."""
    described = _organisation(body) | {
        "name": _("%(name)s kommune") % {"name": body.name},
        "alternateName": sorted({name.name for name in body.names.all()} - {body.name}),
        "identifier": number.number if number else None,
        "foundingDate": body.valid_from.isoformat() if body.valid_from else None,
        "dissolutionDate": body.valid_to.isoformat() if body.valid_to else None,
    }
    return _script(described, [(_("Kommuner"), "municipality-list"), (body.name, None)])


def _organisation(body: Organisation) -> dict[str, object]:
    address = f"{settings.SITE_URL}{body.get_absolute_url()}"
    told = {"@type": "GovernmentOrganization", "@id": address, "url": address, "name": body.name}
    return told | ({"taxID": body.org_number} if body.org_number else {})


def _script(described: dict[str, object], way: list[tuple[str, str | None]]) -> SafeString:
    """Return a block of data, which browsers do not run, with the way to the page from the front page."""
    steps = [(_("Forsiden"), "front"), *way]
    trail = [
        {"@type": "ListItem", "position": n, "name": name}
        | ({"item": f"{settings.SITE_URL}{reverse(page)}"} if page else {})
        for n, (name, page) in enumerate(steps, start=1)
    ]
    known = {name: value for name, value in described.items() if value not in (None, "", [])}
    graph = [known, {"@type": "BreadcrumbList", "itemListElement": trail}]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).translate(_ESCAPED)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  (escaped above)
