"""What readers call columns that stand beside the figures, to be reconciled with and never to be added up. A leaf."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.model import Text

COLUMNS: Mapping[str, Text] = {
    "outside_visits": Text("期外观看次数", "Visits outside the period"),
    "outside_seconds": Text("期外观看时长", "Watched outside the period"),
    "outside_live_seconds": Text("期外直播观看时长", "Watched live outside the period"),
    "outside_replay_seconds": Text("期外回放观看时长", "Replays watched outside the period"),
    "outside_open": Text("期外未结束的观看", "Open visits outside the period"),
    "outside_open_seconds": Text("期外未结束观看至今时长", "Open so far, outside the period"),
    "row_visits": Text("平台记录内的次数", "Visits of the log's row"),
    "row_play_seconds": Text("平台记录的播放时长", "Played, by the log's row"),
    "row_live_seconds": Text("平台记录的直播时长", "Watched live, by the log's row"),
    "row_replay_seconds": Text("平台记录的回放时长", "Replays watched, by the log's row"),
    "row_page_seconds": Text("平台记录的页面时长", "On the page, by the log's row"),
    "row_comments": Text("平台记录的评论数", "Comments, by the log's row"),
    "row_likes": Text("平台记录的点赞数", "Likes, by the log's row"),
    "row_sign_ins": Text("平台记录的签到数", "Sign-ins, by the log's row"),
    "log_comments": Text("日志的评论数", "Comments, by the log"),
    "log_likes": Text("日志的点赞数", "Likes, by the log"),
    "log_sign_ins": Text("日志的签到数", "Sign-ins, by the log"),
    "log_live_seconds": Text("日志的直播时长", "Watched live, by the log"),
    "log_replay_seconds": Text("日志的回放时长", "Replays watched, by the log"),
    "beyond_live_seconds": Text("直播观看超出直播时段的时长", "Of live visits, outside the live times"),
    "log_moves": Text("日志显示刚离开或未离开", "Still there or just left, by the log"),
    "log_phone": Text("日志的手机号", "Phone, by the log"),
    "log_external_id": Text("日志的外部编号", "External id, by the log"),
    "phone_in_log": Text("列表与日志的手机号", "Phone, list against log"),
    "external_id_in_log": Text("列表与日志的外部编号", "External id, list against log"),
    "raw_comments": Text("观看记录的聊天数", "Comments, by raw rows"),
    "raw_likes": Text("观看记录的点赞数", "Likes, by raw rows"),
    "raw_questions": Text("观看记录的提问数", "Questions, by raw rows"),
    "raw_hand_raises": Text("观看记录的举手数", "Hand raises, by raw rows"),
    "raw_goods_clicks": Text("观看记录的商品点击数", "Clicks on goods, by raw rows"),
    "track_comments": Text("轨迹的评论", "Comments, by the track"),
    "track_sign_ins": Text("轨迹的签到", "Sign-ins, by the track"),
    "track_paid_amount": Text("轨迹的支付金额", "Paid, by the track"),
    "row_no": Text("回复内行号", "Row of reply"),
}
