"""Can a coordinator keep organisations, places and users, and is every mistake told on the spot?"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.models import (
    Coordinator,
    County,
    Municipality,
    MunicipalityChange,
    MunicipalityNumber,
    Organisation,
    OrganisationName,
    Population,
    User,
)
from tests import factories
from tests.admin_pages import saved, submit, text

pytestmark = pytest.mark.django_db

ORGANISATIONS = "/admin/municipalities/organisation/"


def change(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def history(client, obj) -> str:
    return text(client.get(reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_history", args=[obj.pk])))


def refused(response, sentence: str) -> bool:
    """Tell whether the form came back with the sentence; fail with the page's own words otherwise."""
    assert response.status_code == 200
    assert sentence in text(response), text(response)
    return True


# The start page


def test_the_start_page_is_norwegian_and_leads_to_the_public_site(admin_client):
    page = admin_client.get("/admin/", headers={"accept-language": "nb"})

    assert "Register over interkommunalt samarbeid" in text(page)
    assert '<a href="/">Gå til det åpne nettstedet</a>' in page.content.decode()


#: Models whose rows nobody may add by hand.
NOT_ADDED = {"delivery", "pagereport", "procrastinatejob"}


def every_page() -> list[str]:
    """Return the list and the form of every model in the admin; what nobody may add has a list only."""
    from django.contrib import admin

    # Deliveries and the jobs of the queue come into being by themselves.
    made_by_hand = {m: m._meta.model_name not in NOT_ADDED for m in admin.site._registry}
    return [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
        for model, addable in made_by_hand.items()
        for kind in ("changelist", "add")
        if kind == "changelist" or addable
    ]


@pytest.mark.parametrize("name", every_page())
def test_every_page_of_the_admin_opens(admin_client, name):
    assert admin_client.get(reverse(name)).status_code == 200


# Organisations


@pytest.mark.parametrize("written", ["974760673", "974 760 673", "NO 974 760 673 MVA", "974\u00a0760\u00a0673"])
def test_an_organisation_number_is_read_however_it_is_written(admin_client, written):
    response = submit(admin_client, f"{ORGANISATIONS}add/", name="Registerenheten", kind="state", org_number=written)

    assert saved(response), text(response)
    made = Organisation.objects.get()
    assert (made.org_number, made.slug) == ("974760673", "registerenheten")


def test_two_organisations_without_a_number(admin_client):
    for name in ("En", "To"):
        assert saved(submit(admin_client, f"{ORGANISATIONS}add/", name=name, kind="other", org_number=""))

    assert list(Organisation.objects.values_list("org_number", flat=True)) == [None, None]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"org_number": "974760674"}, "Kontrollsifferet stemmer ikke", id="check-digit"),
        pytest.param({"org_number": "97476067"}, "har ni siffer", id="eight-digits"),
        pytest.param({"org_number": "NO 974 760 6731 MVA"}, "har ni siffer", id="ten-digits"),
        pytest.param({"org_number": "9" * 40}, "Organisasjonsnummer: ", id="far-too-long"),
        pytest.param({"kind": "foreign_municipality"}, "må ha et annet land enn Norge", id="foreign-in-norway"),
        pytest.param({"country": "norge"}, "Land: ", id="country-in-words"),
        pytest.param({"country": "no"}, "landkoden på to store bokstaver", id="country-in-small-letters"),
        pytest.param(
            {"valid_from": "01.01.2020", "valid_to": "31.12.2019"}, "Sluttdatoen er før", id="end-before-start"
        ),
        pytest.param({"kind": ""}, "Type: ", id="no-kind"),
    ],
)
def test_a_faulty_field_of_an_organisation(admin_client, changes, sentence):
    made = factories.organisation()

    assert refused(submit(admin_client, change(made), **changes), sentence)


def test_an_organisation_number_in_use(admin_client):
    factories.organisation("En", org_number="974760673")
    made = factories.organisation("To")

    response = submit(admin_client, change(made), org_number="974 760 673")

    assert response.status_code == 200
    assert "org_number" in response.context["adminform"].form.errors


