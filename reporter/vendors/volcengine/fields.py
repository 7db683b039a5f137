"""The fields that each object of a reply is known to have, and their types (both SDKs 5.0.54); another is new."""

from __future__ import annotations

from reporter.vendors.grammar import Fields


def _kinds(**names: str) -> dict[str, str]:
    """Return fields with their types: t(ext), w(hole number), l(ist), as `grammar` has them."""
    return {name: kinds for kinds, text in names.items() for name in text.split()}


#: the parts of a room's facts; whoever reads one tells where it is no object
ROOM: dict[str, None] = dict.fromkeys(("ActMsg", "ActBasicMsg", "ActStreamMsg", "RealTimeOnlineNumber"))
ROOM_FACTS = _kinds(
    w="Id LiveTime Status IsLockPreview LiveReviewStatus",
    t="Name CoverImage VerticalCoverImage ViewUrl OwnerSubAccount",
)
ROOM_BASICS = _kinds(
    w="ActivityId LiveTime IsAutoStartEnable IsCommentTranslateEnable IsCountDownEnable IsCoverImageEnable "
    "IsHeaderImageEnable IsLanguageEnable IsMobileBackImageEnable IsPCHeaderImageEnable IsPageLimitEnable "
    "IsPcBackImageEnable IsPeopleCountEnable IsPreviewVideoEnable IsReplayAutoOnlineEnable IsShareIconEnable "
    "IsThumbUpEnable IsWatermarkImageEnable",
    t="Name Announcement BackgroundColor ColorThemeIndex CoverImageUrl FontColor HeaderImageUrl InteractionColor "
    "MobileBackImageUrl PCHeaderImageUrl PageLimitType PcBackImageUrl PreviewVideoVid ShareIconUrl ThumbUpUrl "
    "WatermarkImageUrl",
    l="PlayerTopType SiteTags TextSiteTags",
)
ONLINE = _kinds(w="RealPopularity FakePopularity")
SPAN = _kinds(w="OrderNumber StartTime EndTime")
FOUND_ROOM = _kinds(
    w="Id LiveTime StreamStartTime CreateTime Status LiveMode LiveLayout LiveReviewStatus IsLockPreview OnlineStatus "
    "HostAccountId",
    t="Name HostAccountName SubAccountName CoverImage VerticalCoverImage ViewUrl",
    l="SiteTags TextSiteTags",
)


#: rows that come by the thousand, with the types of their fields; money is text
USER: dict[str, dict[str, str]] = {
    "BasicData": _kinds(
        w="UserId BanStatus",
        t="ExternalId NickName Telephone IP Country Province WatchDevice WatchType AvatarUrl",
    ),
    "WatchData": _kinds(
        w="WatchTime LiveCount WatchPageDuration WatchLiveDuration WatchPreviewDuration WatchReplayDuration RtmLiveData"
    ),
    "InteractData": _kinds(
        w="ReservationCount VoteCount CommentCount QuestionnaireCount LotteryCount LotteryHitCount InviteCount "
        "CheckInCount CouponPickupCount ShiftScreenNumber MuteNumber NoInteractNumber ThumbUpNumber"
    ),
    "PayData": _kinds(t="TotalAmount", w="PayCount"),
    "UserEnterForm": _kinds(
        t="EnterReviewName EnterReviewTel EnterReviewEmail EnterReviewCompany EnterReviewPosition EnterReviewIndustry "
        "EnterReviewEducation EnterReviewSex EnterReviewAge EnterReviewBirthday"
    ),
}
LOG_ROW: Fields = {
    **_kinds(
        w="UserId InviterId WatchTime ViewDuration CommentCounts CheckInNumber ThumbUpNumber ShiftScreenNumber "
        "MuteNumber NoInteractNumber SilenceStatus ViewerLevelOrder Cookie UserCredit",
        t="UserName UserTel ExternalUserId EmployeeNo Extra IP Region Os ClientType ChannelName AccessTime AvatarUrl "
        "InviteCode InviterName InviterExternalId InviterAvatar LevelName",
        l="JoinAt LeaveAt UserDevice",
    ),
    "VideoViewDuration": _kinds(w="Live Preview Replay Total"),
}
TRACK = _kinds(
    w="ActivityId JoinTime WatchDurationLive WatchDurationReplay CommentCount CheckInCount UserId",
    t="ActivityName PayAmount WatchType",
    l="LotteryAwards",
)
