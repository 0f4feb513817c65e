"""Watch every table that the API shows, and have all documents made."""

from django.db import migrations

from agreements.triggers import OF_COOPERATION, of_organisations, watch

OF_COOPERATIONS = """
    SELECT id FROM {rows}
    UNION SELECT umbrella_id FROM {rows} WHERE umbrella_id IS NOT NULL
    UNION SELECT c.id FROM agreements_cooperation c JOIN {rows} r ON c.umbrella_id = r.id
    UNION SELECT l.predecessor_id FROM agreements_cooperationrelation l JOIN {rows} r ON l.successor_id = r.id
    UNION SELECT l.successor_id FROM agreements_cooperationrelation l JOIN {rows} r ON l.predecessor_id = r.id
"""
OF_RELATIONS = "SELECT predecessor_id FROM {rows} UNION SELECT successor_id FROM {rows}"
OF_CITATIONS = """
    SELECT cooperation_id FROM {rows} WHERE cooperation_id IS NOT NULL
    UNION SELECT m.cooperation_id FROM agreements_membership m JOIN {rows} r ON m.id = r.membership_id
"""
OF_AGREEMENTS = "SELECT a.cooperation_id FROM agreements_agreement a JOIN {rows} r ON a.id = r.agreement_id"
OF_SOURCES = """
    SELECT coalesce(c.cooperation_id, m.cooperation_id)
    FROM agreements_citation c JOIN {rows} r ON c.source_id = r.id
    LEFT JOIN agreements_membership m ON m.id = c.membership_id
"""
OF_TASKS = """
    SELECT l.cooperation_id FROM agreements_cooperationtask l
    JOIN agreements_task t ON t.id = l.task_id JOIN {rows} r ON r.id IN (t.id, t.parent_id)
"""
OF_COUNTIES = of_organisations(
    "SELECT council_id AS id FROM {rows} UNION SELECT n.municipality_id"
    " FROM municipalities_municipalitynumber n JOIN {rows} r ON n.county_id = r.id"
) + " UNION SELECT g.cooperation_id FROM agreements_groupstatement g JOIN {rows} r ON g.county_id = r.id"  # fmt: skip

SHOWN = {
    "agreements_cooperation": OF_COOPERATIONS,
    "agreements_cooperationrelation": OF_RELATIONS,
    "agreements_cooperationtask": OF_COOPERATION,
    "agreements_membership": OF_COOPERATION,
    "agreements_groupstatement": OF_COOPERATION,
    "agreements_organ": OF_COOPERATION,
    "agreements_agreement": OF_COOPERATION,  # its decisions make the status
    "agreements_decision": OF_AGREEMENTS,
    "agreements_document": OF_AGREEMENTS,
    "agreements_notice": OF_COOPERATION,
    "agreements_citation": OF_CITATIONS,
    "agreements_source": OF_SOURCES,
    "agreements_task": OF_TASKS,
    "municipalities_organisation": of_organisations("SELECT id FROM {rows}"),
    "municipalities_organisationname": of_organisations("SELECT organisation_id AS id FROM {rows}"),
    "municipalities_municipality": of_organisations("SELECT organisation_id AS id FROM {rows}"),
    "municipalities_municipalitynumber": of_organisations("SELECT municipality_id AS id FROM {rows}"),
    "municipalities_county": OF_COUNTIES,
}
SHOWN_ELSEWHERE = [
    "agreements_assemblydecision",
    "agreements_costpart",
    "agreements_loan",
    "agreements_clause",
    "agreements_legalprofile",
    "agreements_notification",
    "agreements_organseat",
    "municipalities_municipalitychange",
    "municipalities_population",
    "municipalities_organisation_successors",
    "municipalities_county_successors",
]


class Migration(migrations.Migration):
    dependencies = [("agreements", "0012_answers"), ("municipalities", "0004_editor_in_chief")]

    operations = [
        *(watch(table, query) for table, query in SHOWN.items()),
        *(watch(table) for table in SHOWN_ELSEWHERE),
        migrations.RunSQL(
            "INSERT INTO agreements_outdated (cooperation_id) SELECT id FROM agreements_cooperation",
            migrations.RunSQL.noop,
        ),
    ]
