"""Mail: finished runs to their clients, each the right file, once.

    run in the store -> draft (gates, body, files) -> parcel (what the server takes) -> post (ledger, session, wire)

`gates` hold a mail back, `message` and `headers` write it, `session` hands it over, and the ledger in the store
says for each recipient how that ended. `wire` alone opens connections. Pure are `headers`, `message`, `reading`
and `search`.
"""

from reporter.mail.draft import Draft, Wish, draft
from reporter.mail.parcel import Parcel
from reporter.mail.sending import Post, World, posting, standing
from reporter.mail.server import Server, parse

__all__ = ["Draft", "Parcel", "Post", "Server", "Wish", "World", "draft", "parse", "posting", "standing"]
