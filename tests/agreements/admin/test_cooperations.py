"""Can a coordinator keep a cooperation, and is every mistake told on the spot?"""

import datetime
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import (
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    GroupStatement,
    Membership,
    Organ,
)
from municipalities.models import User
from tests import factories
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/cooperation/"
ADD = "/admin/agreements/cooperation/add/"


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


@pytest.fixture
def legevakt():
    return factories.cooperation()


@pytest.fixture
def drammen():
    return factories.municipality()


@pytest.fixture
def lier():
    return factories.municipality("Lier", "3312")


# Registering


def test_a_cooperation_is_registered_with_members_tasks_and_source(admin_client, drammen, lier):
    source, task = factories.source(), factories.task()

    response = submit(
        admin_client,
        ADD,
        {
            "memberships": [
                {"organisation": drammen.pk, "role": "host", "ownership": "60 %", "valid_from": "09.2021"},
                {"organisation": lier.pk, "role": "participant", "ownership": "2/5", "valid_from": "2021"},
            ],
            "task_links": [{"task": task.pk, "position": 0}],
            "citations": [{"source": source.pk, "locator": "side 3"}],
        },
        name="Ærlig og ålreit legevakt",
        form="VK",
        valid_from="2012/13",
        valid_to="senest 2023",
    )

    assert saved(response), text(response)
    made = Cooperation.objects.get()
    assert made.slug == "aerlig-og-alreit-legevakt"
    assert (made.valid_from, made.valid_from_precision) == (datetime.date(2012, 1, 1), "two_years")
    assert (made.valid_to, made.valid_to_precision) == (datetime.date(2023, 12, 31), "by")
    members = list(made.memberships.all())
    assert [m.ownership_share for m in members] == [Fraction(3, 5), Fraction(2, 5)]
    assert [(m.valid_from.isoformat(), m.valid_from_precision) for m in members] == [
        ("2021-09-01", "month"),
        ("2021-01-01", "year"),
    ]
    assert [m.position for m in members] == [0, 1]
    assert list(made.tasks.all()) == [task]
    assert made.citations.get().source == source


def test_the_address_name_avoids_one_that_is_taken(admin_client):
    factories.cooperation("Legevakt", slug="legevakt")

    assert saved(submit(admin_client, ADD, name="Legevakt"))

    assert set(Cooperation.objects.values_list("slug", flat=True)) == {"legevakt", "legevakt-2"}


def test_a_name_without_letters_still_gets_an_address_name(admin_client):
    assert saved(submit(admin_client, ADD, name="???"))

    assert Cooperation.objects.get().slug == "uten-navn"


def test_an_address_name_that_is_written_is_kept(admin_client):
    assert saved(submit(admin_client, ADD, name="Legevakt", slug="min-adresse"))

    assert Cooperation.objects.get().slug == "min-adresse"


def test_saving_without_changes_changes_nothing(admin_client, legevakt, drammen):
    Cooperation.objects.filter(pk=legevakt.pk).update(valid_from="2021-06-30", valid_from_precision="year")
    factories.membership(legevakt, drammen, share=(307, 1000), valid_from="2021-06-15", valid_from_precision="month")
    before = Cooperation.objects.values().get(), Membership.objects.values().get()
    events = Membership.pgh_event_model.objects.count()

    assert saved(submit(admin_client, change(legevakt)))

    assert (Cooperation.objects.values().get(), Membership.objects.values().get()) == before
    assert Membership.pgh_event_model.objects.count() == events


def test_dates_and_shares_are_shown_as_they_are_written(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, share=(1, 7), valid_from="2021-09-01", valid_from_precision="month")

    shown = fields(admin_client.get(change(legevakt)))

    assert shown["memberships-0-ownership"] == "1/7"
    assert shown["memberships-0-valid_from"] == "09.2021"
    assert shown["memberships-0-valid_to"] == ""


def test_dates_and_shares_can_be_emptied(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, share=(1, 7), valid_from="2021-09-01", valid_from_precision="month")

    assert saved(
        submit(admin_client, change(legevakt), **{"memberships-0-ownership": "", "memberships-0-valid_from": ""})
    )

    member = Membership.objects.get()
    assert (member.ownership_share, member.valid_from, member.valid_from_precision) == (None, None, "day")


