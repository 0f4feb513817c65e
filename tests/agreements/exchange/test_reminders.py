"""Is each coordinator reminded in time and never twice, also when runs are missed, repeated, cut short or doubled?"""

import datetime
import io

import psycopg
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from agreements.exchange.reminders import LOCK, Lead, stage
from agreements.insight.deadlines import Deadline, Kind
from agreements.models import Agreement, Cooperation, OwnershipReport, RegistrationDraft, Reminder
from municipalities.models import Coordinator, User
from tests import factories as make

DAY = datetime.date
END = DAY(2026, 12, 31)


def run(on="2026-12-01", **options) -> str:
    out = io.StringIO()
    call_command("send_reminders", on=on, stdout=out, stderr=out, **options)
    return out.getvalue()


def failing_run(on="2026-12-01", **options) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("send_reminders", on=on, stdout=out, stderr=out, **options)
    return out.getvalue()


def coordinator(name, *organisations, **values) -> User:
    user = User.objects.create_user(name, email=f"{name}@example.org", is_staff=True, **values)
    for organisation in organisations:
        Coordinator.objects.create(user=user, organisation=organisation)
    return user


@pytest.fixture
def lier(db):
    """A municipality that owes no eierskapsmelding, so that only its cooperations have deadlines."""
    body = make.municipality("Lier", "3312").organisation
    OwnershipReport.objects.create(organisation=body, adopted_on=DAY(2025, 3, 12))
    return body


@pytest.fixture
def legevakt(lier):
    """A cooperation whose agreement expires at the end of 2026."""
    made = make.cooperation("Legevakten", "KO", slug="legevakten")
    make.membership(made, lier)
    Agreement.objects.create(cooperation=made, title="Avtalen", valid_to=END)
    return made


@pytest.fixture
def kari(lier, legevakt):
    return coordinator("kari", lier)


# When


@pytest.mark.parametrize(
    ("on", "reached"),
    [
        pytest.param(DAY(2025, 12, 30), None, id="a day too early"),
        pytest.param(DAY(2025, 12, 31), "12m", id="a year before"),
        pytest.param(DAY(2026, 9, 29), "12m", id="the last day of the year's notice"),
        pytest.param(DAY(2026, 9, 30), "3m", id="three months before, in a shorter month"),
        pytest.param(DAY(2026, 11, 30), "1m", id="a month before, in a shorter month"),
        pytest.param(DAY(2026, 12, 23), "1m", id="eight days before"),
        pytest.param(DAY(2026, 12, 24), "7d", id="a week before"),
        pytest.param(DAY(2026, 12, 31), "7d", id="the day itself"),
        pytest.param(DAY(2027, 1, 1), "overdue", id="the day after, over the turn of the year"),
    ],
)
def test_the_most_urgent_lead_time_that_is_reached(on, reached):
    expiry = Deadline("k", Kind.EXPIRY, END, "", "", (), Cooperation())
    assert stage(expiry, on) == reached


def test_what_is_only_past_is_not_reminded_of():
    assert stage(Deadline("k", Kind.NOTICE, END, "", "", (), Cooperation()), DAY(2027, 1, 1)) is None


def test_a_month_before_a_leap_day_and_before_the_end_of_march():
    month = Lead.parse("1m")
    assert month.begins(DAY(2028, 2, 29)) == DAY(2028, 1, 29)
    assert month.begins(DAY(2028, 3, 31)) == DAY(2028, 2, 29)
    assert month.begins(DAY(2027, 3, 31)) == DAY(2027, 2, 28)


def test_a_reminder_comes_at_each_lead_time_once(kari):
    days = [DAY(2025, 12, 30) + datetime.timedelta(n) for n in (0, 1, 2, 274, 275, 335, 336, 359, 360, 366, 367, 368)]
    found = {}
    for day in days:
        mail.outbox.clear()
        run(on=day.isoformat())
        if mail.outbox:
            found[day.isoformat()] = len(mail.outbox)
    assert found == {"2025-12-31": 1, "2026-09-30": 1, "2026-11-30": 1, "2026-12-24": 1, "2027-01-01": 1}


def test_a_missed_run_is_made_up_for_with_the_most_urgent_reminder_only(kari):
    run(on="2026-12-28")
    assert [r.stage for r in Reminder.objects.all()] == ["7d"]


def test_a_deadline_that_is_moved_is_reminded_of_anew(kari):
    run()
    Agreement.objects.update(valid_to=DAY(2026, 12, 30))
    run()
    assert len(mail.outbox) == 2


def test_the_lead_times_are_a_setting(kari, settings):
    settings.REMIND_BEFORE = ["20d"]
    run(on="2026-12-10")
    assert mail.outbox == []
    run(on="2026-12-11")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("text", ["", "x", "3", "m", "0m", "-1d", "1y", "1000m", "3m "])
def test_a_lead_time_that_cannot_be_read_is_told(db, settings, text):
    settings.REMIND_BEFORE = [text]
    with pytest.raises(CommandError, match="is not a lead time") as told:
        run()
    assert told.value.returncode == 2


# Whom and what


