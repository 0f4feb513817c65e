"""Do the reviewed cooperations get in whole, once, and with every fault named?"""

import datetime
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from agreements.models import Citation, Cooperation, CooperationRelation, GroupStatement, Membership, Source, Task
from municipalities.models import County
from tests.factories import county, municipality

SOURCES = """
sources:
  - {key: rapport, title: En rapport, as_of: 2022-12-31, licence: CC BY 4.0}
"""
TASKS = """
sectors:
  - code: helse
    nb: Helse
    nn: Helse
    en: Health
    tasks:
      - {code: legevakt, nb: Legevakt, nn: Legevakt, en: Emergency clinic, kostra: "241"}
"""
ORGANISATIONS = """
organisations:
  - {name: Odense, kind: foreign_municipality, country: DK, aliases: [Odense kommune]}
"""
ONE = """
source: rapport
regions:
  drammensregionen: {text: Drammensregionen, line: 9, municipalities: [Drammen, Lier]}
class_statement: {text: Drammen er vert, line: 5}
cooperations:
  - id: legevakta
    name: Legevakta
    form: VK
    tasks: [legevakt]
    members:
      - {who: Drammen, role: host}
      - {who: Lier, role: participant}
    citations:
      - {section: 4.2.2, line: 877}
"""

GROUP = "groups:\n      - {text: en gruppe, role: participant, %s}\n    citations:"


