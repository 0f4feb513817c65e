"""Does any public address give away what is not published?  All of them are asked, also those made later."""

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from agreements.models import Agreement, Citation, Clause, CooperationRelation, Decision, GroupStatement, Notice, Organ
from municipalities.models import Coordinator
from tests import factories as make

pytestmark = pytest.mark.django_db

#: A word that stands in every text of what is hidden, and nowhere else; and what a search for it would be.
WORD, ASKED = "xqzvorthemmelig", "xqzvort"

#: What stands for the key of what is hidden, and of its rows.
HIDDEN = {
    "hidden": lambda hidden: hidden.pk,
    "its membership": lambda hidden: hidden.memberships.first().pk,
    "its agreement": lambda hidden: hidden.agreements.get().pk,
    "its decision": lambda hidden: hidden.agreements.get().decisions.get().pk,
    "its clause": lambda hidden: hidden.agreements.get().clauses.get().pk,
}

#: What is asked for where an address has a variable part, by the name of the route: the public and the hidden.
#: A new route with a variable part needs a line here; one without is asked by itself.
EXAMPLES = {
    "api:cooperation-detail": [{"slug": "kjent"}, {"slug": "skjult"}],
    "api:cooperation-findings": [{"slug": "kjent"}, {"slug": "skjult"}],
    **{f"api:cooperation-{deed}": [{"slug": "skjult"}] for deed in ("decide", "end", "join", "publication", "reopen")},
    "api:cooperation-leave": [{"slug": "skjult", "membership": "its membership"}],
    "api:membership-detail": [{"pk": "its membership"}],
    "api:agreement-detail": [{"pk": "its agreement"}],
    "api:decision-detail": [{"pk": "its decision"}],
    "api:clause-detail": [{"pk": "its clause"}],
    "api:document-detail": [{"pk": 1}],
    "api:municipality-change-detail": [{"pk": 1}],
    "api:form-detail": [{"code": "IKS"}],
    "api:organisation-detail": [{"slug": "lier-3312"}, {"slug": "skjult-organ"}],
    "api:municipality-detail": [{"key": "3312"}],
    "api:county-detail": [{"number": "33"}],
    "api:task-detail": [{"code": "legevakt"}],
    "api:source-detail": [{"key": "rapport"}],
    "cooperation": [{"slug": "kjent"}, {"slug": "skjult"}],
    "municipality": [{"slug": "lier-3312"}],
    "municipality-calendar": [{"slug": "lier-3312"}],
    "coordinator-calendar": [{"token": "ukjent"}],
    "county": [{"number": "33"}],
    "organisation": [{"slug": "skjult-organ"}, {"slug": "holding"}],
    "source": [{"key": "rapport"}],
    "document": [{"pk": 1}],
    "task": [{"code": "legevakt"}],
    "form": [{"code": "IKS"}],
    "thing": [{"kind": "cooperation", "key": "hidden"}],
    "data-file": [{"path": "cooperations.csv"}],  # what is in the files: tests/agreements/exchange/test_dump.py
    "data-catalog-as": [{"suffix": "ttl"}, {"suffix": "jsonld"}, {"suffix": "rdf"}],
    "api:problem": [{"name": "not-found"}],
    "follow-confirm": [{"token": "ukjent"}],
    "follow-stop": [{"token": "ukjent"}],
    "sitemap": [
        {"section": "sider"},
        {"section": "samarbeid"},
        {"section": "kommuner"},
        {"section": "fylker"},
        {"section": "organisasjoner"},
        {"section": "kilder"},
    ],
}
#: What a page shows is handed out as files too.
EXAMPLES |= {
    f"{name}-{kind}": EXAMPLES[name]
    for name in ("cooperation", "municipality", "organisation", "county", "task", "form", "source")
    for kind in ("csv", "xlsx")
}
#: Questions that search and filter for the hidden.
QUERIES = [
    "", f"?q={ASKED}", "?task=legevakt", "?municipality=3312", "?on=2015-06-01",
    "?samarbeid=skjult", "?side=/samarbeid/skjult/",
]  # fmt: skip


