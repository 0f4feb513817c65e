"""Watch what Enhetsregisteret says: the findings on the page of a cooperation compare with it."""

from django.db import migrations

from agreements.triggers import watch


class Migration(migrations.Migration):
    dependencies = [("agreements", "0018_follows_and_reports")]

    operations = [watch("agreements_registryentry")]
