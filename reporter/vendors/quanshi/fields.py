"""The fields of a report's rows by the names that the vendor gives them (developer.quanshi.com/cn/api/100).

Five stand in the page's example only: viewerId, distinctId, clientType, online_date, offline_date. Types are
those of `grammar`: t(ext), w(hole number). Where table and example differ, both are the vendor's:
whitelist_type is a number or words, and hostId text in one list and a number in another.
"""

from __future__ import annotations

_TEXTS = (
    "conferenceId billingCode extId online_date offline_date mobile email name device_type client_type company "
    "location auth_type ip group iden countryCode phoneNumber"
)
_NUMBERS = "online_time offline_time goods_sum_hits praise_num raise_hand_num chat_num call_duration quiz_num"
_RAW_TEXTS = "viewerId distinctId clientType"
_RAW_NUMBERS = "live_type prize_num question_num share_num sign_num vote_num envelope_num"
_SUMMARY_TEXTS = (
    "live_type type whitelist_tag watchDuration liveWatchDuration replayWatchDuration survey vote sign envelope "
    "dialedIn dialoutSource watchForm"
)
_SUMMARY_NUMBERS = "duration times liveTimes replayTimes"
_EITHER = "hostId whitelist_type"


def _kinds(texts: str, numbers: str) -> dict[str, str]:
    """Return the type of each field; every list has those that all three share."""
    return {
        **dict.fromkeys(f"{_TEXTS} {texts}".split(), "t"),
        **dict.fromkeys(f"{_NUMBERS} {numbers}".split(), "w"),
        **dict.fromkeys(_EITHER.split(), "tw"),
    }


#: fields of a row of lives, of interactions and of viewerDetails, and their types; another is new
LIVE = _kinds(_RAW_TEXTS, f"{_RAW_NUMBERS} watch_duration")
INTERACTION = _kinds(_RAW_TEXTS, f"{_RAW_NUMBERS} online_duration role")
SUMMARY = _kinds(_SUMMARY_TEXTS, _SUMMARY_NUMBERS)

#: column -> field of lives and interactions. Mind the names: quiz_num is 提问次数, question_num 参与答题次数
RAW_COUNTS = {
    "comments": "chat_num",
    "likes": "praise_num",
    "questions": "quiz_num",
    "votes": "vote_num",
    "surveys": "question_num",
    "sign_ins": "sign_num",
    "lotteries": "prize_num",
    "red_packets": "envelope_num",
    "hand_raises": "raise_hand_num",
    "shares": "share_num",
    "goods_clicks": "goods_sum_hits",
}
#: column -> field of viewerDetails; its survey, vote, sign and envelope are a yes or no, and no counts
SUMMARY_COUNTS = {
    "comments": "chat_num",
    "likes": "praise_num",
    "questions": "quiz_num",
    "hand_raises": "raise_hand_num",
    "goods_clicks": "goods_sum_hits",
}
#: a yes or no of viewerDetails: in no table, but one that is neither is told
SUMMARY_FLAGS = ("survey", "vote", "sign", "envelope")
SPEAKING = "call_duration"
