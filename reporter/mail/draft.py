"""A finished run made into a mail: everything that can be known before a server is asked, the gates among it.

A draft that a gate holds back has its reasons, and rows to write them to, but can never be composed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path

from reporter import addresses, rebuild
from reporter import config as configs
from reporter.addresses import Mailbox
from reporter.config import Config, Mail
from reporter.errors import HeldError, ReporterError, UsageError
from reporter.html import drawing, letter
from reporter.mail import earlier, gates, message, parcel, reading
from reporter.mail.changes import changes
from reporter.mail.gates import Folder
from reporter.mail.kept import config_of, is_readable
from reporter.mail.message import Body, Envelope, Picture
from reporter.mail.parcel import Parcel
from reporter.mail.reading import Said
from reporter.mail.search import search_for
from reporter.rebuild import Rebuilt
from reporter.store import Delivery, FinishedRun, Store

_MEGABYTE = 1_000_000
#: hex digits of a row's key
_KEY = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of drafts: a copy to our own address alone, a changed report in place of one that was sent."""

    to_me: bool = False
    revise: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One client's mail about one period, ready to go or held back for `reasons`.

    `recipients` are the mailboxes by their row's key; `parcels` are what may be attached, the best first;
    `compose` gives the bytes of a message with one of them.
    """

    run: FinishedRun
    config: Config
    mail: Mail
    envelope: Envelope
    rows: tuple[Delivery, ...]
    recipients: Mapping[str, Mailbox]
    reasons: tuple[str, ...]
    parcels: tuple[Parcel, ...] = ()
    body: Callable[[Parcel], Body] | None = None
    #: the content was sent or tried before, in files of another time: whoever has got it does not get it again
    is_as_sent: bool = False

    @property
    def most_bytes(self) -> int:
        """What `max_mb` lets a message have, as encoded."""
        return int(self.mail.max_mb * _MEGABYTE)

    @property
    def is_empty(self) -> bool:
        """Whether nobody came in the period: the run is whole, and its sheets have no one to show."""
        rows: dict[str, int] = json.loads(self.run.manifest).get("tables", {})
        return rows.get("people") == 0

    def compose(self, one: Parcel, at: datetime) -> bytes:
        """Return the message with one parcel."""
        if self.reasons or self.body is None:
            raise HeldError("; ".join(self.reasons))
        return message.compose(self.envelope, self.body(one), one.attachments, at)

    def fitting(self, at: datetime, limit: int | None = None) -> tuple[Parcel, bytes] | None:
        """Return the best parcel whose message is within `max_mb` and a server's `limit`, None where none is."""
        most = self.most_bytes if limit is None else min(limit, self.most_bytes)
        for one in self.parcels:
            data = self.compose(one, at)
            if len(data) <= most:
                return one, data
        return None


def draft(store: Store, run: FinishedRun, folder: Path, *, env: Mapping[str, str], wish: Wish) -> Draft:
    """Return the mail of a finished run, every gate asked.

    Raises `UsageError` where the config has no mail section or no own address that is asked for, `ConfigError` where
    a secret that the mail needs is missing, and `HeldError` where nobody can say whom the mail is for.
    """
    config = config_of(store, run)
    mail = config.mail
    if mail is None:
        raise UsageError(f"the config of {run.record.client} had no mail section at this run; add one and run again")
    found, reasons = gates.read_folder(folder, run)
    paths, missing = parcel.chosen(mail, found)
    bare = _bare(store, run, config, mail, earlier.content_of(earlier.files_of(run), paths), wish)
    readers = [addresses.parse(one).address for one in (*mail.to, *mail.cc)]
    tried = earlier.tried_before(store, run, bare.rows, readers)
    bare = _said_again(store, bare, paths, tried, env=env, wish=wish)
    replaced = earlier.replaced_by(tried, bare.rows[0])
    reasons += [*missing, *_untold(store, replaced), *gates.complete(run), *gates.recipients(mail, to_me=wish.to_me)]
    # a copy to ourselves replaces nothing, and shows what the mail to the client will say
    if replaced and not (wish.revise or wish.to_me or earlier.is_begun(store, run, bare.rows, readers)):
        reasons.append(f"{_told(replaced[-1], config)}; send --revise replaces it, and says what changed")
    if reasons:
        return replace(bare, reasons=tuple(reasons))
    try:
        return _checked(store, bare, found, paths, replaced=replaced, env=env)
    except HeldError as fault:
        return replace(bare, reasons=(str(fault),))


