from __future__ import annotations

import io
import zipfile

import msoffcrypto  # type: ignore[import-untyped] # it has no stubs
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter import oneline
from reporter.errors import HeldError
from reporter.mail.message import Attachment
from reporter.mail.parcel import encrypted, name_of, steps


def book() -> bytes:
    made, data = openpyxl.Workbook(), io.BytesIO()
    made.worksheets[0].append(["直播", 1])
    made.save(data)
    return data.getvalue()


@given(st.text(max_size=300))
def test_name_of_a_file_is_one_that_every_system_takes(stem: str) -> None:
    name = name_of(stem, ".xlsx")
    assert name.endswith(".xlsx")
    assert not set('\\/:*?"<>|') & set(name)
    assert not oneline.fault(name)
    assert 6 <= len(name.encode()) <= 130
    assert not name.startswith((".", " ", "\u3000"))


def test_chinese_names_stay_and_reserved_ones_do_not() -> None:
    assert name_of("Acme 直播周报_2026-W46", ".xlsx") == "Acme 直播周报_2026-W46.xlsx"
    assert name_of("../../etc/passwd", ".xlsx") == "_.._etc_passwd.xlsx"
    assert name_of("Acme　直播\u2028周报　", ".xlsx") == "Acme　直播周报.xlsx"
    assert name_of("CON", ".xlsx") == "_CON.xlsx"


def test_encrypted_workbook_opens_with_its_password_only() -> None:
    data = book()
    sealed = encrypted(data, "密码 sesame")
    assert data not in sealed
    assert not zipfile.is_zipfile(io.BytesIO(sealed))
    opened, reader = io.BytesIO(), msoffcrypto.OfficeFile(io.BytesIO(sealed))
    reader.load_key(password="密码 sesame", verify_password=True)
    reader.decrypt(opened)
    assert opened.getvalue() == data
    with pytest.raises(Exception, match="verification failed"):
        msoffcrypto.OfficeFile(io.BytesIO(sealed)).load_key(password="another", verify_password=True)


def test_what_cannot_be_encrypted_is_not_sent_bare() -> None:
    with pytest.raises(HeldError, match="not sent bare"):
        encrypted(encrypted(book(), "a"), "b")


def test_files_are_sent_whole_then_zipped_then_not_at_all() -> None:
    files = (Attachment("a.xlsx", b"a" * 1000), Attachment("b.html", b"b" * 1000))
    whole, zipped, summary = steps(files, "周报", "zh", is_encrypted=True)
    assert (whole.attachments, zipped.attachments[0].name, summary.attachments) == (files, "周报.zip", ())
    with zipfile.ZipFile(io.BytesIO(zipped.attachments[0].data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {one.name: one.data for one in files}
    assert [len(one.notes) for one in (whole, zipped, summary)] == [1, 2, 1]
    assert [one.step for one in steps((), "周报", "zh", is_encrypted=False)] == ["whole"]
