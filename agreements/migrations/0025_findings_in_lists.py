"""Keep findings in an index of their own, and outdate a cooperation by every fact that the rules read of it."""

from django.db import migrations, models

from agreements.triggers import NO_DOCUMENT, OF_COOPERATION, of_organisations, watch

OF_AGREEMENTS = "SELECT a.cooperation_id FROM agreements_agreement a JOIN {rows} r ON a.id = r.agreement_id"
JUDGED = {
    "agreements_assemblydecision": OF_AGREEMENTS,
    "agreements_costpart": OF_AGREEMENTS,
    "agreements_loan": OF_AGREEMENTS,
    "agreements_clause": OF_AGREEMENTS,
    "agreements_legalprofile": OF_COOPERATION,
    "agreements_notification": OF_COOPERATION,
    "agreements_organseat": "SELECT o.cooperation_id FROM agreements_organ o JOIN {rows} r ON o.id = r.organ_id",
    "agreements_registryentry": of_organisations("SELECT organisation_id AS id FROM {rows}")
    + " UNION SELECT cooperation_id FROM {rows} WHERE cooperation_id IS NOT NULL",
    "municipalities_municipalitychange": of_organisations(
        "SELECT old_id AS id FROM {rows} UNION SELECT new_id FROM {rows}"
    ),
}


def rewatched(table: str, query: str) -> migrations.RunSQL:
    """Return the operation that watches a table for other cooperations than before."""
    before, after = watch(table, NO_DOCUMENT), watch(table, query)
    return migrations.RunSQL(after.reverse_sql + ";" + after.sql, before.reverse_sql + ";" + before.sql)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0024_notices_in_the_stream"),
        ("municipalities", "0005_history_once_per_statement"),
    ]

    operations = [
        migrations.AddIndex(
            "heading",
            models.Index(
                condition=models.Q(("token__gte", "b:"), ("token__lt", "b;")),
                fields=["first_day", "cooperation_id"],
                name="heading_of_judgements",
            ),
        ),
        *(rewatched(table, query) for table, query in JUDGED.items()),
    ]