def _bare(store: Store, run: FinishedRun, config: Config, mail: Mail, content: str, wish: Wish) -> Draft:
    """Return a draft of a content with its headers and rows, nothing checked yet."""
    record, sender = run.record, addresses.parse(mail.sender)
    boxes = [addresses.parse(one) for one in (*mail.to, *mail.cc, *mail.bcc)]
    to, cc = tuple(boxes[: len(mail.to)]), tuple(boxes[len(mail.to) : len(mail.to) + len(mail.cc)])
    kind = ""
    if wish.to_me:
        if mail.own is None:
            raise UsageError("mail.own is not set in the config of the run; it is where send --to-me goes")
        boxes, cc, kind = [addresses.parse(mail.own)], (), "to-me"
        to = tuple(boxes)
    ids = (record.client, record.label, config.audience, content)
    # the sender's domain may have changed since: a content keeps the id that it was first planned under
    known = None if wish.to_me else earlier.message_id_of(store, run, config.audience, content)
    identity = known or message.message_id(*ids, sender, kind)
    envelope = Envelope(
        sender=sender,
        to=to,
        cc=cc,
        reply_to=tuple(addresses.parse(one) for one in mail.reply_to),
        subject=_filled(mail.subject, config, record.label),
        message_id=identity,
        language=config.language,
    )
    by_key = {_key(*ids, kind, box.wire.lower()): box for box in boxes}
    book = earlier.workbook_of(earlier.files_of(run))
    rows = tuple(Delivery(key, *ids, book, box.address, identity, record.run_id) for key, box in by_key.items())
    return Draft(run, config, mail, envelope, rows, by_key, ())


def _said_again(
    store: Store, bare: Draft, paths: Sequence[str], tried: Sequence[Delivery], *, env: Mapping[str, str], wish: Wish
) -> Draft:
    """Return a draft as that of a content that was `tried` before, where its files say the same; else as it is."""
    said = next((one for one in earlier.last_of(tried) if _is_as_sent(store, bare, paths, one, env=env)), None)
    if said is None:
        return bare
    return replace(_bare(store, bare.run, bare.config, bare.mail, said.content_sha256, wish), is_as_sent=True)


def _untold(store: Store, replaced: Sequence[Delivery]) -> list[str]:
    """Hold back what would replace a mail of a run whose record is damaged: nobody can say what has changed."""
    before = store.finished(replaced[-1].run_id) if replaced else None
    if before is None or is_readable(before):
        return []
    return [f"the record that the store keeps of run {before.record.run_id}, which was sent, is damaged"]


def _told(sent: Delivery, config: Config) -> str:
    """Return what of a period was sent before in the place of which a mail would go."""
    if sent.audience == config.audience:
        return "another content of this period was sent already"
    return (
        f"this period was sent to {sent.recipient} already, for {sent.audience} eyes, and this is for {config.audience}"
    )


def _is_as_sent(store: Store, bare: Draft, paths: Sequence[str], sent: Delivery, *, env: Mapping[str, str]) -> bool:
    """Say whether a mail is that of a content that was `sent` or tried last, to those who have not got it.

    Asked for only where there is anybody: a run that nobody waits for is made again for nothing, and may be wanted
    (`--revise`) in place of the one that all have got.
    """
    as_sent = _bare(store, bare.run, bare.config, bare.mail, sent.content_sha256, Wish())
    return earlier.is_wanted(store, bare.run, as_sent.rows) and earlier.says_the_same(
        store, bare.run, bare.config, paths, sent, env=env
    )


