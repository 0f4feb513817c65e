"""Is each follower told of each change once and never twice, also when runs are missed, repeated or cut short?"""

import io

import psycopg
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from agreements.answers import writing
from agreements.exchange import follows, stream
from agreements.exchange.digests import LOCK
from agreements.models import Cooperation, Follow, Follower, FormUse
from tests import factories as make

# The stream is filled when transactions commit.
pytestmark = pytest.mark.django_db(transaction=True)


def run(**options) -> str:
    out = io.StringIO()
    call_command("send_subscriptions", stdout=out, stderr=out, **options)
    return out.getvalue()


def failing_run(**options) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("send_subscriptions", stdout=out, stderr=out, **options)
    return out.getvalue()


def follower(thing, email="kari@example.org", language="nb") -> Follower:
    """Make an address follow a thing, and forget the message that asks it to confirm."""
    followed = follows.following(thing)
    follows.ask(email, followed, language)
    follow = Follow.objects.get(follower__email=email, object_type=followed.object_type, object_id=followed.object_id)
    follows.confirm(follow, language)
    mail.outbox.clear()
    return follow.follower


@pytest.fixture
def legevakt():
    made = make.cooperation("Legevakten", "KO", [make.task("legevakt", "helse")], slug="legevakten")
    make.membership(made, make.municipality("Lier", "3312"))
    return made


@pytest.fixture
def kari(legevakt):
    return follower(legevakt)


def rename(cooperation, name="Nye Legevakten") -> None:
    Cooperation.objects.filter(pk=cooperation.pk).update(name=name)


# What and whom


def test_a_follower_is_told_of_what_changed_since(kari, legevakt, settings):
    settings.SITE_URL = "https://samarbeid.example.org"
    rename(legevakt)
    run()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["kari@example.org"], "1 endring i det du følger")
    assert "Nye Legevakten: endret" in message.body
    assert "Legevakten → Nye Legevakten" in message.body
    assert "https://samarbeid.example.org/samarbeid/legevakten/" in message.body
    token = Follower.objects.get().token
    stop = f"https://samarbeid.example.org/folg/avslutt/{token}/"
    assert stop in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_what_was_before_the_confirmation_is_not_told(legevakt):
    rename(legevakt)
    follower(legevakt)
    run()
    assert mail.outbox == []


def test_what_is_not_confirmed_is_not_told(legevakt):
    follows.ask("kari@example.org", follows.following(legevakt), "nb")
    mail.outbox.clear()
    rename(legevakt)
    run()
    assert mail.outbox == []


@pytest.mark.parametrize("thing", ["municipality", "task", "sector"])
def test_a_municipality_a_task_and_a_sector_can_be_followed(legevakt, thing):
    task = legevakt.tasks.get()
    member = legevakt.memberships.get().organisation.municipality
    follower({"municipality": member, "task": task, "sector": task.parent}[thing])
    rename(make.cooperation("Noe annet", slug="annet"))
    run()
    assert mail.outbox == []
    rename(legevakt)
    run()
    assert len(mail.outbox) == 1


def test_what_is_followed_in_two_ways_is_told_once_in_one_message(kari, legevakt):
    follower(legevakt.tasks.get())
    rename(legevakt)
    run()
    (message,) = mail.outbox
    assert message.body.count("Nye Legevakten: endret") == 1


def test_each_is_told_in_her_own_language(kari, legevakt):
    follower(legevakt, "ann@example.org", "en")
    rename(legevakt)
    run()
    links = {m.to[0]: "/en/samarbeid/legevakten/" in m.body for m in mail.outbox}
    assert links == {"kari@example.org": False, "ann@example.org": True}


def test_what_is_withdrawn_is_told_without_what_it_was(kari, legevakt):
    Cooperation.objects.filter(pk=legevakt.pk).update(publication="withdrawn", purpose="Hemmelig")
    run()
    (message,) = mail.outbox
    assert "legevakten: trukket tilbake" in message.body
    assert "emmelig" not in message.body
    assert "/samarbeid/" not in message.body


def test_a_draft_is_never_told(legevakt):
    follower(legevakt.memberships.get().organisation.municipality)
    made = make.cooperation("Hemmelig", publication="draft")
    make.membership(made, legevakt.memberships.get().organisation)
    run()
    assert mail.outbox == []