def test_a_membership_is_ended_and_another_begun_in_one_go(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, "owner")

    response = submit(
        admin_client,
        change(legevakt),
        {"memberships": [{"organisation": drammen.pk, "role": "owner", "ownership": "40 %", "valid_from": "2022"}]},
        **{"memberships-0-valid_to": "31.12.2021"},
    )

    assert saved(response), text(response)
    assert [m.valid_to for m in Membership.objects.all()] == [datetime.date(2021, 12, 31), None]


def test_a_row_takes_the_place_of_a_later_row_that_is_deleted(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, "owner", valid_to="2019-12-31")
    factories.membership(legevakt, drammen, "owner", valid_from="2020-01-01")

    response = submit(admin_client, change(legevakt), **{"memberships-0-valid_to": "", "memberships-1-DELETE": "on"})

    assert saved(response), text(response)
    assert Membership.objects.get().valid_to is None


def test_a_row_takes_the_days_that_a_later_row_gives_up(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, "owner", valid_to="2019-12-31")
    factories.membership(legevakt, drammen, "owner", valid_from="2020-01-01")

    response = submit(
        admin_client,
        change(legevakt),
        **{"memberships-0-valid_to": "31.12.2021", "memberships-1-valid_from": "1.1.2022"},
    )

    assert saved(response), text(response)
    assert Membership.objects.filter(valid_to="2021-12-31").exists()


def test_what_the_database_alone_refuses_is_told_and_nothing_is_lost(admin_client, legevakt, drammen, lier):
    """Two rows that swap organisations are right together, but neither can be stored first."""
    factories.membership(legevakt, drammen)
    factories.membership(legevakt, lier)

    response = submit(
        admin_client,
        change(legevakt),
        **{"memberships-0-organisation": lier.pk, "memberships-1-organisation": drammen.pk},
    )

    assert refused(response, "Ingenting ble lagret. Organisasjonen har allerede denne rollen")
    assert fields(response)["memberships-0-organisation"] == str(lier.pk)
    assert [m.organisation_id for m in Membership.objects.all()] == [drammen.pk, lier.pk]


# Refusing, each mistake alone


def refused(response, sentence: str) -> bool:
    """Tell whether the form came back with the sentence; fail with the page's own words otherwise."""
    assert response.status_code == 200
    assert sentence in text(response), text(response)
    return True


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("valid_from", "i fjor", "«i fjor» er ikke en dato", id="start-is-no-date"),
        pytest.param("valid_to", "30.2.2021", "«30.2.2021» er ikke en dato", id="end-is-no-real-date"),
        pytest.param("valid_to", "2011", "Sluttdatoen er før startdatoen", id="end-before-start"),
        pytest.param("name", "", "Navn: ", id="no-name"),
        pytest.param("slug", "to ord", "Adressenavn: ", id="slug-with-space"),
    ],
)
def test_a_faulty_field_of_the_cooperation(admin_client, field, value, sentence):
    made = factories.cooperation(valid_from="2012-01-01")

    assert refused(submit(admin_client, change(made), **{field: value}), sentence)


def test_an_address_name_in_use(admin_client, legevakt):
    factories.cooperation("Annet", slug="tatt")

    response = submit(admin_client, change(legevakt), slug="tatt")

    assert response.status_code == 200
    assert "slug" in response.context["adminform"].form.errors


def test_a_body_that_is_another_cooperation(admin_client, legevakt):
    body = factories.organisation()
    factories.cooperation("Annet", body=body)

    response = submit(admin_client, change(legevakt), body=body.pk)

    assert response.status_code == 200
    assert "body" in response.context["adminform"].form.errors


def test_its_own_umbrella(admin_client, legevakt):
    assert refused(submit(admin_client, change(legevakt), umbrella=legevakt.pk), "ligger over seg selv")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("ownership", "40", "Skriv andelen som prosent eller brøk", id="share-without-unit"),
        pytest.param("ownership", "3/2", "mellom 0 % og 100 %", id="share-above-whole"),
        pytest.param("liability", "1/0", "null som nevner", id="liability-by-zero"),
        pytest.param("valid_from", "hva?", "«hva?» er ikke en dato", id="start-is-no-date"),
        pytest.param("valid_to", "2011", "Sluttdatoen er før startdatoen", id="end-before-start"),
    ],
)
def test_a_faulty_field_of_a_member(admin_client, legevakt, drammen, field, value, sentence):
    factories.membership(legevakt, drammen, valid_from="2012-01-01")

    response = submit(admin_client, change(legevakt), **{f"memberships-0-{field}": value})

    assert refused(response, f"rad 1: {sentence}" if sentence[0] != "m" and sentence[0] != "n" else sentence)
    assert list(rows(response, "memberships").forms[0].errors) == [field]