def _checked(
    store: Store, bare: Draft, folder: Folder, paths: list[str], *, replaced: list[Delivery], env: Mapping[str, str]
) -> Draft:
    """Return the draft with its parcels and body, or with the reasons of the gates that look inside."""
    config, run = bare.config, bare.run
    made = _rebuilt(store, run, config, env)
    reasons = [
        *gates.same_content(folder, paths, made, run),
        *gates.stored_tables(folder, made, run),
        *gates.own_rooms(made.tables, made, store.rooms_found(run.record.run_id)),
    ]
    password = configs.secret(config, "mail.encrypt.password", env=env) if bare.mail.encrypt else ""
    stem = _filled(bare.mail.attach_name, config, run.record.label)
    body = _bodies(store, bare, made, replaced, env)
    search = search_for(
        made.config.privacy,
        made.tables,
        _list_phones(config),
        _own_words(bare, stem),
        configs.known_secrets(config, env=env),
    )
    attached = parcel.files(folder, paths, stem, password) if not reasons else ()
    parcels = tuple(parcel.steps(attached, stem, config.language, is_encrypted=bool(password)))
    texts = chain(
        *(gates.texts_of(path, folder.files[path]) for path in paths),
        (("the mail", said) for one in parcels for said in _said(body(one), bare.envelope, one)),
    )
    reasons += gates.personal(texts, search)
    return replace(bare, reasons=tuple(reasons), parcels=parcels, body=body)


def _rebuilt(store: Store, run: FinishedRun, config: Config, env: Mapping[str, str]) -> Rebuilt:
    try:
        # what another version made may be what this one makes, but for the version's name in it
        return rebuild.rebuild(store, run, config, env=env, version=gates.version_of(run))
    except ReporterError as fault:
        if fault.exit_code == UsageError.exit_code:
            raise
        raise HeldError(
            f"the run cannot be made again from the store, so its files cannot be checked: {fault}"
        ) from fault


def _bodies(
    store: Store, bare: Draft, made: Rebuilt, replaced: list[Delivery], env: Mapping[str, str]
) -> Callable[[Parcel], Body]:
    """Return what gives each parcel's body; one body is made once."""
    before = store.finished(replaced[-1].run_id) if replaced else None
    changed: tuple[str, ...] = ()
    if before is not None:
        has_same_data = partial(earlier.has_same_data, store, bare.run, bare.config, before, env=env)
        changed = changes(before, bare.run, made.report, has_same_data)
    known: dict[str, Body] = {}
    drawn = drawing(made.report)

    def body(one: Parcel) -> Body:
        if one.step not in known:
            names = [attached.name for attached in one.attachments]
            written = letter(drawn, names=names, notes=one.notes, changes=changed)
            pictures = tuple(Picture(picture.content_id, picture.data) for picture in written.pictures)
            known[one.step] = Body(written.html, written.plain, pictures)
        return known[one.step]

    return body


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_KEY]


def _filled(pattern: str, config: Config, label: str) -> str:
    return pattern.format(client=config.client, title=config.title.in_(config.language), period=label)


def _own_words(bare: Draft, stem: str) -> list[str]:
    """Return what the config itself writes: titles, event names, addresses, the subject and the files' name."""
    config, mail = bare.config, bare.mail
    written = (mail.sender, *mail.to, *mail.cc, *mail.bcc, *mail.reply_to, *([mail.own] if mail.own else []))
    boxes = [addresses.parse(one) for one in written]
    names = [event.name for event in config.events]
    people = [part for box in boxes for part in (box.address, box.name)]
    return [config.title.zh, config.title.en, *names, *people, bare.envelope.subject, stem]


def _list_phones(config: Config) -> list[str]:
    """Return the phones of the client's rosters and staff lists."""
    expected = [entry.phone for roster in config.rosters for entry in roster.entries if entry.phone]
    return [*expected, *(one.phone for one in config.exclusions.phones)]


def _said(body: Body, envelope: Envelope, one: Parcel) -> list[Said]:
    """Return every text of a message that is no attached file's: headers, both bodies, names."""
    names = [Said("the name of a file", attached.name) for attached in one.attachments]
    html = [Said("the body", said.text) for said in reading.page(body.html.encode())]
    boxes = (envelope.sender, *envelope.to, *envelope.cc, *envelope.reply_to)
    people = [Said("a name or an address", said) for box in boxes for said in (box.name, box.address)]
    shown = [said for made in body.pictures for said in reading.picture(f"the picture {made.content_id}", made.data)]
    return [Said("the subject", envelope.subject), *people, *names, *html, Said("the plain body", body.plain), *shown]
