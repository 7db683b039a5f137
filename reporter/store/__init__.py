"""The one database: replies as vendors sent them, runs and what they were made from, pace slots.

Only this room speaks to a database. SQLite is the default (WAL, synchronous FULL: what is committed
survives a power cut); everything but `database.py` is plain SQLAlchemy Core, so that a team's PostgreSQL
will do as well. Words:

- A *walk* is one reading of one call from its first page to its proven end. It is open while pages come
  in, and finished with a verdict; its *generation* counts the finished walks of equal requests.
- A *scope* is one key at one place (`Access.scope`); walks and pace slots of a scope are shared between
  clients. A *pull key* is the hash of a walk's first request, unsigned.
- A *run* links the walks that it used, its config's files (kept once by hash) and the past it was
  compared with, so that it can be made again; of pulls that failed, which left no walk, it keeps why.
- A *delivery* is one recipient of one report's one content: the mail ledger has a row for each.
"""

from reporter.store.database import SCHEMA_VERSION
from reporter.store.erasing import Eraser, Erasure, StoredReply, Tombstone
from reporter.store.keeping import Coverage, Holding, Pruning, spans_of
from reporter.store.ledger import Delivery, Ledger, State
from reporter.store.pace import Pace, Slot
from reporter.store.place import exists, holds_secret, remove
from reporter.store.rejected import Rejection
from reporter.store.replies import Page, PageHead, pull_key, reply_id
from reporter.store.runs import AUDITS, FinishedRun, Origin, PastRun, Run, RunRecord
from reporter.store.store import Store
from reporter.store.verify import Damage, Verification
from reporter.store.walks import OpenWalk, Outcome, StoredWalk, WalkKey, WalkKnown

__all__ = [
    "AUDITS",
    "SCHEMA_VERSION",
    "Coverage",
    "Damage",
    "Delivery",
    "Eraser",
    "Erasure",
    "FinishedRun",
    "Holding",
    "Ledger",
    "OpenWalk",
    "Origin",
    "Outcome",
    "Pace",
    "Page",
    "PageHead",
    "PastRun",
    "Pruning",
    "Rejection",
    "Run",
    "RunRecord",
    "Slot",
    "State",
    "Store",
    "StoredReply",
    "StoredWalk",
    "Tombstone",
    "Verification",
    "WalkKey",
    "WalkKnown",
    "exists",
    "holds_secret",
    "pull_key",
    "remove",
    "reply_id",
    "spans_of",
]