def rows(response, prefix: str):
    """Return the table of rows with the prefix."""
    return next(i.formset for i in response.context["inline_admin_formsets"] if i.formset.prefix == prefix)


def test_a_member_without_an_organisation(admin_client, legevakt):
    response = submit(admin_client, change(legevakt), {"memberships": [{"role": "owner"}]})

    assert response.status_code == 200
    assert list(rows(response, "memberships").forms[0].errors) == ["organisation"]


def test_the_same_member_twice_in_one_role_on_one_day_of_one_form(admin_client, drammen):
    twice = {"organisation": drammen.pk, "role": "owner"}

    response = submit(
        admin_client,
        ADD,
        {"memberships": [twice | {"valid_to": "2020"}, twice | {"valid_from": "31.12.2020"}]},
        name="Legevakt",
    )

    assert refused(response, "rad 2: Organisasjonen har allerede denne rollen")
    assert [bool(form.errors) for form in rows(response, "memberships").forms] == [False, True]


def test_the_same_member_again_from_the_day_after(admin_client, drammen):
    twice = {"organisation": drammen.pk, "role": "owner"}

    response = submit(
        admin_client,
        ADD,
        {"memberships": [twice | {"valid_to": "2020"}, twice | {"valid_from": "1.1.2021"}]},
        name="Legevakt",
    )

    assert saved(response), text(response)


def test_a_member_that_is_stored_already(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, "owner")

    response = submit(admin_client, change(legevakt), {"memberships": [{"organisation": drammen.pk, "role": "owner"}]})

    assert refused(response, "rad 2: Organisasjonen har allerede denne rollen")


def test_shares_above_the_whole(admin_client, legevakt, drammen, lier):
    factories.membership(legevakt, drammen, "owner", share=(3, 5))

    response = submit(
        admin_client,
        change(legevakt),
        {"memberships": [{"organisation": lier.pk, "role": "owner", "ownership": "1/2", "valid_from": "2022"}]},
    )

    assert refused(response, "Til sammen er eierandelene 110 % fra 1.1.2022")


def test_the_same_task_twice(admin_client, legevakt):
    task = factories.task()

    response = submit(
        admin_client, change(legevakt), {"task_links": [{"task": task.pk, "position": n} for n in (0, 1)]}
    )

    assert refused(response, "Oppgaver, rad 2: Oppgaven er allerede ført")


def test_two_organs_of_one_name(admin_client, legevakt):
    response = submit(
        admin_client, change(legevakt), {"organs": [{"name": "Styret", "kind": "board", "position": 0}] * 2}
    )

    assert refused(response, "Organer, rad 2: Samarbeidet har allerede et organ")


def test_the_same_predecessor_twice(admin_client, legevakt):
    older = factories.cooperation("Gammel legevakt")

    response = submit(
        admin_client,
        change(legevakt),
        {"predecessor_links": [{"predecessor": older.pk, "kind": kind} for kind in ("renamed", "merged")]},
    )

    assert refused(response, "Forgjengere, rad 2: Denne forbindelsen er allerede ført")


def test_a_cooperation_that_follows_itself(admin_client, legevakt):
    response = submit(
        admin_client, change(legevakt), {"successor_links": [{"successor": legevakt.pk, "kind": "renamed"}]}
    )

    assert refused(response, "Etterfølgere, rad 1: Et samarbeid kan ikke etterfølge seg selv")


def test_a_group_from_which_members_follow_is_not_deleted(admin_client, legevakt, drammen):
    group = GroupStatement.objects.create(cooperation=legevakt, wording="alle kommuner i Buskerud")
    factories.membership(legevakt, drammen, group=group)

    response = submit(admin_client, change(legevakt), **{"group_statements-0-DELETE": "on"})

    assert refused(response, "1 deltakere følger av den")
    assert Membership.objects.exists()


def test_a_group_of_another_cooperation_is_not_offered(admin_client, legevakt, drammen):
    other = GroupStatement.objects.create(cooperation=factories.cooperation("Annet"), wording="alle andre")
    factories.membership(legevakt, drammen)

    page = admin_client.get(change(legevakt))
    response = submit(admin_client, change(legevakt), **{"memberships-0-group": other.pk})

    assert "alle andre" not in text(page)
    assert response.status_code == 200
    assert list(rows(response, "memberships").forms[0].errors) == ["group"]


