"""Does the command tell which files are gone, damaged or left over?"""

import io

import pytest
from django.core.management import CommandError, call_command

from agreements.exchange.document_files import path_of
from agreements.models import Document
from tests import factories

pytestmark = pytest.mark.django_db


def run() -> str:
    output = io.StringIO()
    call_command("check_documents", stdout=output)
    return output.getvalue()


def test_whole_documents():
    factories.document()
    assert run() == "1 documents, all whole.\n"


def test_a_file_that_is_gone():
    path_of(factories.document().sha256).unlink()
    with pytest.raises(CommandError, match="1 documents without their file, 0 files"):
        run()


def test_a_file_that_is_damaged():
    path_of(factories.document().sha256).write_bytes(b"x")
    with pytest.raises(CommandError, match="1 documents without their file, 0 files"):
        run()


def test_a_file_that_no_document_tells_of():
    factories.document()
    Document.objects.all().delete()
    with pytest.raises(CommandError, match="0 documents without their file, 1 files"):
        run()
