"""A fake of the four vendors with known truth: request -> reply, and no socket but in `serve`.

    cast, people, rooms -> world (visits) -> volcengine | quanshi | talkcloud | aliyun -> sandbox -> serve
                           |                     signatures, limits
                           truth

An independent judge: it checks signatures, pages, limits and errors from the vendors' own pages and imports nothing
of our vendors, fetch or config.
"""

from reporter.sandbox.calls import Call
from reporter.sandbox.people import Person, Viewer
from reporter.sandbox.rooms import Room
from reporter.sandbox.sandbox import Sandbox
from reporter.sandbox.truth import Shared, Tracked, Truth
from reporter.sandbox.visits import Visit

__all__ = ["Call", "Person", "Room", "Sandbox", "Shared", "Tracked", "Truth", "Viewer", "Visit"]
