"""How do tests get at what the project ships with?"""

import pytest
from django.core.management import call_command


@pytest.fixture(scope="class")
def real_data(django_db_setup, django_db_blocker):
    """Load what the project ships with once for the class, and leave the database empty again."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)
        call_command("load_cooperations", verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)
