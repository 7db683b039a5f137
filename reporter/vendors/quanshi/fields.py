"""The fields of a report's rows by the names that the vendor gives them (developer.quanshi.com/cn/api/100).

Five stand in the page's example only: viewerId, distinctId, clientType, online_date, offline_date.
"""

from __future__ import annotations

_SHARED = (
    "conferenceId hostId billingCode extId online_time offline_time online_date offline_date mobile email name "
    "live_type device_type client_type company location auth_type whitelist_type goods_sum_hits praise_num "
    "raise_hand_num chat_num ip group call_duration quiz_num iden countryCode phoneNumber"
)
_RAW = "viewerId distinctId clientType prize_num question_num share_num sign_num vote_num envelope_num"
_SUMMARY = (
    "duration type whitelist_tag times liveTimes replayTimes watchDuration liveWatchDuration replayWatchDuration "
    "survey vote sign envelope dialedIn dialoutSource watchForm"
)

#: fields of a row of lives, of interactions and of viewerDetails; another is new
LIVE = frozenset([*_SHARED.split(), *_RAW.split(), "watch_duration"])
INTERACTION = frozenset([*_SHARED.split(), *_RAW.split(), "online_duration", "role"])
SUMMARY = frozenset([*_SHARED.split(), *_SUMMARY.split()])

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
SPEAKING = "call_duration"
