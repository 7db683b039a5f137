"""One `send` of one draft, as a process that can be killed."""

from __future__ import annotations

from reporter.mail.sending import Post, World, posting
from reporter.mail.server import Server
from reporter.mail.wire import Deadlines
from reporter.store import Store
from tests.mail.drafts import draft

QUICK = Deadlines(connect=5, greeting=5, command=5, body=5, dot=5, goodbye=1)


def send(port: int, url: str, client: str, *, only_failed: bool = False) -> dict[str, str]:
    """Send a client's draft through a port, by the ledger at `url`, and return each recipient's state."""
    with Store.open(url) as store, posting(Post(store, World(deadlines=QUICK), only_failed)) as post:
        # what a process before this one was sending is unknown: the report's lock is ours
        store.ledger.recover(client, "2026-W47", World().now())
        rows = post.send(draft(client), Server("none", "127.0.0.1", port))
    return {row.recipient: row.state for row in rows}
