from django.db import migrations


class Migration(migrations.Migration):
    """Know the frequency of rare words too: where a search begins is chosen by how many have them."""

    dependencies = [("agreements", "0020_proposal_withdrawn")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE agreements_listed ALTER COLUMN words SET STATISTICS 1000",
            "ALTER TABLE agreements_listed ALTER COLUMN words SET STATISTICS -1",
        )
    ]