@pytest.fixture
def folder(tmp_path):
    """A small sound set of data files."""
    (tmp_path / "cooperations").mkdir()
    for name, text in {
        "sources.yaml": SOURCES,
        "tasks.yaml": TASKS,
        "organisations.yaml": ORGANISATIONS,
        "cooperations/a.yaml": ONE,
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def places(db):
    """Drammen before and after its merger, Lier, and two municipalities called Våler."""
    viken = county("30", "Viken", valid_from=datetime.date(2020, 1, 1), valid_to=datetime.date(2023, 12, 31))
    innlandet = county("34", "Innlandet")
    return {
        "old": municipality("Drammen", "0602", county("06", "Buskerud"), "1838-01-01", "2019-12-31"),
        "drammen": municipality("Drammen", "3005", viken),
        "lier": municipality("Lier", "3049", viken),
        "våler": municipality("Våler", "3018", viken),
        "våler2": municipality("Våler", "3419", innlandet),
    }


def edit(folder, old, new, file="cooperations/a.yaml"):
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def load(folder):
    call_command("load_cooperations", str(folder), verbosity=0)


@pytest.mark.usefixtures("places")
class TestSmallSet:
    def test_a_sound_set_is_loaded(self, folder, places):
        load(folder)
        made = Cooperation.objects.get()
        assert (made.slug, made.form, made.publication) == ("legevakta", "VK", "published")
        assert [(m.organisation, m.role) for m in made.memberships.all()] == [
            (places["drammen"].organisation, "host"),
            (places["lier"].organisation, "participant"),
        ]
        assert made.citations.get().locator == "avsnitt 4.2.2, linje 877"
        assert all(m.citations.get().locator == "avsnitt 4.2.2, linje 877" for m in made.memberships.all())
        assert Task.objects.get(code="legevakt").kostra_function == "241"

    def test_a_second_run_leaves_everything_as_it_is(self, folder):
        load(folder)
        Cooperation.objects.update(name="Endret av et menneske")
        load(folder)
        assert Cooperation.objects.get().name == "Endret av et menneske"
        assert (Membership.objects.count(), Citation.objects.count(), Source.objects.count()) == (2, 3, 1)

    def test_what_people_have_deleted_does_not_come_back(self, folder):
        load(folder)
        Cooperation.objects.all().delete()
        load(folder)
        assert not Cooperation.objects.exists()

    def test_the_name_means_who_had_it_on_the_day(self, folder, places):
        edit(folder, "form: VK", "form: VK\n    end: 2016")
        load(folder)
        assert Membership.objects.get(role="host").organisation == places["old"].organisation

    def test_a_number_tells_homonyms_apart(self, folder, places):
        edit(folder, "who: Lier", "who: Våler (3419)")
        load(folder)
        assert Membership.objects.get(role="participant").organisation == places["våler2"].organisation

    def test_vague_dates_keep_their_precision(self, folder):
        edit(folder, "form: VK", "form: VK\n    start: 2021-09")
        edit(folder, "who: Lier, role: participant", "who: Lier, role: participant, end: 2022")
        load(folder)
        made, lier = Cooperation.objects.get(), Membership.objects.get(role="participant")
        assert (made.valid_from, made.valid_from_precision) == (datetime.date(2021, 9, 1), "month")
        assert (lier.valid_to, lier.valid_to_precision) == (datetime.date(2022, 12, 31), "year")

    def test_an_end_without_a_date_is_by_the_day_of_the_source(self, folder):
        edit(folder, "form: VK", "form: VK\n    ended: true")
        load(folder)
        made = Cooperation.objects.get()
        assert (made.valid_to, made.valid_to_precision) == (datetime.date(2022, 12, 31), "by")

    def test_shares_are_exact(self, folder):
        edit(folder, "role: participant}", "role: owner, share: 0.6 %, liability: 1/7}")
        load(folder)
        owner = Membership.objects.get(role="owner")
        assert (owner.ownership_share, owner.liability_share) == (Fraction(6, 1000), Fraction(1, 7))

    def test_members_of_a_county_follow_from_a_group_statement(self, folder, places):
        edit(folder, "citations:", GROUP % 'county: "30", count: 3')
        load(folder)
        statement = GroupStatement.objects.get()
        # Lier is named, Drammen is the host: only Våler is new.
        assert [m.organisation for m in statement.memberships.all()] == [places["våler"].organisation]
        assert statement.count == 3

    def test_members_of_a_former_county_are_those_that_came_after(self, folder, places):
        places["old"].organisation.successors.add(places["drammen"].organisation)
        edit(folder, "{who: Drammen, role: host}", "{who: Odense kommune, role: host}")
        edit(folder, "citations:", GROUP % 'former_county: "06"')
        County.objects.filter(number="06").update(valid_to=datetime.date(2019, 12, 31))
        load(folder)
        assert [m.organisation for m in Membership.objects.exclude(group=None)] == [places["drammen"].organisation]

    def test_a_region_and_its_exceptions(self, folder, places):
        edit(
            folder,
            "      - {who: Lier, role: participant}\n",
            "    groups:\n      - {text: resten, region: drammensregionen, except: [Drammen], role: participant}\n",
        )
        load(folder)
        assert [m.organisation for m in Membership.objects.exclude(group=None)] == [places["lier"].organisation]

    def test_a_group_that_cannot_be_resolved_is_only_words(self, folder):
        edit(folder, "citations:", GROUP % "count: 13")
        load(folder)
        assert GroupStatement.objects.get().memberships.count() == 0

    def test_a_role_that_follows_from_a_class_statement_is_marked(self, folder):
        edit(folder, "{who: Drammen, role: host}", "{who: Drammen, role: host, via: class, line: 5}")
        load(folder)
        host = Membership.objects.get(role="host")
        assert (host.basis, host.group.wording) == ("group", "Drammen er vert")
        assert host.citations.get().locator == "avsnitt 4.2.2, linje 5"

    def test_printed_form_and_introduction_are_kept_in_the_citation(self, folder):
        edit(folder, "{who: Lier, role: participant}", "{who: Lier, role: participant, printed: Liér, via: intro}")
        load(folder)
        note = Membership.objects.get(role="participant").citations.get().note
        assert note == "Deltakelsen går fram av innledningen til listen. Trykt «Liér»."

    def test_another_file_can_add_members_and_citations(self, folder):
        (folder / "cooperations/0.yaml").write_text(
            "source: rapport\ncooperations:\n  - extends: legevakta\n    members:\n"
            "      - {who: Lier, role: participant}\n      - {who: Odense, role: partner}\n"
            "    citations:\n      - {section: 5, line: 9}\n"
        )
        load(folder)
        made = Cooperation.objects.get()
        assert made.citations.count() == 2
        assert made.memberships.count() == 3
        assert made.memberships.get(role="participant").citations.count() == 2

    def test_a_body_lets_a_cooperation_be_a_member(self, folder):
        edit(folder, "form: VK", "form: VK\n    body: Legevakta")
        text = (folder / "cooperations/a.yaml").read_text()
        (folder / "cooperations/a.yaml").write_text(
            text
            + "  - id: eid\n    name: Eid\n    form: AS\n    tasks: [legevakt]\n    umbrella: legevakta\n"
            + "    predecessors:\n      - {id: legevakta, kind: renamed}\n"
            + "    members:\n      - {who: Legevakta, role: owner}\n    citations:\n      - {section: 1, line: 1}\n"
        )
        load(folder)
        owned = Cooperation.objects.get(slug="eid")
        assert owned.memberships.get().organisation.cooperation == owned.umbrella
        assert CooperationRelation.objects.get().kind == "renamed"

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            pytest.param("form: VK", "form: XX", "a.yaml, line 7: form «XX» is unknown", id="form"),
            pytest.param("role: host", "role: vert", "a.yaml, line 12: role «vert» is unknown", id="role"),
            pytest.param("who: Lier", "who: Liær", "a.yaml, line 13: no organisation is called «Liær»", id="member"),
            pytest.param("who: Lier", "who: Våler", "a.yaml, line 13: «Våler» can mean more than one", id="homonym"),
            pytest.param("[legevakt]", "[legevagt]", "task «legevagt» is not in tasks.yaml", id="task"),
            pytest.param("[legevakt]", "[]", "no task", id="no-task"),
            pytest.param("source: rapport", "source: annen", "source «annen» is not in sources.yaml", id="source"),
            pytest.param("id: legevakta", "id: Legevakta!", "may hold only a-z", id="id"),
            pytest.param("    form: VK", "    fom: VK", "unknown key «fom»", id="key"),
            pytest.param("name: Legevakta", "purpose: Legevakta", "«name» is missing", id="name"),
            pytest.param("role: participant}", "role: owner, share: mye}", "share: Skriv andelen", id="share"),
            pytest.param("role: participant}", "role: owner, share: 120 %}", "share: En andel ligger", id="over-one"),
            pytest.param("role: participant}", "role: host, end: i går}", "end: «i går» er ikke en dato", id="date"),
            pytest.param("form: VK", "form: VK\n    start: 2022\n    end: 2020", "before the start", id="period"),
            pytest.param("form: VK", "form: VK\n    umbrella: ukjent", "umbrella «ukjent» is no id", id="umbrella"),
            pytest.param("who: Lier, role: participant", "who: Drammen, role: host", "role host twice", id="twice"),
            pytest.param("    members:", "    members: {", "not valid YAML", id="yaml"),
            pytest.param("name: Legevakta", "name: Legevakta\n    name: B", "«name» stands twice", id="key-twice"),
            pytest.param("- {section: 4.2.2, line: 877}", "", "no citation", id="citation"),
            pytest.param("cooperations:", "cooperations: 5\nx:", "«cooperations» must be a list", id="list"),
            pytest.param("citations:", GROUP % 'county: "77"', "county «77»", id="county"),
            pytest.param("citations:", GROUP % "region: y", "region «y»", id="region"),
        ],
    )  # fmt: skip
    def test_a_fault_is_named_and_nothing_is_written(self, folder, old, new, message):
        edit(folder, old, new)
        with pytest.raises(CommandError, match="Nothing was loaded") as error:
            load(folder)
        assert message in str(error.value)
        assert not Cooperation.objects.exists()
        assert not Source.objects.exists()

    def test_shares_above_the_whole_are_refused_with_the_sum(self, folder):
        edit(folder, "{who: Drammen, role: host}", "{who: Drammen, role: owner, share: 60 %}")
        edit(folder, "role: participant}", "role: owner, share: 50 %}")
        with pytest.raises(CommandError, match=r"110 %"):
            load(folder)

    def test_all_faults_are_listed_at_once(self, folder):
        edit(folder, "who: Lier", "who: Liær")
        edit(folder, "who: Drammen", "who: Drannen")
        with pytest.raises(CommandError) as error:
            load(folder)
        assert "«Liær»" in str(error.value)
        assert "«Drannen»" in str(error.value)

    @pytest.mark.parametrize("name", ["sources.yaml", "tasks.yaml", "organisations.yaml", "cooperations/a.yaml"])
    def test_a_missing_file_is_named(self, folder, name):
        (folder / name).unlink()
        with pytest.raises(CommandError, match=r"is missing|no data file"):
            load(folder)


