"""One attempt: what a receiver gets, and what counts as having arrived."""

import hmac

import pytest

from server.records import tables
from server.webhooks.sending import Sender, open_session
from tests.conftest import Clock
from tests.stored import ON_SQLITE
from tests.webhooks.receiver import Receiver, fine, hang_up, status, talk_without_end
from tests.webhooks.scene import SEALER, SECRET, SHORT, Post, work


async def test_a_notice_arrives_signed_and_whole(
    post: Post, receiver: Receiver, clock: Clock
) -> None:
    await post.hook(f"{receiver.url}/in?a=1")
    id_ = await post.note("li", before="healthy", after="at_risk", why="Prüfung")
    await work(post.dispatcher())
    (got,) = receiver.got
    assert got.body == {
        "id": id_,
        "type": "standing.changed",
        "created_at": "2026-11-22T04:00:00Z",
        "enterprise_id": "acme",
        "member_id": "li",
        "data": {"before": "healthy", "after": "at_risk", "why": "Prüfung"},
    }
    assert got.path == "/in"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["User-Agent"] == "contact-quota"
    assert got.headers["X-Contact-Quota-Id"] == id_
    sent_at = got.headers["X-Contact-Quota-Timestamp"]
    assert int(sent_at) == clock() // 1000
    expected = hmac.new(SECRET.encode(), f"{sent_at}.".encode() + got.raw, "sha256").hexdigest()
    assert got.headers["X-Contact-Quota-Signature"] == f"v1={expected}"
    (delivery,) = await post.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 1, None)


async def test_an_enterprise_as_a_whole_is_told_of_with_null(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    await post.note(None)
    await work(post.dispatcher())
    assert receiver.got[0].body["member_id"] is None
    assert (await post.deliveries())[0].member_id is None


@ON_SQLITE
@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
async def test_any_2xx_is_an_arrival(post: Post, receiver: Receiver, code: int) -> None:
    receiver.script = [status(code)]
    await post.hook(receiver.url)
    await post.note()
    await work(post.dispatcher())
    assert (await post.deliveries())[0].state == "delivered"


@ON_SQLITE
@pytest.mark.parametrize("code", [304, 400, 401, 404, 410, 429, 500, 503])
async def test_any_other_answer_is_a_failure(post: Post, receiver: Receiver, code: int) -> None:
    receiver.script = [status(code)]
    await post.hook(receiver.url)
    await post.note()
    await work(post.dispatcher())
    (delivery,) = await post.deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert delivery.error == f"answered {code}"


@ON_SQLITE
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(post: Post, receiver: Receiver, code: int) -> None:
    receiver.by_path["/in"] = status(code, Location=f"{receiver.url}/elsewhere")
    await post.hook(f"{receiver.url}/in")
    await post.note()
    await work(post.dispatcher())
    assert [got.path for got in receiver.got] == ["/in"]
    assert (await post.deliveries())[0].error == f"answered {code}"


@ON_SQLITE
async def test_a_receiver_that_hangs_is_left_at_the_deadline(
    post: Post, receiver: Receiver
) -> None:
    receiver.script = [receiver.hang]
    await post.hook(receiver.url)
    await post.note()
    async with open_session(private=True, deadlines=SHORT) as session:
        await work(post.dispatcher(session=session))
    (delivery,) = await post.deliveries()
    assert (delivery.state, delivery.error) == ("waiting", "no answer in time")


@ON_SQLITE
async def test_a_dropped_connection_and_a_closed_port_are_failures(
    post: Post, receiver: Receiver
) -> None:
    receiver.script = [hang_up]
    await post.hook(receiver.url, "w1")
    await post.hook("http://127.0.0.1:1/", "w2")
    await post.note()
    await work(post.dispatcher())
    (dropped,), (closed,) = await post.deliveries("w1"), await post.deliveries("w2")
    assert (dropped.state, closed.state) == ("waiting", "waiting")
    assert dropped.error == "ServerDisconnectedError: Server disconnected"
    assert (closed.error or "").startswith("cannot connect to 127.0.0.1: ")


@ON_SQLITE
async def test_an_answer_without_end_is_not_listened_to(post: Post, receiver: Receiver) -> None:
    receiver.script = [talk_without_end]
    await post.hook(receiver.url)
    await post.note()
    await work(post.dispatcher())
    assert (await post.deliveries())[0].state == "delivered"


@ON_SQLITE
async def test_a_secret_that_cannot_be_opened_is_said_and_tried_again(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    async with post.database.write() as connection:
        await connection.execute(tables.webhooks.update().values(secret="bm90IGEgc2VhbA=="))
    await post.note()
    await work(post.dispatcher())
    (delivery,) = await post.deliveries()
    assert delivery.state == "waiting"
    assert (delivery.error or "").startswith("the secret cannot be opened")
    assert receiver.got == []


@ON_SQLITE
async def test_a_url_that_cannot_be_used_is_a_failure_like_others(post: Post) -> None:
    await post.hook("http://[::1/")
    await post.note()
    await work(post.dispatcher())
    (delivery,) = await post.deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)


@ON_SQLITE
async def test_cookies_of_a_receiver_are_not_kept(post: Post, receiver: Receiver) -> None:
    receiver.script = [status(500, **{"Set-Cookie": "a=b"}), fine]
    await post.hook(receiver.url)
    await post.note()
    dispatcher = post.dispatcher()
    await work(dispatcher)
    post.clock.forward(minutes=1)
    await work(dispatcher)
    assert len(receiver.got) == 2
    assert "Cookie" not in receiver.got[1].headers


@ON_SQLITE
async def test_a_sender_uses_the_secret_of_its_webhook(post: Post, receiver: Receiver) -> None:
    await post.hook(receiver.url, "w1", secret="the-first-secret-1")
    await post.hook(receiver.url, "w2", secret="the-other-secret-2")
    await post.note()
    await work(post.dispatcher(sender=Sender(post.session, SEALER, post.clock)))
    signatures = {got.headers["X-Contact-Quota-Signature"] for got in receiver.got}
    assert len(signatures) == 2
