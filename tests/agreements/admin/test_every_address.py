"""Does every address of the admin know who asks?  All of them are tried, also those made later."""

import itertools
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver

from agreements.models import Agreement, Cooperation, Decision, Organ, Proposal
from tests import factories as make

pytestmark = pytest.mark.django_db

WORD = "xqzvort"
#: Open by nature: the page where one signs in, and the texts that its scripts show.
OPEN = {"login", "logout", "jsi18n"}


def addresses() -> list[tuple[str, str]]:
    """Return name and pattern of every address under /admin/."""
    found, seen = [], [(p, "/admin/") for p in get_resolver().url_patterns if str(p.pattern) == "admin/"]
    while seen:
        resolver, prefix = seen.pop(0)
        for pattern in resolver.url_patterns:
            whole = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                seen.append((pattern, whole))
            elif pattern.name not in OPEN and pattern.name is not None:
                found.append((pattern.name, whole))
    return found


@pytest.fixture
def of():
    """Make a hidden cooperation of Drammen's with its rows, and return an object of each model by its name."""
    drammen = make.municipality()
    made = make.cooperation(
        f"Navnet {WORD}", publication="draft", responsible=drammen.organisation, purpose=WORD, tasks=[make.task()]
    )
    member = make.membership(made, make.municipality("Lier", "3312"), "owner", note=WORD)
    agreement = Agreement.objects.create(cooperation=made, title=f"Avtalen {WORD}")
    decision = Decision.objects.create(agreement=agreement, organisation=drammen.organisation, case_number=WORD)
    organ = Organ.objects.create(cooperation=made, name=f"Styret {WORD}")
    proposal = Proposal.objects.create(cooperation=made, text=f"Endre {WORD}")
    rows = (
        made,
        member,
        agreement,
        decision,
        organ,
        proposal,
        drammen,
        drammen.organisation,
        make.task(),
        make.source(),
    )
    return {row._meta.model_name: row for row in rows}


def filled(name: str, pattern: str, of: dict) -> str:
    """Return an address about the hidden cooperation or one of its rows; else about a number there is not."""
    named = {"admin-proposal": "proposal", "view_on_site": "cooperation"}
    model = named.get(name) or (name.split("_")[1] if "_" in name else "cooperation")
    about = of[model].pk if model in of else 987654321
    values = {
        "app_label": "agreements", "step": "publish", "draft_id": "0b5f1c9e-0000-4000-8000-000000000000",
        "content_type_id": ContentType.objects.get_for_model(Cooperation).pk,
    }  # fmt: skip
    pattern = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern).replace("$", "")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values.get(part[1], about)), pattern)


def events() -> dict[str, int]:
    """Return how much has happened to each table, by its history."""
    models = itertools.chain(*(apps.get_app_config(app).get_models() for app in ("agreements", "municipalities")))
    return {m._meta.label: m.objects.count() for m in models if hasattr(m, "pgh_tracked_model")}


POSTED = {"post": "yes", "action": "delete_selected", "reason": "x", "answer": "x", "accept": "1", "text": "x"}


def ask_all(client, of) -> str:
    """Open and post to every address; return all that was told."""
    told = []
    for name, pattern in addresses():
        address = filled(name, pattern, of)
        page = client.get(address)
        told.append(page.content.decode(errors="replace") + str(page.headers))
        posted = client.post(address, POSTED | {"_selected_action": [of["cooperation"].pk]})
        told.append(posted.content.decode(errors="replace"))
    return "".join(told)


def test_a_stranger_is_sent_to_sign_in_everywhere(client, of):
    before = events()
    for name, pattern in addresses():
        address = filled(name, pattern, of)
        for answer in (client.get(address), client.post(address, POSTED)):
            assert answer.status_code == 302, address
            assert answer.url.startswith("/admin/login/"), address
    assert events() == before


@pytest.mark.parametrize("who", ["reader", "coordinator of another municipality"])
def test_whom_it_does_not_concern_learns_and_changes_nothing(client, of, who):
    keeps = [make.municipality("Bergen", "4601")] if who != "reader" else []
    client.force_login(make.user("berit", *keeps))
    before = events()

    told = ask_all(client, of)

    assert WORD not in told
    assert events() == before


@pytest.mark.parametrize("who", ["reader", "coordinator of another municipality"])
def test_whom_it_does_not_concern_changes_nothing_of_the_published(client, of, who):
    Cooperation.objects.update(publication="published")
    keeps = [make.municipality("Bergen", "4601")] if who != "reader" else []
    client.force_login(make.user("berit", *keeps))
    before = events()

    told = ask_all(client, of)

    changed = {label for label, count in events().items() if count != before[label]}
    assert changed <= {"agreements.ProposalEvent"}  # anybody may propose
    assert WORD in told


@pytest.mark.parametrize("who", ["responsible", "editor"])
def test_who_keeps_it_opens_every_page_of_it(client, of, who):
    client.force_login(
        make.user("dora", of["municipality"]) if who == "responsible" else make.user("rita", is_editor=True)
    )
    for row in (of[name] for name in ("cooperation", "membership", "agreement", "organ", "decision")):
        info = f"/admin/agreements/{row._meta.model_name}/"
        for address in (
            f"{info}{row.pk}/change/",
            f"{info}{row.pk}/history/",
            f"{info}{row.pk}/delete/",
            info,
            f"{info}add/",
        ):
            assert client.get(address).status_code == 200, address


def test_every_model_of_the_admin_is_tried():
    tried = {name.rsplit("_", 1)[0] for name, _pattern in addresses() if name.endswith("_changelist")}
    assert tried == {f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry}
