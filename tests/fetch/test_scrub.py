from __future__ import annotations

import json

import pytest

from reporter.fetch.scrub import scrub


@pytest.mark.parametrize(
    ("body", "paths", "kept"),
    [
        ({"data": {"token": "t", "id": 1}}, (("data", "token"),), {"data": {"token": "", "id": 1}}),
        ({"rows": [{"k": "a"}, {"k": "b"}]}, (("rows", "k"),), {"rows": [{"k": ""}, {"k": ""}]}),
        ({"keys": {"a": 1}}, (("keys",),), {"keys": None}),
        ({"id": 8602268011035296205123, "k": "v"}, (("k",),), {"id": 8602268011035296205123, "k": ""}),
    ],
)
def test_fields_are_blanked_wherever_their_path_leads(
    body: object, paths: tuple[tuple[str, ...]], kept: object
) -> None:
    assert json.loads(scrub(json.dumps(body).encode(), body, paths)) == kept


@pytest.mark.parametrize("body", [{"data": None}, {"data": {}}, {"data": "x"}, [], {"data": {"token": None}}])
def test_reply_without_such_fields_stays_byte_for_byte(body: object) -> None:
    data = json.dumps(body, indent=3).encode()
    assert scrub(data, body, (("data", "token"),)) == data