def test_an_organisation_keeps_its_names(admin_client):
    made = factories.organisation("Tana", "municipality")

    response = submit(admin_client, change(made), {"names": [{"name": "Deatnu", "kind": "official", "language": "se"}]})

    assert saved(response), text(response)
    assert OrganisationName.objects.get().language == "se"
    assert "Lagt til navn på organisasjon: Deatnu" in history(admin_client, made)


def test_the_same_name_twice(admin_client):
    made = factories.organisation()
    row = {"name": "Deatnu", "kind": "official", "language": "se"}

    assert refused(submit(admin_client, change(made), {"names": [row, row]}), "rad 2: Dette navnet er allerede ført")


def test_a_name_that_ends_before_it_starts(admin_client):
    made = factories.organisation()
    row = {"name": "Navn", "kind": "former", "language": "no", "valid_from": "01.01.2020", "valid_to": "31.12.2019"}

    response = submit(admin_client, change(made), {"names": [row]})

    assert refused(response, "rad 1: Sluttdatoen er før startdatoen")
    assert text(response).count("Sluttdatoen er før startdatoen") == 2  # in the summary, and on the row


@pytest.mark.parametrize("words", ["ålreit", "ALREIT", "974 760 673", "974760", "gamle"])
def test_organisations_are_found_by_name_former_name_and_number(admin_client, words):
    made = factories.organisation("Ålreit foretak", org_number="974760673")
    OrganisationName.objects.create(organisation=made, name="Gamle foretak", kind="former")
    factories.organisation("Noe annet")

    assert list(admin_client.get(ORGANISATIONS, {"q": words}).context["cl"].result_list) == [made]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("tid=now", ["Lund", "Nå"]),
        ("tid=past", ["Før"]),
        ("tid=future", ["Siden"]),
        ("land=abroad", ["Lund"]),
        ("land=NO", ["Før", "Nå", "Siden"]),
    ],
)
def test_organisations_are_filtered(admin_client, query, names):
    factories.organisation("Før", valid_to="2001-01-01")
    factories.organisation("Nå")
    factories.organisation("Siden", valid_from="2999-01-01")
    factories.organisation("Lund", "foreign_municipality", country="SE")

    found = admin_client.get(f"{ORGANISATIONS}?{query}").context["cl"].result_list

    assert sorted(o.name for o in found) == sorted(names)


def test_organisations_are_sorted_as_norwegians_do(admin_client):
    for name in ("Ås", "Aure", "Øvre Eiker", "Aa kommune"):
        factories.organisation(name)

    for order in ("", "?o=1"):
        found = admin_client.get(ORGANISATIONS + order).context["cl"].result_list
        assert [o.name for o in found] == ["Aure", "Øvre Eiker", "Aa kommune", "Ås"]


def test_an_organisation_that_takes_part_is_not_deleted(admin_client):
    made = factories.organisation()
    factories.membership(factories.cooperation(), made)

    page = text(admin_client.get(f"{ORGANISATIONS}{made.pk}/delete/"))

    assert "kan ikke slettes, fordi dette bygger på det" in page
    assert "gi det en sluttdato i stedet" in page
    assert saved(admin_client.post(f"{ORGANISATIONS}{made.pk}/delete/", {"post": "yes"})) is False
    assert Organisation.objects.filter(pk=made.pk).exists()


def test_successors_are_told_of_in_the_history(admin_client):
    old, new = factories.organisation("Gammelt foretak"), factories.organisation("Nytt foretak")

    assert saved(submit(admin_client, change(old), successors=[new.pk]))

    assert "Lagt til etterfølger: Nytt foretak" in history(admin_client, old)


# Municipalities and counties


def test_a_municipality_shows_its_names_and_keeps_its_numbers(admin_client):
    made = factories.municipality()
    OrganisationName.objects.create(organisation=made.organisation, name="Drammenin", language="fkv")

    response = submit(
        admin_client,
        change(made),
        {
            "numbers": [
                {"number": "3005", "name": "Drammen", "county": factories.county().pk, "valid_to": "31.12.2019"}
            ],
            "populations": [{"date": "01.01.2024", "persons": "103291"}],
        },
    )

    assert saved(response), text(response)
    assert "Drammenin (kvensk, offisielt navn)" in text(admin_client.get(change(made)))
    assert MunicipalityNumber.objects.count() == 2
    assert Population.objects.get().persons == 103291
    assert "Lagt til folketall: 01.01.2024" in history(admin_client, made)


