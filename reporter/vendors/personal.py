"""What of a vendor's row says who somebody is, so that one person can be erased from what is stored.

Erasing blanks whatever is not known to be harmless, so that a field that a vendor adds tomorrow is blanked too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """The fields of one vendor's rows, by name.

    viewer    ids that the vendor gives a viewer; rows with the same one are the same person's
    also      further fields by which a row is known to be the same person's, where nobody else's row has the value
    phones    whose phone a row is about, where it says so; a phone elsewhere may be anybody's
    telling   a row in which one of these has a value other than the person's is somebody else's
    stand_in  take a made-up id, also where there was none, so that a person's rows still are one person's
    harmless  text and long numbers that say nothing about who it is; of `viewer` those that only the
              vendor can tell whose they are
    referred  a field that names another viewer -> the fields beside it that say who that is
    """

    viewer: frozenset[str]
    stand_in: frozenset[str]
    harmless: frozenset[str]
    also: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    telling: frozenset[str] = frozenset()
    referred: tuple[tuple[str, frozenset[str]], ...] = ()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSONAL: Mapping[str, Personal] = {
    "volcengine": Personal(
        viewer=_names("UserId"),
        phones=_names("Telephone"),
        telling=_names("UserId"),
        stand_in=_names("ExternalId ExternalUserId"),
        # UserId is the vendor's own number, drawn for this account: nobody else can tell whose it is
        harmless=_names(
            "UserId ActivityId ActivityName ClientType Os UserDevice WatchDevice WatchType "
            "TotalAmount PayAmount LotteryAwards"
        ),
        referred=(("InviterId", _names("InviterName InviterExternalId InviterAvatar")),),
    ),
    "quanshi": Personal(
        viewer=_names("distinctId viewerId"),
        also=_names("mobile email extId"),
        phones=_names("mobile"),
        # of a viewer without a phone distinctId is the e-mail or extId, which others may have too
        telling=_names("mobile distinctId"),
        stand_in=_names("distinctId extId"),
        harmless=_names(
            "device_type client_type clientType iden role live_type auth_type whitelist_type type "
            "online_date offline_date"
        ),
    ),
    "talkcloud": Personal(
        viewer=_names("userId"),
        telling=_names("userId"),
        stand_in=_names("userId"),
        harmless=_names("assetId videoTitle visitTime visitRadio"),
    ),
    "aliyun": Personal(viewer=frozenset(), stand_in=frozenset(), harmless=frozenset()),
}
