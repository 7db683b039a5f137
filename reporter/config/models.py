"""The shape of a config, key by key, as pydantic models; their JSON Schema is what editors get.

Each field's description and example are shown by editors, and the example also by the complaint about a
missing key. Accounts are left open here: each is checked by its vendor's own model.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from reporter.columns import OFFERED
from reporter.config.fields import (
    CHOICE,
    HEADERS,
    AccountName,
    Address,
    Client,
    Color,
    Count,
    Days,
    Domain,
    Id,
    Label,
    Megabytes,
    Minutes,
    Pattern,
    PeriodText,
    Plain,
    Rate,
    Ratio,
    Secret,
    Timezone,
    Weight,
    each_once,
    not_empty,
    one_of,
    some_weight,
    text_like,
    wrong,
)
from reporter.model import Detail, Language
from reporter.rules import Audience, Masking, MatchKey

Sheet = Literal[
    "contents",
    "about",
    "overview",
    "events",
    "people",
    "attendance",
    "visits",
    "activity",
    "plays",
    "roster",
    "overlap",
    "excluded",
    "unmatched",
    "reconcile",
    "issues",
    "glossary",
    "curves",
]
Status = Literal["live", "preview", "replay", "ended"]
Role = Literal["host", "speaker", "attendee"]
Term = Literal["watch", "comments", "questions", "votes"]
Attachment = Literal["workbook", "page", "pdf"]

_ENGAGEMENT: dict[Term, float] = {"watch": 0.5, "comments": 0.2, "questions": 0.2, "votes": 0.1}

#: a table that columns and labels may be chosen for
Table = Annotated[str, one_of(OFFERED, "tables of the workbook")]
Once = AfterValidator(each_once)
Some = AfterValidator(not_empty)


class Shape(BaseModel):
    """A mapping of known keys; anything else in it is a complaint."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TitleShape(Shape):
    """One wording a language; the other language's stands in where one is not given."""

    zh: Plain | None = None
    en: Plain | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> TitleShape:
        if self.zh is None and self.en is None:
            raise wrong("is empty; write one title, or {zh: …, en: …}")
        return self


class RoomShape(Shape):
    """One room of an event; its id stands under the key of its vendor."""

    account: Plain = Field(description="The name of an account of this config.", examples=["volc"])
    room: Id | None = Field(None, description="Volcengine's room id, or Quanshi's event id.")
    video: Id | None = Field(None, description="TalkCloud's asset id.")
    media: Id | None = Field(None, description="Aliyun VOD's media id.")
    detail: Detail | None = Field(None, description="Volcengine only: how deep to pull, instead of the account's.")


class EventShape(Shape):
    """What the reader calls one event, wherever it ran."""

    name: Plain = Field(description="The event's name in the report.", examples=["第12课"])
    period: Days | None = Field(None, description="The event's own days, inside the report's period.")
    rooms: Annotated[tuple[RoomShape, ...], Some] = Field(
        description="Its rooms.", examples=["[{account: volc, room: 172183460671}]"]
    )


class MatchShape(Shape):
    """Which rooms to find; a key that is not there asks for all."""

    name: Plain | None = Field(None, description="A glob, case-blind.", examples=["公开课*"])
    tags: dict[Plain, Annotated[tuple[Plain, ...], Some]] = Field({}, description="Allowed values by tag.")
    status: Annotated[tuple[Status, ...], Some, Once] | None = Field(None, description="Which states count.")


class SearchShape(Shape):
    """Rooms found by their live time within the period; each is an event named by its title."""

    account: Plain = Field(description="The name of a Volcengine account of this config.", examples=["volc"])
    match: MatchShape = Field(examples=['{name: "公开课*"}'])


class IdentityShape(Shape):
    """Who is who across vendors."""

    match_on: Annotated[tuple[MatchKey, ...], Some, Once] = ("external_id", "phone", "email")
    max_shared: Count = Field(5, description="A key on more persons of one account than this joins nobody.")
    min_id_length: Count = Field(6, description="External ids join across vendors from this length on.")


class ExcludeShape(Shape):
    """Whose visits count for nobody: a role, or the phones of a staff list."""

    role: Role | None = None
    phone_in: Plain | None = Field(None, description="CSV or xlsx with a column phone, mobile, 手机, 手机号 or 电话.")

    @model_validator(mode="after")
    def _just_one(self) -> ExcludeShape:
        if (self.role is None) == (self.phone_in is None):
            raise wrong("write one of role and phone_in in each entry, such as {role: host}")
        return self


class ColumnsShape(Shape):
    """Which column of a roster holds what, by the column's header."""

    phone: Plain | None = None
    email: Plain | None = None
    external_id: Plain | None = None
    name: Plain | None = None
    company: Plain | None = None

    @model_validator(mode="after")
    def _a_key(self) -> ColumnsShape:
        if not (self.phone or self.email or self.external_id):
            raise wrong("name at least one of phone, email, external_id: a name alone never says who is who")
        return self


class RosterShape(Shape):
    """A list of expected people."""

    name: Plain = Field(examples=["报名名单"])
    file: Plain = Field(description="CSV in UTF-8 or GB18030, or xlsx.", examples=["rosters/acme.csv"])
    columns: ColumnsShape = Field(examples=["{phone: 手机, name: 姓名}"])


