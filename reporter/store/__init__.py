"""The one database: replies as vendors sent them, runs and what they were made from, pace slots.

Only this room speaks to a database. SQLite is the default (WAL, synchronous FULL: what is committed
survives a power cut); everything but `database.py` is plain SQLAlchemy Core, so that a team's PostgreSQL
will do as well. Words:

- A *walk* is one reading of one call from its first page to its proven end. It is open while pages come
  in, and finished with a verdict; its *generation* counts the finished walks of equal requests.
- A *scope* is one key at one place (`Access.scope`); walks and pace slots of a scope are shared between
  clients. A *pull key* is the hash of a walk's first request, unsigned.
- A *run* links the walks that it used, its config's files (kept once by hash) and the past it was
  compared with, so that it can be made again.
"""

from reporter.store.database import SCHEMA_VERSION
from reporter.store.place import exists, remove
from reporter.store.replies import Page, pull_key, reply_id
from reporter.store.runs import PastRun, Run, RunRecord
from reporter.store.store import Store
from reporter.store.walks import OpenWalk, Outcome, StoredWalk, WalkKey

__all__ = [
    "SCHEMA_VERSION",
    "OpenWalk",
    "Outcome",
    "Page",
    "PastRun",
    "Run",
    "RunRecord",
    "Store",
    "StoredWalk",
    "WalkKey",
    "exists",
    "pull_key",
    "remove",
    "reply_id",
]
