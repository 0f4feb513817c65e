"""How do the tests of writing ask, as whom, and with what?"""

import datetime
import json

from django.test import Client

from agreements.models import ApiToken
from municipalities.models import Organisation, User

#: Far beyond any day that the tests run on.
NEVER = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)
ALL = ApiToken.Scope.values


def token(user: User, organisation: Organisation | None, scopes=ALL, **values) -> str:
    """Issue a token and return its secret."""
    made = ApiToken(user=user, organisation=organisation, name="Prøve", scopes=list(scopes), **values)
    made.expires_at = values.get("expires_at", NEVER)
    secret = made.new_secret()
    made.full_clean()
    made.save()
    return secret


class Writer:
    """A system with a token."""

    def __init__(self, secret: str):
        self.client, self.secret = Client(), secret

    def ask(self, method: str, path: str, body=None, **headers):
        """Send JSON to an address below /api/v1/ and return the answer."""
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.secret}"} | headers,
        )

    def etag(self, slug: str) -> str:
        """Return the ETag of a cooperation as it is now."""
        return self.ask("GET", f"cooperations/{slug}/")["ETag"]

    def change(self, method: str, path: str, body, **headers):
        """Change a cooperation that was read just before."""
        headers.setdefault("if_match", self.etag(path.split("/")[1]))
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(method, path, body, **headers)