def routes(resolver=None, namespace="") -> list[tuple[str, list[str]]]:
    """Return the name and the variable parts of every address outside the admin."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if not hasattr(pattern, "url_patterns"):
            found.append((f"{namespace}{pattern.name}", list(pattern.pattern.regex.groupindex)))
        elif str(pattern.pattern) != "admin/":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += routes(pattern, inner)
    return found


@pytest.fixture(params=["draft", "in_review", "withdrawn"])
def hidden(request):
    """Make a hidden cooperation, with everything that one can have, among those of a small public register."""
    county, lier, task = make.county(), make.municipality("Lier", "3312"), make.task("legevakt", "helse")
    known = make.cooperation("Kjent", "VK", [task], slug="kjent")
    make.membership(known, lier, "host")
    body = make.organisation(f"Organet {WORD}", "company", slug="skjult-organ")
    holding = make.organisation("Holding", "company", slug="holding")
    # What is withdrawn has been public before.
    before = "published" if request.param == "withdrawn" else request.param
    made = make.cooperation(
        f"Navnet {WORD}", "IKS", [task], slug="skjult", publication=before, body=body, umbrella=known, cite=False,
        short_name=WORD, purpose=f"Formål {WORD}", form_as_stated=WORD, count_note=WORD, confirmed_by=WORD,
        responsible=lier.organisation,
    )  # fmt: skip
    member = make.membership(made, lier, "owner", share=(1, 3), covers=WORD, note=WORD, share_note=WORD, purpose=WORD)
    make.membership(made, holding, "owner", note=WORD)
    Citation.objects.create(source=make.source(), cooperation=made, locator=WORD, heading=WORD, note=WORD)
    Citation.objects.create(source=make.source(), membership=member, locator=WORD, note=WORD)
    GroupStatement.objects.create(cooperation=made, wording=f"alle i {WORD}", county=county)
    Organ.objects.create(cooperation=made, name=f"Styret {WORD}", note=WORD)
    agreement = Agreement.objects.create(
        cooperation=made, title=f"Avtalen {WORD}", note=WORD, valid_from="2015-01-01", valid_to="2030-01-01"
    )
    Decision.objects.create(agreement=agreement, organisation=lier.organisation, case_number=WORD)
    Clause.objects.create(agreement=agreement, item="IKS-07.3", status="missing", place=WORD)
    Notice.objects.create(
        cooperation=made, organisation=lier.organisation, given_on="2024-01-01", effective_on="2030-01-01",
        reference=WORD,
    )  # fmt: skip
    for one, other in ((made, known), (known, make.cooperation("Ny", slug="ny"))):
        CooperationRelation.objects.create(predecessor=one, successor=other, note=WORD if one == made else "")
    Coordinator.objects.create(user=make.user(WORD), organisation=lier.organisation)
    type(made).objects.filter(pk=made.pk).update(publication=request.param)
    return made


@pytest.mark.parametrize(("name", "variables"), routes(), ids=lambda value: value if isinstance(value, str) else "")
def test_no_public_address_gives_away_the_unpublished(client, hidden, name, variables):
    assert not variables or name in EXAMPLES, f"Add an example of {name} ({', '.join(variables)}) to EXAMPLES."
    for values in EXAMPLES.get(name, [{}]):
        try:
            keys = {part: HIDDEN[value](hidden) if value in HIDDEN else value for part, value in values.items()}
            address = reverse(name, kwargs=keys)
        except NoReverseMatch:
            address = "/api/v1/finnes-ikke/"  # the route that catches all others
        for query in QUERIES:
            response = client.get(f"{address}{query}", headers={"accept": "*/*"})
            given = b"".join(response.streaming_content) if response.streaming else response.content
            told = given.decode(errors="replace").lower() + str(response.headers).lower()
            assert WORD not in told, f"{address}{query}"


@pytest.mark.parametrize(
    ("publication", "status"), [("draft", 404), ("in_review", 404), ("withdrawn", 410), ("published", 200)]
)
def test_the_page_of_what_was_withdrawn_is_gone(client, publication, status):
    make.cooperation(f"Navnet {WORD}", slug="skjult", publication=publication)

    response = client.get("/samarbeid/skjult/")

    assert response.status_code == status
    assert ("Siden er trukket tilbake" in response.content.decode()) is (status == 410)
