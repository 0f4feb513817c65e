"""Does a fault that a reader tells of reach those who can put it right, and give nothing away?"""

import pytest
from django.core import mail
from django.test import Client

from agreements.models import Cooperation, PageReport, Proposal
from municipalities.models import Coordinator, User
from tests import factories as make

pytestmark = pytest.mark.django_db

TEXT = {"text": "Lier gikk ut i 2024."}


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


@pytest.fixture
def legevakt(lier):
    made = make.cooperation("Legevakten", "KO", slug="legevakten", responsible=lier)
    make.membership(made, lier)
    return made


def user(name, **values) -> User:
    return User.objects.create_user(name, email=f"{name}@example.org", is_staff=True, **values)


@pytest.fixture
def kari(lier):
    """The coordinator of Lier."""
    made = user("kari")
    Coordinator.objects.create(user=made, organisation=lier)
    return made


@pytest.fixture
def tell(client, django_capture_on_commit_callbacks):
    """Return a function that sends the form as a reader does."""

    def post(page, data=TEXT, **extra):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"/meld-feil/?side={page}", data, **extra)

    return post


@pytest.mark.parametrize(
    "address", ["/", "/samarbeid/?form=VK&q=a%26b", "/samarbeid/legevakten/", "/kommuner/lier-3312/", "/finnes-ikke/"]
)
def test_every_page_leads_to_the_form_about_itself(get, client, legevakt, address):
    page = get(address, 404 if "finnes" in address else 200)
    link = next(link for link in page.links if link.startswith("/meld-feil/"))
    form = get(link)
    assert address in form.links or "Legevakten" in form.text
    assert form.response.context["page"] == address


@pytest.mark.parametrize("page", ["/samarbeid/legevakten/", "/en/samarbeid/legevakten/?on=2024-01-01"])
def test_about_a_cooperation_it_becomes_a_proposal_to_those_who_keep_it(tell, legevakt, kari, page):
    assert tell(page, TEXT | {"email": "leser@example.org"}).headers["Location"] == "/meld-feil/mottatt/"
    made = Proposal.objects.get()
    assert (made.cooperation, made.origin, made.text) == (legevakt, Proposal.Origin.PUBLIC, TEXT["text"])
    assert made.contact_email == "leser@example.org"
    assert [m.to for m in mail.outbox] == [["kari@example.org"]]
    assert not PageReport.objects.exists()


def test_about_the_body_of_a_cooperation_too(tell, legevakt, kari):
    legevakt.body = make.organisation("Legevakten IKS", "intermunicipal", slug="iks")
    legevakt.save()
    tell("/organisasjoner/iks/")
    assert Proposal.objects.get().cooperation == legevakt


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("/kommuner/lier-3312/", {"kari@example.org", "drift@example.org"}),
        ("/samarbeid/", {"red@example.org", "drift@example.org"}),
        ("/kommuner/tomt-3399/", {"red@example.org", "drift@example.org"}),
    ],
)
def test_about_another_page_it_goes_to_whom_it_concerns(tell, kari, settings, page, told):
    settings.OPERATOR_EMAIL = "drift@example.org"
    user("red", is_editor=True)
    make.municipality("Tomt", "3399")
    tell(page, TEXT | {"email": "leser@example.org"})
    made = PageReport.objects.get()
    assert (made.page, made.text, made.contact_email) == (page, TEXT["text"], "leser@example.org")
    assert {m.to[0] for m in mail.outbox} == told
    assert all("leser@example.org" not in m.body for m in mail.outbox)


@pytest.mark.parametrize("publication", ["draft", "in_review", "withdrawn"])
def test_nothing_is_told_of_what_is_not_public(get, tell, publication):
    make.cooperation("Skjult råd", slug="skjult", publication=publication)
    answers = [get(f"/meld-feil/?side=/samarbeid/{slug}/").html.replace(slug, "") for slug in ("skjult", "finnes-ikke")]
    shown = [a[a.index("<main") : a.index("csrfmiddlewaretoken")] for a in answers]
    assert shown[0] == shown[1]
    tell("/samarbeid/skjult/")
    assert not Proposal.objects.exists()
    assert PageReport.objects.count() == 1


@pytest.mark.parametrize(
    "page",
    ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "", "/%0aX:y", "/%00"],
)
def test_the_form_links_to_pages_of_ours_only(get, page):
    assert get(f"/meld-feil/?side={page}").response.context["page"] == "/"


@pytest.mark.parametrize(
    "data",
    [{}, {"text": "  "}, {"text": "x" * 3001}, TEXT | {"email": "leser"}],
    ids=["nothing", "blanks", "too long", "no address"],
)
def test_what_cannot_be_sent_is_said_beside_its_field(tell, legevakt, data):
    response = tell("/samarbeid/legevakten/", data)
    assert response.status_code == 400
    assert 'class="error"' in response.content.decode()
    assert not Proposal.objects.exists()


def test_a_program_is_thanked_and_ignored(tell, legevakt):
    assert tell("/samarbeid/legevakten/", TEXT | {"website": "x"}).status_code == 302
    assert not Proposal.objects.exists()


def test_one_sender_cannot_go_on_without_end(tell, legevakt):
    assert [tell("/").status_code for _n in range(11)] == [302] * 10 + [429]
    assert PageReport.objects.count() == 10


def test_a_form_of_another_site_is_refused(legevakt):
    assert Client(enforce_csrf_checks=True).post("/meld-feil/?side=/", TEXT).status_code == 403


def test_the_editors_read_and_clear_what_is_told(tell, client, kari):
    tell("/samarbeid/", {"text": "<script>alert(1)</script>"})
    made = PageReport.objects.get()
    address = f"/admin/agreements/pagereport/{made.pk}/change/"
    client.force_login(kari)
    assert client.get(address).status_code == 403
    client.force_login(user("red", is_editor=True))
    page = client.get(address).content.decode()
    assert "&lt;script&gt;" in page
    assert '<a href="/samarbeid/">' in page
    client.post(f"/admin/agreements/pagereport/{made.pk}/delete/", {"post": "yes", "reason": "Rettet"})
    assert not PageReport.objects.exists()


def test_a_cooperation_withdrawn_meanwhile_still_reaches_the_editors(get, tell, legevakt):
    get("/meld-feil/?side=/samarbeid/legevakten/")
    Cooperation.objects.update(publication="withdrawn")
    assert tell("/samarbeid/legevakten/").status_code == 302
    assert PageReport.objects.count() == 1
