"""Does what the environment says of addresses and mail become a setting, or a sentence that says what is wrong?"""

import pytest
from django.core.exceptions import ImproperlyConfigured

from registry.settings import _number, _web_address


@pytest.mark.parametrize(
    ("value", "url"),
    [
        pytest.param("", "http://127.0.0.1:8001", id="not set: where make run serves"),
        pytest.param("https://samarbeid.example.org", "https://samarbeid.example.org", id="as written"),
        pytest.param("https://example.org/register/", "https://example.org/register", id="without the last slash"),
    ],
)
def test_the_address_of_the_site(monkeypatch, value, url):
    monkeypatch.setenv("SITE_URL", value)
    assert _web_address("SITE_URL", "http://127.0.0.1:8001") == url


@pytest.mark.parametrize(
    "value", ["samarbeid.example.org", "ftp://example.org", "https://", "https://a b", "https://a?b"]
)
def test_half_an_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="write the whole address"):
        _web_address("SITE_URL", "http://127.0.0.1:8001")


@pytest.mark.parametrize("value", ["x", "-1", "2.5", "²"])
def test_what_is_no_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("EMAIL_PORT", value)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT"):
        _number("EMAIL_PORT", 25)
