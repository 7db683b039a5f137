"""The archive: what is stored, whether it still is what was stored, and what of it has to go.

keep     what is held of each account, which days are about to be lost, which runs may be pruned
person   one person's rows found and blanked in a vendor's JSON; pure
forget   one person erased from the whole store
"""

from reporter.archive.forget import Forgotten, Who, forget, phone, viewer
from reporter.archive.keep import AtRisk, at_risk, forgetful, old_runs

__all__ = ["AtRisk", "Forgotten", "Who", "at_risk", "forget", "forgetful", "old_runs", "phone", "viewer"]
