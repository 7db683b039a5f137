"""Who is who across vendors, who counts, and who came to what for how long.

`join` is the only door. Inside: `viewers` and `phones` make viewers comparable, `links` says which two are
one, `components` follows the links, `identity` names the persons, `exclusion` says whose visits count,
`counts` adds up what was done, `bases` says how long an event was, `attendance` and `profiles` make the two
tables, `word_sets` and `shape` bring them to their columns, `rosters` and `unmatched` make the lists beside them.
"""

from __future__ import annotations

from reporter.people.join import Joined, join

__all__ = ["Joined", "join"]
