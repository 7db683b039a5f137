"""The fields that each object of a reply is known to have (both SDKs 5.0.54); any other is noted as new."""

from __future__ import annotations

from reporter.vendors.grammar import Fields


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROOM = _names("ActMsg ActBasicMsg ActStreamMsg RealTimeOnlineNumber")
ROOM_FACTS = _names("""
    Id Name LiveTime CoverImage VerticalCoverImage Status ViewUrl IsLockPreview OwnerSubAccount LiveReviewStatus
""")
ROOM_BASICS = _names("""
    ActivityId Name LiveTime Announcement BackgroundColor ColorThemeIndex CoverImageUrl FontColor HeaderImageUrl
    InteractionColor IsAutoStartEnable IsCommentTranslateEnable IsCountDownEnable IsCoverImageEnable
    IsHeaderImageEnable IsLanguageEnable IsMobileBackImageEnable IsPCHeaderImageEnable IsPageLimitEnable
    IsPcBackImageEnable IsPeopleCountEnable IsPreviewVideoEnable IsReplayAutoOnlineEnable IsShareIconEnable
    IsThumbUpEnable IsWatermarkImageEnable MobileBackImageUrl PCHeaderImageUrl PageLimitType PcBackImageUrl
    PlayerTopType PreviewVideoVid ShareIconUrl SiteTags TextSiteTags ThumbUpUrl WatermarkImageUrl
""")
ONLINE = _names("RealPopularity FakePopularity")
SPAN = _names("OrderNumber StartTime EndTime")
FOUND_ROOM = _names("""
    Id Name LiveTime StreamStartTime CreateTime Status LiveMode LiveLayout LiveReviewStatus IsLockPreview
    OnlineStatus HostAccountId HostAccountName SubAccountName CoverImage VerticalCoverImage ViewUrl SiteTags
    TextSiteTags
""")


def _kinds(**names: str) -> dict[str, str]:
    """Return fields with their types: t(ext), w(hole number), l(ist), as `grammar` has them."""
    return {name: kinds for kinds, text in names.items() for name in text.split()}


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
