"""Can a stranger's address lead us into our own network, or hold us?"""

import socket
import threading

import pytest

from agreements.exchange import outgoing

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "198.18.0.1", "203.0.113.9", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::",
    "2001:db8::1", "2001:0:7f00:1::1", "ikke en adresse",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "193.160.72.1", "2606:4700:4700::1111", "2001:4600::1", "64:ff9b::101:101", "2002:101:101::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_within_are_refused(address):
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_public_internet_are_not(address):
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_every_way_of_writing_this_machine_is_refused(host, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises((outgoing.RefusedAddressError, outgoing.UnreachableError)):
        outgoing.post(f"https://{host}/", b"{}", {})


@pytest.mark.parametrize(
    "url", ["http://1.1.1.1/", "https://a:b@1.1.1.1/", "file:///etc/passwd", "https://[::1/", "//x"]
)
def test_other_addresses_than_https_are_refused(url, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises(outgoing.RefusedAddressError):
        outgoing.post(url, b"{}", {})


@pytest.fixture
def names(monkeypatch):
    """Return the table of a name server of our own: name → the addresses, one list for each time it is asked."""
    table: dict[str, list[list[str]]] = {}

    def getaddrinfo(host, port, *args, **kwargs):
        addresses = table[host].pop(0) if host in table else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table


def test_one_private_address_among_several_is_enough(names, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    names["to.example"] = [["1.1.1.1", "10.0.0.1"]]
    with pytest.raises(outgoing.RefusedAddressError):
        outgoing.resolve("to.example", 443)


def test_a_name_is_asked_for_once_and_its_address_used(names, settings):
    """The second answer of a name server that changes its mind is never heard."""
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    names["rebind.example"] = [["192.0.2.1"], ["127.0.0.1"]]
    with pytest.raises(outgoing.RefusedAddressError):
        outgoing.post("https://rebind.example/", b"{}", {})
    assert names["rebind.example"] == [["127.0.0.1"]]


@pytest.fixture
def drip():
    """Return a server that answers with what it is given, byte after byte, and then keeps still."""
    servers = []

    def serve(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        done = threading.Event()

        def talk():
            link, _address = listener.accept()
            with link:
                link.recv(65536)
                link.sendall(answer)
                done.wait(10)

        thread = threading.Thread(target=talk)
        thread.start()
        servers.append((listener, done, thread))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    for listener, done, thread in servers:
        done.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"])
def test_a_receiver_that_keeps_still_is_left_in_time(drip, answer, settings, monkeypatch):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    monkeypatch.setattr(outgoing, "WHOLE_TIMEOUT", 0.1)
    url = drip(answer)
    if answer.endswith(b"x"):
        assert outgoing.post(url, b"{}", {}).text in ("", "x")
    else:
        with pytest.raises(outgoing.UnreachableError):
            outgoing.post(url, b"{}", {})


def test_no_more_of_an_answer_is_read_than_is_kept(drip, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    answer = outgoing.post(drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 100_000), b"{}", {})
    assert answer.text == "a" * outgoing.MOST_ANSWER


@pytest.mark.parametrize("answer", [b"tull\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"])
def test_an_answer_that_is_no_http_is_no_answer(drip, answer, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with pytest.raises(outgoing.UnreachableError):
        outgoing.post(drip(answer), b"{}", {})
