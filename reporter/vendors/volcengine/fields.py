"""The fields that each object of a reply is known to have (both SDKs 5.0.54); any other is noted as new."""

from __future__ import annotations


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
USER = _names("BasicData WatchData InteractData PayData UserEnterForm")
USER_BASIC = _names("""
    UserId ExternalId NickName Telephone IP Country Province WatchDevice WatchType AvatarUrl BanStatus
""")
USER_WATCH = _names("""
    WatchTime LiveCount WatchPageDuration WatchLiveDuration WatchPreviewDuration WatchReplayDuration RtmLiveData
""")
USER_INTERACT = _names("""
    ReservationCount VoteCount CommentCount QuestionnaireCount LotteryCount LotteryHitCount InviteCount CheckInCount
    CouponPickupCount ShiftScreenNumber MuteNumber NoInteractNumber ThumbUpNumber
""")
USER_PAY = _names("TotalAmount PayCount")
USER_FORM = _names("""
    EnterReviewName EnterReviewTel EnterReviewEmail EnterReviewCompany EnterReviewPosition EnterReviewIndustry
    EnterReviewEducation EnterReviewSex EnterReviewAge EnterReviewBirthday
""")
LOG_ROW = _names("""
    UserId Cookie InviterId UserCredit WatchTime ViewDuration CommentCounts CheckInNumber ThumbUpNumber
    ShiftScreenNumber MuteNumber NoInteractNumber SilenceStatus ViewerLevelOrder UserName UserTel ExternalUserId
    EmployeeNo Extra IP Region Os ClientType ChannelName AccessTime AvatarUrl InviteCode InviterName
    InviterExternalId InviterAvatar LevelName JoinAt LeaveAt UserDevice VideoViewDuration
""")
TRACK = _names("""
    ActivityId ActivityName JoinTime WatchDurationLive WatchDurationReplay CommentCount CheckInCount LotteryAwards
    PayAmount UserId WatchType
""")
