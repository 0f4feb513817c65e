"""How is a message sent to an address that a stranger chose, without being led astray?

A subscriber could name an address inside our own network, or a name that leads there (server-side request
forgery). So: only https; the name is resolved once, every address that it has must be on the public internet, and
the connection is made to one of those very addresses, so that a name that changes between the check and the
call (DNS rebinding) is of no use. Redirects are not followed, proxies of the environment are not used, and neither
a slow nor an endless answer holds us for long.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models.webhooks import check_address

CONNECT_TIMEOUT, WHOLE_TIMEOUT = 5, 15  # seconds
MOST_ANSWER = 2_000  # bytes that are kept of an answer; no more is read
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Set apart for protocols (RFC 6890) and for 6to4 relays; not every Python counts them as such.
_IPV4_SPECIAL = [ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24")]
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")


class RefusedAddressError(Exception):
    """The message is not sent there; the text says why."""


class UnreachableError(Exception):
    """Nobody took the message; the text says what happened."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said."""

    status: int
    text: str
    milliseconds: int


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, whatever it is wrapped in.

    Refused are private, loopback, link-local (with the clouds' metadata servers), shared (100.64.0.0/10), reserved,
    multicast and unspecified addresses, and IPv6 addresses that carry such an IPv4 address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if within and not is_public(str(within)):
            return False
        if ip in _NAT64_LOCAL or ip.is_site_local or int(ip) < 2**32:  # ::a.b.c.d, the old «compatible» form
            return False
    if ip.version == 4 and any(ip in network for network in _IPV4_SPECIAL):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def resolve(host: str, port: int) -> str:
    """Return the IP address to connect to. Raises RefusedAddressError and UnreachableError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(_("Navnet %(host)s finnes ikke.") % {"host": host}) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.WEBHOOKS_ALLOW_PRIVATE and not all(is_public(address) for address in addresses):
        raise RefusedAddressError(
            _("Navnet %(host)s leder ikke ut på det åpne nettet; dit sendes det ingenting.") % {"host": host}
        )
    return addresses[0]


class _Connection(http.client.HTTPConnection):
    """A connection to an IP address that has been looked at; the name is for the certificate and the Host header."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None):
        super().__init__(host, port, timeout=CONNECT_TIMEOUT)
        self.default_port = http.client.HTTPS_PORT if tls else http.client.HTTP_PORT
        self._address, self._tls = address, tls
        self.broken_off = False

    def connect(self) -> None:
        """Connect to the address and no other."""
        self.sock = socket.create_connection((self._address, self.port), CONNECT_TIMEOUT)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)

    def break_off(self) -> None:
        """End whatever is waiting on the connection, from another thread."""
        self.broken_off = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a message and return the answer, whatever its status.

    Raises RefusedAddressError where it must not be sent, UnreachableError where nobody answered in time.
    """
    try:
        check_address(url)
    except ValidationError as error:
        raise RefusedAddressError(" ".join(error.messages)) from error
    parts = urlsplit(url)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (http.client.HTTPS_PORT if tls else http.client.HTTP_PORT)
    start = time.monotonic()
    host = str(parts.hostname)
    connection = _Connection(host, port, resolve(host, port), tls)
    # A timeout on each read does not end an answer that comes one byte at a time.
    alarm = threading.Timer(WHOLE_TIMEOUT, connection.break_off)
    alarm.daemon = True
    alarm.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        if connection.broken_off:  # the end of the headers is then our own doing
            raise TimeoutError(_("svaret tok for lang tid"))
        text = response.read(MOST_ANSWER).decode("utf-8", "replace").replace("\x00", "")
        return Answer(response.status, text, round((time.monotonic() - start) * 1000))
    except (OSError, http.client.HTTPException, ValueError) as error:
        took = round(time.monotonic() - start)
        reason = str(error) or type(error).__name__
        raise UnreachableError(_("Ingen svar etter %(n)s s: %(why)s") % {"n": took, "why": reason}) from error
    finally:
        alarm.cancel()
        connection.close()
