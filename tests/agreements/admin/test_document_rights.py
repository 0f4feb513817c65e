"""Who may upload, read, confirm, withdraw and erase a document?  Each tries each, by the address itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.models import Document
from municipalities.models import Municipality
from tests import factories as make
from tests import files

pytestmark = pytest.mark.django_db

ADD = "/admin/agreements/document/add/"


@pytest.fixture
def agreement():
    """The agreement of a cooperation that Drammen hosts and Lier takes part in; Asker has nothing to do with it."""
    legevakt = make.cooperation()
    make.membership(legevakt, make.municipality(), "host")
    make.membership(legevakt, make.municipality("Lier", "3312"))
    make.municipality("Asker", "3203")
    return make.agreement(legevakt)


@pytest.fixture
def sign_in(client, agreement):
    """Sign in as somebody: the number of the municipality that she keeps, or what else she is."""

    def sign(who: str):
        if who == "editor":
            client.force_login(make.user("ebba", is_editor=True))
        elif who == "reader":
            client.force_login(make.user("rita"))
        elif who != "stranger":
            client.force_login(make.user("kari", Municipality.objects.get(numbers__number=who)))
        return client

    return sign


KEEPERS = ["3301", "editor"]
OTHERS = ["3312", "3203", "reader", "stranger"]


def send(client, agreement):
    sent = {"agreement": agreement.pk, "title": "Avtalen", "access": "public", "reason": "Signert"}
    sent["file"] = SimpleUploadedFile("avtale.pdf", files.pdf("Avtale"))
    return client.post(f"{ADD}?agreement={agreement.pk}", sent)


def actions(document) -> dict[str, dict]:
    """Return the address of each thing that is done with a document, and what is sent."""
    sent = {
        "document-confirm": {"read": "on"},
        "document-withdraw": {"reason": "Feil fil"},
        "document-erase": {"reason": "Feil fil"},
        "agreements_document_change": {"title": "Noe annet", "access": "public", "reason": "x"},
    }
    return {reverse(f"admin:{name}", args=[document.pk]): values for name, values in sent.items()}


def refused(response) -> bool:
    return response.status_code in (403, 404) or "/login/" in response.headers.get("Location", "")


@pytest.mark.parametrize("who", KEEPERS)
def test_those_who_keep_it_do_all(sign_in, agreement, who):
    client = sign_in(who)
    assert send(client, agreement).status_code == 302
    made = Document.objects.get()
    assert b"".join(client.get(reverse("admin:document-file", args=[made.pk])).streaming_content) == files.pdf("Avtale")
    client.post(reverse("admin:document-confirm", args=[made.pk]), {"read": "on"})
    assert Document.objects.public().count() == 1
    client.post(reverse("admin:document-withdraw", args=[made.pk]), {"reason": "Feil fil"})
    assert not Document.objects.public().exists()
    client.post(reverse("admin:document-erase", args=[made.pk]), {"reason": "Feil fil"})
    made.refresh_from_db()
    assert made.erased_at


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_uploads(sign_in, agreement, who):
    response = send(sign_in(who), agreement)
    assert refused(response) or response.status_code == 200
    assert not Document.objects.exists()


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_what_is_not_public(sign_in, agreement, who):
    made = make.document(agreement, access="restricted", exemption_basis="offentleglova § 13")
    client = sign_in(who)
    assert refused(client.get(reverse("admin:document-file", args=[made.pk])))
    assert client.get(made.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_confirms_changes_withdraws_or_erases(sign_in, agreement, who, confirmed):
    made = make.document(agreement, confirmed=confirmed)
    before = Document.objects.filter(pk=made.pk).values().get()
    client = sign_in(who)
    for address, sent in actions(made).items():
        assert refused(client.post(address, sent)), address
    assert Document.objects.filter(pk=made.pk).values().get() == before


@pytest.mark.parametrize("who", ["3203", "reader", "stranger"])
def test_what_is_hidden_shows_in_no_list_of_others(sign_in, agreement, who):
    agreement.cooperation.publication = "draft"
    agreement.cooperation.save()
    make.document(agreement, title="Hemmelig avtale")
    told = sign_in(who).get("/admin/agreements/document/")
    assert "Hemmelig avtale" not in told.content.decode()