class AttendanceShape(Shape):
    """When a person counts as having attended."""

    min_ratio: Ratio = 0.8
    min_minutes: Minutes = 10
    base: Literal["live", "media"] = "live"


class WorkbookShape(Shape):
    """The Excel workbook."""

    sheets: Annotated[tuple[Sheet, ...], Some, Once] | None = Field(
        None, description="Which sheets, in this order; all that have something to show where this is not given."
    )
    columns: Annotated[dict[Table, Annotated[tuple[Plain, ...], Some, Once]], CHOICE] = Field(
        {}, description="Columns by table, in this order; a table is called as its sheet is."
    )
    labels: Annotated[dict[Label, Plain], HEADERS] = Field({}, description="Headers by table.column.")
    template: Plain | None = Field(None, description="A workbook whose theme is taken.", examples=["acme.xlsx"])
    audience: Audience = Field("client", description="client masks phones and e-mails and drops ips; internal keeps.")
    compress: Literal["small", "fast"] = "small"


class HtmlShape(Shape):
    """The summary page."""

    template: Plain = Field("summary", description="summary, or a file of your own.", examples=["summary"])


class OutputsShape(Shape):
    """What is made; both where this section is not given."""

    workbook: WorkbookShape | None = None
    html: HtmlShape | None = None


class BrandShape(Shape):
    """The client's colour and logo."""

    color: Color = "#1664ff"
    logo: Plain | None = Field(
        None, description="A PNG file of at most 2 MB; 400 × 100 pixels are fine enough.", examples=["acme.png"]
    )


class PrivacyShape(Shape):
    """How personal columns leave; what is not given follows the audience."""

    phone: Masking | None = None
    email: Masking | None = None
    ip: Masking | None = None
    name: Masking | None = None
    key: Secret | None = Field(None, description="The key of `hash`, by reference.", examples=["env:ACME_HASH_KEY"])

    @model_validator(mode="after")
    def _key_for_hash(self) -> PrivacyShape:
        if "hash" in {self.phone, self.email, self.ip, self.name} and self.key is None:
            raise wrong("hash needs a key; add key: env:NAME")
        return self


class EncryptShape(Shape):
    """A password on attached workbooks."""

    password: Secret = Field(examples=["env:ACME_XLSX"])


class MailShape(Shape):
    """Who gets the report by mail, and how."""

    sender: Address = Field(alias="from", examples=["周报 <reports@agency.example>"])
    to: Annotated[tuple[Address, ...], Some, Once] = Field(examples=["[ops@acme.example]"])
    cc: Annotated[tuple[Address, ...], Once] = ()
    bcc: Annotated[tuple[Address, ...], Once] = ()
    reply_to: Annotated[tuple[Address, ...], Once] = ()
    own: Address | None = Field(None, description="Where `send --to-me` goes.")
    allowed_domains: Annotated[tuple[Domain, ...], Some, Once] | None = Field(
        None, description="No mail leaves for another domain; those of to, cc and bcc where this is not given."
    )
    subject: Pattern = "{title} {period}"
    attach: Annotated[tuple[Attachment, ...], Once] = ("workbook",)
    attach_name: Pattern = "{title}_{period}"
    max_mb: Megabytes = Field(Decimal(20), description="Of the whole message as encoded.")
    rate: Rate | None = Field(None, examples=["30/min"])
    encrypt: EncryptShape | None = None
    smtp: Secret | None = Field(None, description="smtp+starttls://user:pass@host:587, by reference.")


class ConfigShape(Shape):
    """A config of reporter: one client's report."""

    extends: Plain | None = Field(None, description="A base whose keys this file adds to.", examples=["_base.yaml"])
    client: Client = Field(description="The scope of everything in the file.", examples=["acme"])
    title: Annotated[TitleShape, BeforeValidator(text_like)] | None = Field(None, examples=["Acme 直播周报"])
    language: Language = "zh"
    timezone: Timezone = "Asia/Shanghai"
    period: PeriodText = Field(description="Which days; `--period` overrides.", examples=["last_week"])
    accounts: Annotated[dict[AccountName, dict[str, Any]], Some] = Field(
        examples=["{volc: {vendor: volcengine, access_key: env:VOLC_AK, secret_key: env:VOLC_SK}}"]
    )
    events: Annotated[tuple[EventShape, ...], Some] | None = Field(None, description="Events and their rooms.")
    rooms: Annotated[tuple[SearchShape, ...], Some] | None = Field(None, description="Rooms to be found.")
    identity: IdentityShape = IdentityShape()
    exclude: tuple[ExcludeShape, ...] = ()
    rosters: tuple[RosterShape, ...] = ()
    attendance: AttendanceShape = AttendanceShape()
    engagement: Annotated[dict[Term, Weight], AfterValidator(some_weight)] = Field(
        dict(_ENGAGEMENT), description="The weight of each term; one that is not named weighs nothing."
    )
    outputs: OutputsShape = OutputsShape(workbook=WorkbookShape(), html=HtmlShape())
    brand: BrandShape = BrandShape()
    privacy: PrivacyShape = PrivacyShape()
    mail: MailShape | None = None
