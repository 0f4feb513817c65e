"""Keep for lists when a cooperation was confirmed, and let them be ordered by the last change."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0022_history_once_per_statement")]

    operations = [
        migrations.AddField(
            model_name="listed",
            name="confirmed",
            # Whatever stands here is made anew: the code that makes it has become another edition.
            field=models.DateField(default=datetime.date.min),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="listed",
            index=models.Index(fields=["changed", "cooperation_id"], name="listed_by_change"),
        ),
    ]