def test_organs_groups_and_relations_are_kept(admin_client, legevakt):
    older = factories.cooperation("Gammel legevakt")
    county = factories.county()

    response = submit(
        admin_client,
        change(legevakt),
        {
            "organs": [{"name": "Representantskapet", "kind": "assembly", "position": 0}],
            "group_statements": [
                {"wording": "alle i fylket", "role": "participant", "county": county.pk, "count": 3, "position": 0}
            ],
            "predecessor_links": [{"predecessor": older.pk, "kind": "converted"}],
        },
    )

    assert saved(response), text(response)
    assert Organ.objects.get().cooperation == legevakt
    assert GroupStatement.objects.get().county == county
    assert CooperationRelation.objects.get().predecessor == older


# One membership on a page of its own


def test_a_membership_keeps_its_own_sources(admin_client, legevakt, drammen):
    member = factories.membership(legevakt, drammen)

    response = submit(
        admin_client, change(member), {"citations": [{"source": factories.source().pk, "locator": "side 9"}]}
    )

    assert saved(response), text(response)
    assert Citation.objects.get(membership=member).locator == "side 9"


def test_a_membership_on_its_own_page_that_overlaps(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen, "owner")
    member = factories.membership(legevakt, drammen, "host")

    assert refused(submit(admin_client, change(member), role="owner"), "Organisasjonen har allerede denne rollen")


def test_a_membership_on_its_own_page_that_makes_more_than_the_whole(admin_client, legevakt, drammen, lier):
    factories.membership(legevakt, drammen, "owner", share=(3, 5))
    member = factories.membership(legevakt, lier, "owner")

    assert refused(submit(admin_client, change(member), ownership="41 %"), "eierandelene 101 %")


def test_a_membership_on_its_own_page_with_a_group_of_another_cooperation(admin_client, legevakt, drammen):
    other = GroupStatement.objects.create(cooperation=factories.cooperation("Annet"), wording="alle andre")
    member = factories.membership(legevakt, drammen)

    assert refused(submit(admin_client, change(member), group=other.pk), "Gruppen hører til et annet samarbeid")


# Who may only look


def test_who_may_only_look_can_neither_publish_nor_save(client, legevakt, drammen):
    factories.membership(legevakt, drammen, share=(1, 7), valid_from="2021-09-01", valid_from_precision="month")
    reader = User.objects.create_user("leser", password="hemmelig", is_staff=True)
    client.force_login(reader)

    page = client.get(change(legevakt))
    client.post(LIST, {"action": "withdraw", "reason": "x", "_selected_action": [legevakt.pk]})

    assert "1/7" in text(page)
    assert "Begrunnelse for endringen" not in text(page)
    assert client.post(change(legevakt), {"name": "Nytt navn"}).status_code == 403
    legevakt.refresh_from_db()
    assert (legevakt.name, legevakt.publication) == ("Drammen–Lier legevakt", "published")


# Lists and links


def test_the_list_tells_status_and_members_today(admin_client, legevakt, drammen, lier):
    Cooperation.objects.update(stated_member_count=5)
    factories.membership(legevakt, drammen, "host")
    factories.membership(legevakt, drammen, "owner")
    factories.membership(legevakt, lier, valid_to="2020-12-31")

    page = text(admin_client.get(LIST))

    assert "Vertskommunesamarbeid aktiv 1 av 5 oppgitt publisert" in page


@pytest.mark.parametrize("words", ["legevakt", "legevagt", "Lier leg", "Kongsberg", "akuttmottak"])
def test_the_list_is_searched_in_names_purpose_and_members(admin_client, words):
    made = factories.cooperation(purpose="Felles akuttmottak")
    factories.membership(made, factories.municipality("Kongsberg", "3303"))
    factories.cooperation("Havnevesenet")

    assert list(admin_client.get(LIST, {"q": words}).context["cl"].result_list) == [made]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("form__exact=IKS", ["Renovasjon"]),
        ("publication__exact=draft", ["Plan"]),
        ("stage__exact=planned", ["Plan"]),
        ("status=ended", ["Slutt"]),
        ("status=planned", ["Plan"]),
        ("sektor=helse", ["Legevakt"]),
        ("kilde=rapport", ["Legevakt"]),
        ("kilde=-", ["Plan", "Renovasjon", "Slutt"]),
        ("fylke=33", ["Renovasjon"]),
        ("bekreftelse=due", ["Slutt"]),
        ("bekreftelse=never", ["Legevakt", "Plan", "Renovasjon"]),
    ],
)
def test_the_list_is_filtered(admin_client, query, names):
    factories.cooperation("Legevakt", tasks=[factories.task()])
    factories.cooperation("Plan", cite=False, publication="draft", stage="planned")
    waste = factories.cooperation("Renovasjon", form="IKS", cite=False)
    factories.membership(waste, factories.municipality())
    factories.cooperation("Slutt", cite=False, valid_to="2001-01-01", due_on="2001-01-01", confirmed_on="2000-01-01")

    page = admin_client.get(f"{LIST}?{query}")

    assert [c.name for c in page.context["cl"].result_list] == names


