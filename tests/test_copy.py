"""Does a copy that is kept from the change stream alone hold what the data set and the API hold, whatever happens?"""

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project

from agreements import actions
from agreements.actions import documents
from agreements.actions.publication import take_step
from agreements.exchange import dump
from agreements.models import Agreement, Change, Clause, Cooperation, Decision, Document, Organ, OrganSeat
from tests import factories, files

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES: Path = project.BASE_DIR / "examples"
FORMS = {"Vakta": "PAR27", "Renovasjon nord": "IKS", "Renovasjon sør": "IKS", "Skogbrann": "KO"}
DAY = datetime.date(2024, 1, 1)


def copied(server: str, file: Path):
    """Return the copy in a file, up to date."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        from client import Register
        from copy_register import Copy
    finally:
        sys.path.pop(0)
    made = Copy(Register(server), file)
    made.update()
    return made


@pytest.fixture
def by():
    """Return somebody who may do everything."""
    return factories.user("kari", is_superuser=True)


@pytest.fixture
def register(by):
    """Make a small register by the actions that the admin and the API use."""
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    told = {"by": by, "reason": "Sak 14/24"}
    made = [
        actions.register(
            **told,
            values={"name": name, "form": form, "valid_from": "2020-01-01", "responsible": drammen.organisation},
            members=[{"organisation": drammen.organisation, "role": "participant", "ownership": "1/3"}],
            tasks=[{"task": factories.task()}],
            citations=[{"source": factories.source(), "locator": "side 4"}],
        )
        for name, form in FORMS.items()
    ]
    for one in made:
        for step in ("submit", "publish"):
            take_step(one, step=step, by=by)
    agreement = Agreement.objects.create(cooperation=made[0], title="Vedtekter", languages=["nb"])
    Decision.objects.create(agreement=agreement, organisation=drammen.organisation, decided_on=DAY)
    Clause.objects.create(agreement=agreement, item="KO-03a", status="present")
    OrganSeat.objects.create(
        organ=Organ.objects.create(cooperation=made[0], name="Styret"), organisation=lier.organisation, members=2
    )
    factories.document(agreement, confirmed=True, title="Vedtekter", language="nb")
    return made


def live(made: list[Cooperation], by) -> None:
    """Let everything happen to it that happens to cooperations."""
    told = {"by": by, "reason": "Sak 15/24"}
    vakta, north, south, fire = made
    lier = factories.municipality("Lier 2", "3313")
    actions.amend(vakta, **told, values={"purpose": "Legevakt om natten"})
    actions.join(vakta, **told, on=DAY, organisation=lier.organisation)
    actions.leave(vakta, **told, on=DAY + datetime.timedelta(days=30), organisation=lier.organisation)
    actions.rename(vakta, **told, on=DAY, name="Vakta i Drammen")
    actions.convert(vakta, **told, on=datetime.date(2024, 6, 1), form="KO", values={"slug": "vakta-ko"})
    whole = actions.merge([north, south], **told, on=DAY, values={"name": "Renovasjon", "slug": "renovasjon"})
    halves = [{"name": "Avfall", "slug": "avfall"}, {"name": "Slam", "slug": "slam"}]
    actions.split(whole, **told, on=datetime.date(2024, 7, 1), parts=halves)
    actions.end(fire, **told, on=DAY)
    lier.organisation.name = "Lier kommune"
    lier.organisation.save()
    # Out of the public's sight and back, and out for good.
    paper = Document.objects.get()
    documents.withdraw_document(paper, reason="Feil fil")
    documents.confirm_document(paper, by="Kari")
    hidden = factories.document(vakta.agreements.get(), files.pdf("Noe annet"), confirmed=True, title="Hemmelig")
    documents.withdraw_document(hidden, reason="Inneholder opplysninger som er unntatt")
    for step in ("withdraw", "reopen", "submit", "publish"):
        take_step(fire, step=step, by=by, reason="Retting")
    take_step(south, step="withdraw", by=by, reason="Feil")
    removed = factories.cooperation("Slettes helt", cite=False)
    removed.delete()


def test_the_copy_is_the_register_all_its_life(register, by, live_server, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    followed = copied(live_server.url, tmp_path / "followed.sqlite")
    live(register, by)
    dump.publish()
    late = copied(live_server.url, tmp_path / "late.sqlite")
    assert followed.compare() == late.compare() == []
    assert followed.states() == late.states()
    # What was taken away is in neither, nor can it be read from the beginning of the stream.
    told = list(Change.objects.readable().values_list("slug", "state", "reason"))
    for secret in ("Hemmelig", "Renovasjon sør", "Slettes helt", "unntatt"):
        assert secret not in f"{late.states()} {told}"
    # A copy made before the data set is compared as well: what has changed since is passed over.
    Cooperation.objects.filter(slug="avfall").update(name="Avfall nord")
    assert late.compare() == []


def test_the_copy_has_every_fact_that_the_lists_have(register, live_server, client, tmp_path):
    states = copied(live_server.url, tmp_path / "copy.sqlite").states()
    cooperations = [state for (kind, _id), state in states.items() if kind == "cooperation"]
    agreements = [row for state in cooperations for row in state["agreements"]]
    held = {
        "memberships": [row["id"] for state in cooperations for row in state["memberships"]],
        "agreements": [row["id"] for row in agreements],
        "decisions": [row["id"] for one in agreements for row in one["decisions"]],
        "clauses": [row["id"] for one in agreements for row in one["clauses"]],
        "documents": [number for kind, number in states if kind == "document"],
    }
    for name, ids in held.items():
        shown = client.get(f"/api/v1/{name}/", {"on": "any"} if name in ("memberships", "agreements") else {}).json()
        assert sorted(ids) == sorted(row["id"] for row in shown["results"]), name
        assert ids, name


def test_a_copy_that_differs_is_told(register, live_server, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    dump.publish()
    with copied(live_server.url, tmp_path / "copy.sqlite").database as database:
        database.execute("UPDATE objects SET state = '{}' WHERE type = 'document'")
    script = [sys.executable, "-W", "ignore::ResourceWarning", str(EXAMPLES / "copy_register.py"), "compare"]
    words = [*script, "--address", live_server.url, "--copy", str(tmp_path / "copy.sqlite")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.split()[::2]) == (1, ["document", "differs"])