@pytest.mark.django_db
def test_the_municipalities_must_be_there_first(folder):
    with pytest.raises(CommandError, match="run load_reference first"):
        load(folder)


def members(slug, role=None):
    rows = Membership.objects.filter(cooperation__slug=slug, group=None)
    rows = rows.filter(role=role) if role else rows
    return {m.organisation.name for m in rows.select_related("organisation")}


@pytest.mark.usefixtures("real_data")
@pytest.mark.django_db
class TestShippedData:
    """Hard cases of the report, each as a reader finds it there."""

    def test_everything_is_public_cited_and_has_a_task(self):
        assert Cooperation.objects.public().count() == Cooperation.objects.count() > 400
        assert not Cooperation.objects.filter(citations=None).exists()
        assert not Cooperation.objects.filter(tasks=None).exists()
        assert not Membership.objects.filter(citations=None).exists()

    def test_trondheims_list_has_33(self):
        listed = Citation.objects.filter(note__regex=r"nr\. \d+ i listen", cooperation__isnull=False)
        assert listed.values("cooperation").distinct().count() == 33

    def test_a_rotating_leader(self):
        council = Cooperation.objects.get(slug="region-kristiansand")
        assert (council.form, council.leader_rotates) == ("IPR", True)
        assert members("region-kristiansand", "leader") == {"Kristiansand"}

    def test_an_umbrella_with_its_parts(self):
        assert Cooperation.objects.get(slug="digi-agder").umbrella.slug == "vart-agder"

    def test_all_municipalities_of_a_county_follow_from_the_statement(self):
        assert Membership.objects.filter(cooperation__slug="iua-agder").values("organisation").distinct().count() == 25
        assert (
            Membership.objects.filter(cooperation__slug="digivestland").values("organisation").distinct().count() == 43
        )

    def test_a_part_of_a_municipality(self):
        row = Membership.objects.get(cooperation__slug="nordre-vestfold-veterinaervakt", organisation__name="Drammen")
        assert row.covers == "tidligere Svelvik kommune"

    def test_a_vague_span_of_two_years(self):
        lier = Membership.objects.get(cooperation__slug="radet-for-drammensregionen", organisation__name="Lier")
        assert str(lier.end) == "2012/13"
        assert (
            Cooperation.objects.get(slug="d5").predecessor_links.get().predecessor.slug == "radet-for-drammensregionen"
        )

    def test_former_municipalities_are_members_of_former_cooperations(self):
        drammen = Membership.objects.get(cooperation__slug="d5", organisation__name="Drammen", role="participant")
        assert drammen.organisation.slug == "drammen-0602"
        assert members("d5") == {"Drammen", "Svelvik", "Sande", "Øvre Eiker", "Nedre Eiker"}

    def test_indirect_ownership(self):
        assert members("kinosor") == {"Kristiansand Kino Holding", "Nordisk Film"}
        holding = Membership.objects.get(cooperation__slug="kinosor", ownership_numerator=51).organisation
        assert holding.cooperation.memberships.get(role="owner").ownership_share == 1

    @pytest.mark.parametrize(
        ("slug", "owner", "share"),
        [
            ("agder-kommunerevisjon", "Kristiansand", Fraction(52, 100)),
            ("konsesjonskraft", "Kristiansand", Fraction(6, 1000)),
            ("returkraft", "Avfall Sør", Fraction(499, 1000)),
            ("helseplattformen-as", "Trondheim", Fraction(307, 1000)),
            ("carte-blanche", "Staten", Fraction(2, 3)),
            ("troms-kraft-as", "Tromsø", Fraction(40, 100)),
        ],
    )
    def test_shares(self, slug, owner, share):
        assert Membership.objects.get(cooperation__slug=slug, organisation__name=owner).ownership_share == share

    def test_a_host_that_has_left(self):
        host = Membership.objects.get(cooperation__slug="nordnorsk-skredovervakning", role="host")
        assert (host.organisation.name, str(host.end)) == ("Tromsø", "2022")

    def test_old_paragraph_27_cooperations(self):
        active = Cooperation.objects.filter(form="PAR27", valid_to=None).values_list("slug", flat=True)
        assert set(active) == {"kontrollutvalg-stavangerregionen", "friluftsrad-jaeren", "friluftsrad-ryfylke"}

    def test_three_cooperations_with_nearly_one_name(self):
        assert Cooperation.objects.filter(name__startswith="Miljørettet helsevern").count() == 3

    def test_the_same_network_named_in_three_regions_is_one(self):
        assert members("asss") == {"Kristiansand", "Stavanger", "Bergen"}
        stated = Citation.objects.filter(cooperation__slug="asss").values_list("locator", flat=True)
        assert {locator.split(",")[0] for locator in stated} >= {"avsnitt 4.1.3", "avsnitt 4.3.1", "avsnitt 4.4.1"}

    def test_members_abroad(self):
        assert {"Sundsvall", "Östersund"} <= members("sot-samarbeidet")

    def test_a_body_with_organs(self):
        organs = Cooperation.objects.get(slug="buskerudbyen").organs.values_list("name", flat=True)
        assert "ATM-utvalget" in set(organs)