def test_many_changes_are_counted(kari, legevakt):
    for n in range(52):
        rename(legevakt, f"Navn {n}")
    run()
    (message,) = mail.outbox
    assert message.subject == "52 endringer i det du følger"
    assert "Og 2 eldre endringer." in message.body
    assert "Navn 51: endret" in message.body


# Never twice


def test_a_run_that_is_repeated_sends_nothing_more(kari, legevakt):
    rename(legevakt)
    assert "1 messages sent" in run()
    assert "0 messages sent" in run()
    rename(legevakt, "Enda nyere")
    run()
    assert len(mail.outbox) == 2
    assert "Nye Legevakten: endret" not in mail.outbox[1].body


def test_a_dry_run_shows_the_messages_and_leaves_no_trace(kari, legevakt):
    rename(legevakt)
    before = list(Follower.objects.values_list("told", "claimed"))
    shown = run(dry_run=True)
    assert "To: kari@example.org" in shown
    assert "Nye Legevakten: endret" in shown
    assert mail.outbox == []
    assert list(Follower.objects.values_list("told", "claimed")) == before


class Crashing(EmailBackend):
    """A mail server during which the machine goes down, after the message has left."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


class Silent(EmailBackend):
    """A mail server that does not answer in time: nobody knows whether it took the message."""

    def send_messages(self, messages):
        raise TimeoutError("timed out")


def test_after_a_crash_nothing_is_sent_twice_and_what_is_uncertain_is_told(kari, legevakt, settings):
    rename(legevakt)
    settings.EMAIL_BACKEND = f"{__name__}.Crashing"
    with pytest.raises(KeyboardInterrupt):
        run()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Uncertain: kari@example.org" in failing_run()
    assert len(mail.outbox) == 1
    rename(legevakt, "Enda nyere")
    failing_run()  # goes on with what came later, and still says what is uncertain
    assert "Legevakten → Nye Legevakten" not in mail.outbox[1].body
    assert "1 messages sent" in run(resend_uncertain=True)  # only because a person asks for it
    assert "Legevakten → Nye Legevakten" in mail.outbox[2].body
    assert "0 messages sent" in run()


def test_a_message_that_may_have_arrived_is_not_sent_again(kari, legevakt, settings):
    rename(legevakt)
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    assert "Not sent to kari@example.org (may have arrived): timed out" in failing_run()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Uncertain" in failing_run()
    assert mail.outbox == []


def test_a_message_that_no_server_took_is_tried_again(kari, legevakt, settings):
    rename(legevakt)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    assert "Not sent to kari@example.org (will be tried again)" in failing_run()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "1 messages sent" in run()


def test_two_runs_at_once_send_once(kari, legevakt):
    rename(legevakt)
    settings = connection.settings_dict
    names = {"HOST": "host", "USER": "user", "PASSWORD": "password", "NAME": "dbname", "PORT": "port"}
    with psycopg.connect(**{names[k]: settings[k] for k in names if settings.get(k)}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert run() == "Another run is sending to followers right now. Nothing was done.\n"
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert "1 messages sent" in run()


# What is not kept


def test_what_nobody_confirms_is_deleted_after_a_week(kari, legevakt):
    follows.ask("ola@example.org", follows.following(legevakt), "nb")
    follows.ask("per@example.org", follows.following(legevakt), "nb")
    old = timezone.now() - follows.KEPT_UNCONFIRMED * 1.001
    Follow.objects.filter(follower__email="ola@example.org").update(asked_at=old)
    Follow.objects.filter(follower=kari).update(asked_at=old)
    FormUse.objects.create(form="follow", sender="x")
    FormUse.objects.update(sent_at=old)
    assert "1 unconfirmed addresses deleted" in run()
    assert sorted(Follower.objects.values_list("email", flat=True)) == ["kari@example.org", "per@example.org"]
    assert not FormUse.objects.exists()


def test_the_queries_do_not_grow_with_what_is_followed(kari, legevakt, django_assert_max_num_queries):
    for n in range(8):
        one = make.cooperation(f"Nr. {n}", slug=f"nr-{n}")
        follower(one)
        rename(one, f"Ny {n}")
    writing.freshen()  # as a commit would have done
    with django_assert_max_num_queries(20):
        run()
    assert len(mail.outbox) == 1
    assert stream.head().number == Follower.objects.get().told