def test_a_municipality_gets_a_new_name_under_the_same_number_in_one_go(admin_client):
    made = factories.municipality()

    response = submit(
        admin_client,
        change(made),
        {"numbers": [{"number": "3301", "name": "Dramn", "county": factories.county().pk, "valid_from": "01.01.2024"}]},
        **{"numbers-0-valid_to": "31.12.2023"},
    )

    assert saved(response), text(response)
    assert [n.name for n in made.numbers.all()] == ["Drammen", "Dramn"]


def number_row(**values) -> dict:
    return {"name": "Drammen", "county": factories.county().pk} | values


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        pytest.param({"number": "33"}, "Et kommunenummer har fire siffer", id="two-digits"),
        pytest.param({"number": "3312"}, "Kommunen har allerede et nummer i denne perioden", id="two-numbers"),
        pytest.param(
            {"number": "3320", "valid_to": "31.12.2019"},
            "Kommunenummeret er i bruk av en annen kommune",
            id="held-by-another",
        ),
        pytest.param(
            {"number": "3005", "valid_from": "01.01.2019", "valid_to": "31.12.2018"},
            "Sluttdatoen er før startdatoen",
            id="end-before-start",
        ),
    ],
)
def test_a_faulty_municipality_number(admin_client, row, sentence):
    made = factories.municipality()
    factories.municipality("Flå", "3320", valid_from="2000-01-01")

    assert refused(submit(admin_client, change(made), {"numbers": [number_row(**row)]}), f"rad 2: {sentence}")


def test_two_populations_on_one_day(admin_client):
    made = factories.municipality()
    row = {"date": "01.01.2024", "persons": "1"}

    assert refused(submit(admin_client, change(made), {"populations": [row, row]}), "for denne datoen er allerede ført")


@pytest.mark.parametrize("words", ["Drammen", "3301", "dramm", "gamlebyen"])
def test_municipalities_are_found_by_name_and_number(admin_client, words):
    made = factories.municipality()
    OrganisationName.objects.create(organisation=made.organisation, name="Gamlebyen", kind="former")
    factories.municipality("Lier", "3312")

    found = admin_client.get("/admin/municipalities/municipality/", {"q": words}).context["cl"].result_list

    assert list(found) == [made]


@pytest.mark.parametrize(
    ("query", "names"), [("tid=now", ["Lier"]), ("tid=past", ["Svelvik"]), ("fylke=07", ["Svelvik"])]
)
def test_municipalities_are_filtered(admin_client, query, names):
    factories.municipality("Lier", "3312")
    factories.municipality("Svelvik", "0711", factories.county("07", "Vestfold"), "1964-01-01", "2019-12-31")

    found = admin_client.get(f"/admin/municipalities/municipality/?{query}").context["cl"].result_list

    assert [m.organisation.name for m in found] == names


def test_a_county_that_ends_before_it_starts(admin_client):
    made = factories.county()

    response = submit(admin_client, change(made), valid_from="01.01.2020", valid_to="31.12.2019")

    assert refused(response, "Sluttdatoen er før startdatoen")


def test_a_county_number_in_use(admin_client):
    factories.county("34", "Innlandet")

    response = submit(admin_client, change(factories.county()), number="34")

    assert response.status_code == 200
    assert "number" in response.context["adminform"].form.errors
    assert County.objects.filter(number="33").exists()


def test_a_municipal_change_that_is_there_already(admin_client):
    old, new = factories.municipality("Svelvik", "0711"), factories.municipality()
    values = {
        "date": "2020-01-01",
        "kind": "merge",
        "old": old.pk,
        "new": new.pk,
        "old_number": "0711",
        "old_name": "Svelvik",
        "new_number": "3301",
        "new_name": "Drammen",
    }
    MunicipalityChange.objects.create(**values | {"old": old, "new": new})

    response = submit(admin_client, "/admin/municipalities/municipalitychange/add/", **values | {"date": "01.01.2020"})

    assert refused(response, "Denne endringen er allerede ført")


# Users


