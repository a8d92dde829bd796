"""Where notices may not go, however it is written, and whatever a name leads to."""

import socket
from collections.abc import Sequence

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from server.webhooks.addresses import OwnThreads, check_url, public_socket, refused_host
from server.webhooks.sending import open_session
from tests.stored import ON_SQLITE
from tests.webhooks.receiver import Receiver
from tests.webhooks.scene import LONG, Post, work

REFUSED = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "localhost", "a.localhost"),
    "0.0.0.0",  # noqa: S104  it is here to be refused
    *("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "127.0.0.1."),
    *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[fec0::1]", "[2001:db8::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
]
ALLOWED = [
    "1.1.1.1",
    "[2606:4700::1111]",
    "hooks.example",
    "localhost.example",
    "[64:ff9b::101:101]",
]


@pytest.mark.parametrize("host", REFUSED)
def test_an_address_that_is_not_public_is_seen_in_any_notation(host: str) -> None:
    assert refused_host(f"http://{host}:8080/in")


@pytest.mark.parametrize("host", ALLOWED)
def test_a_public_address_or_a_name_is_fine(host: str) -> None:
    assert refused_host(f"https://{host}/in") is None


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://hooks.example/",
            "hooks.example/in",
            "//hooks.example/",
            "/in",
            "http://",
            "http:",
        ),
        *("http://me@hooks.example/", "http://me:pw@hooks.example/", "http://@hooks.example/"),
        *("http://hooks.example/#a", "http://hooks.example/#", "http://hooks.example\\@1.1.1.1/"),
        *("http://hooks.example:99999/", "http://hooks.example:x/", "http://hooks .example/"),
        *(
            "http://hooks.example/\n",
            "http://hööks.example/",
            "http://[::1/",
            "javascript:alert(1)",
        ),
        "https://hooks.example/" + "x" * 2_048,
    ],
)
def test_a_url_that_cannot_be(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|is no URL"):
        check_url(url)


@pytest.mark.parametrize("url", ["https://hooks.example", "http://1.1.1.1:8080/in?key=a%20b"])
def test_a_url_that_can_be(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "::1", "fe80::1%eth0", "nonsense"])
def test_the_last_look_is_at_the_address_itself(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with pytest.raises(OSError, match="no public address"):
        public_socket((family, socket.SOCK_STREAM, 0, "", (host, 80)))


def test_a_public_address_gets_its_socket() -> None:
    public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 80))).close()


class Led(AbstractResolver):
    """Leads every name to addresses of the test's choice, in turn."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        hosts = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in hosts
        ]

    async def close(self) -> None:
        """Nothing is open."""


@ON_SQLITE
@pytest.mark.parametrize(
    "hosts", [["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["169.254.169.254"]], ids=" ".join
)
async def test_a_name_that_leads_home_is_refused(
    post: Post, receiver: Receiver, hosts: list[str]
) -> None:
    port = receiver.url.rpartition(":")[2]
    await post.hook(f"http://hooks.example:{port}/in")
    await post.note()
    async with open_session(private=False, resolver=Led(hosts)) as session:
        await work(post.dispatcher(session=session))
    (delivery,) = await post.deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert "no public address" in (delivery.error or "")
    assert receiver.got == []


@ON_SQLITE
async def test_a_name_is_looked_at_at_each_attempt(post: Post, receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    await post.hook(f"http://hooks.example:{port}/in")
    await post.note()
    led = Led(["127.0.0.1"], ["127.0.0.2"])
    async with open_session(private=False, resolver=led) as session:
        dispatcher = post.dispatcher(session=session)
        await work(dispatcher)
        first = (await post.deliveries())[0].error or ""
        post.clock.forward(minutes=1)
        await work(dispatcher)
    assert "127.0.0.1 is no public address" in first
    assert "127.0.0.2 is no public address" in ((await post.deliveries())[0].error or "")


@ON_SQLITE
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "localhost"])
async def test_an_address_on_record_is_refused_when_it_is_sent_to(
    post: Post, receiver: Receiver, host: str
) -> None:
    port = receiver.url.rpartition(":")[2]
    await post.hook(f"http://{host}:{port}/in")
    await post.note()
    async with open_session(private=False) as session:
        await work(post.dispatcher(session=session))
    assert (await post.deliveries())[0].state == "waiting"
    assert receiver.got == []


@ON_SQLITE
async def test_private_addresses_may_be_allowed(post: Post, receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    await post.hook(f"http://hooks.example:{port}/in")
    await post.note()
    resolver = Led(["127.0.0.1"])
    async with open_session(private=True, resolver=resolver, deadlines=LONG) as session:
        await work(post.dispatcher(session=session))
    assert (await post.deliveries())[0].state == "delivered"


async def test_names_are_looked_up_in_threads_of_their_own() -> None:
    resolver = OwnThreads()
    found = await resolver.resolve("localhost", 80)
    assert {one["host"] for one in found} <= {"127.0.0.1", "::1"}
    assert found
    with pytest.raises(OSError, match=r"."):
        await resolver.resolve("nobody.invalid", 80)
    await resolver.close()