def test_a_digest_says_all_to_one_person(kari, legevakt, settings):
    settings.SITE_URL = "https://samarbeid.example.org"
    Cooperation.objects.update(due_on=DAY(2026, 11, 15))
    run()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["kari@example.org"], "2 frister i interkommunalt samarbeid")
    assert message.body.index("FRISTEN ER UTE") < message.body.index("15. november 2026 – Legevakten")
    assert message.body.index("FRISTER SOM KOMMER") < message.body.index("31. desember 2026 – Legevakten")
    assert "Siste dag avtalen er i kraft. (avtalen «Avtalen»)" in message.body
    assert f"https://samarbeid.example.org/admin/agreements/cooperation/{legevakt.pk}/change/" in message.body
    assert "Slå av påminnelser: https://samarbeid.example.org/admin/#kalender" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_only_those_whom_a_deadline_concerns_are_told(kari):
    coordinator("ola", make.organisation("Selskapet", "company"))
    run()
    assert [m.to for m in mail.outbox] == [["kari@example.org"]]


def test_a_coordinator_of_two_members_is_told_once(kari, legevakt):
    other = make.organisation("Selskapet", "company")
    make.membership(legevakt, other)
    Coordinator.objects.create(user=kari, organisation=other)
    run()
    assert [m.subject for m in mail.outbox] == ["1 frist i interkommunalt samarbeid"]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"wants_reminders": False}, id="has turned them off"),
        pytest.param({"email": ""}, id="has no address"),
        pytest.param({"is_active": False}, id="is not active"),
        pytest.param({"is_staff": False}, id="may not sign in"),
    ],
)
def test_who_is_not_reminded(kari, values):
    User.objects.update(**values)
    run()
    assert mail.outbox == []
    assert not Reminder.objects.exists()


def test_a_coordinator_whose_role_is_over_is_not_reminded(kari):
    Coordinator.objects.update(valid_to=DAY(2026, 11, 30))
    run()
    assert mail.outbox == []


# Never twice


def test_a_run_that_is_repeated_sends_nothing_more(kari):
    assert "1 messages sent" in run()
    assert "0 messages sent" in run()
    assert len(mail.outbox) == 1


def test_a_dry_run_shows_the_messages_and_leaves_no_trace(kari):
    shown = run(dry_run=True)
    assert "To: kari@example.org" in shown
    assert "31. desember 2026 – Legevakten" in shown
    assert mail.outbox == []
    assert not Reminder.objects.exists()


class Crashing(EmailBackend):
    """A mail server during which the machine goes down, after the message has left."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


class Silent(EmailBackend):
    """A mail server that does not answer in time: nobody knows whether it took the message."""

    def send_messages(self, messages):
        raise TimeoutError("timed out")


def test_after_a_crash_nothing_is_sent_twice_and_what_is_uncertain_is_told(kari, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Crashing"
    with pytest.raises(KeyboardInterrupt):
        run()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    told = failing_run()
    assert len(mail.outbox) == 1
    assert "Uncertain: kari@example.org was perhaps not reminded of term-agreement" in told
    assert "1 messages sent" in run(resend_uncertain=True)  # only because a person asks for it
    assert "0 messages sent" in run()


def test_a_message_that_may_have_arrived_is_not_sent_again(kari, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    assert "Not sent to kari@example.org (may have arrived): timed out" in failing_run()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Uncertain" in failing_run()
    assert mail.outbox == []


def test_a_message_that_no_server_took_is_tried_again(kari, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    assert "Not sent to kari@example.org (will be tried again)" in failing_run()
    assert not Reminder.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "1 messages sent" in run()


def test_a_fault_with_one_person_does_not_keep_the_others_from_theirs(kari, lier, settings):
    coordinator("anne", lier)
    User.objects.filter(username="anne").update(email="anne@example.org\nBcc: all@example.org")
    told = failing_run()
    assert "Not sent to anne@example.org" in told
    assert [m.to for m in mail.outbox] == [["kari@example.org"]]


def test_two_runs_at_once_send_once(kari):
    settings = connection.settings_dict
    names = {"HOST": "host", "USER": "user", "PASSWORD": "password", "NAME": "dbname", "PORT": "port"}
    with psycopg.connect(**{names[k]: settings[k] for k in names if settings.get(k)}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert run() == "Another run is sending reminders right now. Nothing was done.\n"
        assert mail.outbox == []
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert "1 messages sent" in run()


@pytest.mark.parametrize("day", ["2026-02-30", "i dag", "2026"])
def test_a_day_that_cannot_be_read_is_refused(db, day):
    with pytest.raises(CommandError, match="write the day as YYYY-MM-DD") as told:
        run(on=day)
    assert told.value.returncode == 2


@pytest.mark.django_db
def test_the_daily_run_clears_away_registrations_that_were_left():
    kari = make.user()
    left, fresh = (RegistrationDraft.objects.create(user=kari) for _ in range(2))
    for draft, days in ((left, 181), (fresh, 179)):
        changed = timezone.now() - datetime.timedelta(days)
        RegistrationDraft.objects.filter(pk=draft.pk).update(changed_at=changed)
    run("2026-01-31", dry_run=True)
    assert RegistrationDraft.objects.count() == 2
    run("2026-01-31")
    assert list(RegistrationDraft.objects.all()) == [fresh]