def test_a_user_is_made_coordinator_of_organisations(admin_client):
    user = User.objects.create_user("kari", password="hemmelig")
    body = factories.organisation()

    response = submit(admin_client, change(user), {"coordinators": [{"organisation": body.pk, "title": "Sekretær"}]})

    assert saved(response), text(response)
    assert Coordinator.objects.get().organisation == body
    assert "Lagt til koordinator: kari: Sørlandet sykehus" in history(admin_client, user)
    assert "Sørlandet sykehus" in text(admin_client.get("/admin/municipalities/user/"))


def test_a_user_is_coordinator_of_an_organisation_only_once(admin_client):
    user, body = User.objects.create_user("kari"), factories.organisation()

    response = submit(admin_client, change(user), {"coordinators": [{"organisation": body.pk}] * 2})

    assert refused(response, "Brukeren er allerede koordinator for organisasjonen")


def test_a_coordinator_who_is_there_already(admin_client):
    user, body = User.objects.create_user("kari"), factories.organisation()
    Coordinator.objects.create(user=user, organisation=body)

    response = submit(admin_client, "/admin/municipalities/coordinator/add/", user=user.pk, organisation=body.pk)

    assert refused(response, "Brukeren er allerede koordinator for organisasjonen")


def test_the_history_of_a_user_holds_no_password(admin_client):
    user = User.objects.create_user("kari", password="hemmelig")

    submit(admin_client, change(user), first_name="Kari")

    page = history(admin_client, user)
    assert "Fornavn – → Kari" in page
    assert "assord" not in page.replace("Endre passord", "")


@pytest.mark.parametrize("is_editor", [False, True], ids=["reader", "editor"])
def test_only_administrators_reach_users_and_what_they_coordinate(client, is_editor):
    user = User.objects.create_user("kari", is_staff=True, is_editor=is_editor)
    chief = User.objects.create_superuser("sjef", password="hemmelig")
    body = factories.organisation()
    client.force_login(user)
    users, coordinators = "/admin/municipalities/user/", "/admin/municipalities/coordinator/"

    for url in (users, f"{users}add/", change(user), change(chief), f"{users}{chief.pk}/password/", coordinators):
        assert client.get(url).status_code == 403, url
    assert client.post(change(user), {"username": "kari", "is_superuser": "on"}).status_code == 403
    assert client.post(f"{users}{chief.pk}/password/", {"password1": "x"}).status_code == 403
    assert client.post(f"{users}{chief.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{coordinators}add/", {"user": user.pk, "organisation": body.pk}).status_code == 403
    assert not Coordinator.objects.exists()


@pytest.mark.parametrize(
    ("values", "role"),
    [
        pytest.param({"is_staff": False}, "kan ikke logge inn her", id="no staff"),
        pytest.param({"is_active": False}, "kan ikke logge inn her", id="inactive"),
        pytest.param({}, "leser", id="reader"),
        pytest.param({"is_editor": True}, "redaktør", id="editor"),
    ],
)
def test_the_list_of_users_tells_the_role(admin_client, values, role):
    User.objects.create_user("kari", **{"is_staff": True} | values)

    assert re.search(rf"kari( [–-])+ {role}", text(admin_client.get("/admin/municipalities/user/")))


# Constant numbers of queries


def make_many(start: int, end: int) -> None:
    for number in range(start, end):
        made = factories.municipality(f"Kommune {number}", f"50{number:02d}", factories.county(f"{number}", "Fylke"))
        factories.municipality(f"Gammel {number}", f"60{number:02d}")
        MunicipalityChange.objects.create(
            date="2020-01-01",
            kind="merge",
            old=Municipality.objects.last(),
            new=made,
            old_number=f"60{number:02d}",
            old_name="Gammel",
            new_number=f"50{number:02d}",
            new_name="Ny",
        )
        user = User.objects.create_user(f"bruker{number}")
        Coordinator.objects.create(user=user, organisation=made.organisation)


@pytest.mark.parametrize(
    "model", ["organisation", "municipality", "municipalitychange", "county", "coordinator", "user"]
)
def test_a_list_asks_the_same_however_long_it_is(admin_client, django_assert_num_queries, model):
    url = f"/admin/municipalities/{model}/"
    make_many(50, 52)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(url)
    make_many(52, 58)

    with django_assert_num_queries(len(few)):
        admin_client.get(url)