def test_a_published_cooperation_links_to_its_page_and_its_json(admin_client, legevakt):
    page = admin_client.get(change(legevakt)).content.decode()

    assert f'href="{legevakt.get_absolute_url()}"' in page
    assert f'href="/api/v1/cooperations/{legevakt.slug}/"' in page


def test_a_draft_has_no_public_page_to_link_to(admin_client, legevakt):
    Cooperation.objects.update(publication="draft")

    page = admin_client.get(change(legevakt)).content.decode()

    assert legevakt.get_absolute_url() not in page
    assert "/api/v1/cooperations/" not in page


def test_an_autocomplete_tells_namesakes_apart_and_puts_the_living_first(admin_client):
    factories.municipality("Våler", "0426", factories.county("04", "Hedmark"), valid_to="2020-12-31")
    factories.municipality("Våler", "3419", factories.county("34", "Innlandet"))
    factories.municipality("Våler", "3114", factories.county("31", "Østfold"))

    found = admin_client.get(
        "/admin/autocomplete/",
        {"app_label": "agreements", "model_name": "membership", "field_name": "organisation", "term": "vale"},
    ).json()["results"]

    assert [choice["text"] for choice in found] == [
        "Våler · 3419 Innlandet",
        "Våler · 3114 Østfold",
        "Våler (til 2020) · 0426 Hedmark",
    ]


# Deleting


def test_the_confirmation_lists_what_is_deleted(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen)

    page = text(admin_client.get(f"{LIST}{legevakt.pk}/delete/"))

    assert "Vil du slette «Drammen–Lier legevakt»?" in page
    assert "Drammen – deltaker" in page
    assert "En rapport, avsnitt 1, linje 1" in page


def test_a_cooperation_is_deleted_with_its_rows(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen)

    assert saved(admin_client.post(f"{LIST}{legevakt.pk}/delete/", {"post": "yes"}))

    assert not Cooperation.objects.exists()
    assert not Membership.objects.exists()


def test_what_is_in_use_is_not_deleted_and_the_page_says_why(admin_client, legevakt, drammen):
    factories.membership(legevakt, drammen)
    source = legevakt.citations.get().source

    page = text(admin_client.get(f"{change(source).removesuffix('change/')}delete/"))
    admin_client.post(f"{change(source).removesuffix('change/')}delete/", {"post": "yes"})

    assert "«En rapport» kan ikke slettes, fordi dette bygger på det" in page
    assert "En rapport, avsnitt 1, linje 1" in page
    assert Citation.objects.exists()


def test_several_that_are_in_use_are_not_deleted(admin_client, legevakt):
    task = factories.task()
    CooperationTask.objects.create(cooperation=legevakt, task=task)

    page = admin_client.post("/admin/agreements/task/", {"action": "delete_selected", "_selected_action": [task.pk]})

    assert "De valgte kan ikke slettes, fordi dette bygger på dem" in text(page)


# Constant numbers of queries


def make_full(number: int) -> Cooperation:
    """Make a cooperation with a row of everything."""
    made = factories.cooperation(
        f"Samarbeid {number}",
        tasks=[factories.task(f"oppgave-{number}")],
        responsible=factories.organisation(f"Ansvarlig {number}"),
    )
    for extra in range(number):
        member = factories.municipality(f"Kommune {number} {extra}", f"{number}{extra}00")
        factories.membership(made, member)
    return made


@pytest.mark.parametrize(
    "url", [LIST, "/admin/agreements/membership/", "/admin/agreements/task/", "/admin/agreements/source/"]
)
def test_a_list_asks_the_same_however_long_it_is(admin_client, django_assert_num_queries, url):
    make_full(2)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(url)
    make_full(8)

    with django_assert_num_queries(len(few)):
        admin_client.get(url)


def test_the_form_asks_the_same_however_many_members_there_are(admin_client, django_assert_num_queries):
    small, large = make_full(2), make_full(8)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(change(small))

    with django_assert_num_queries(len(few)):
        admin_client.get(change(large))
