"""reporter: workbooks and pages about livestreams and online classes, every figure traceable.

The whole flow, one way, left to right; only `pipeline` knows the order of the rooms:

    configs/*.yaml -> config -> plan -> fetch -> store -> normalise -> people -> metrics -> checks -> privacy -+-> excel
                                 |      |  |       |                                                          +-> html
                                 vendors   |       replies, as they came                                     -> run.json
                                           pace, retry, completeness

    a finished run in the store -> rebuild -> mail (gates, message, ledger) -> the client

- `config` reads YAML with positions; `plan` turns it into first pulls; both are pure but for reading files.
- `vendors` says what each API is: requests, signatures, paging, errors, rows. No I/O at all.
- `fetch` sends every vendor call; `store` alone speaks to the database.
- Everything after the store is a pure function of replies, config and version: the same bytes each time.
- `rebuild` makes a finished run again from the store alone, `finished` opens one; `rebuilt` holds what
  was made again against it, `explain` walks a figure down to its replies; `mail` takes it to its client, once.
- `diff` holds two runs against each other and `query` asks them in SQL; `answers` writes what such commands find.
- `audit` asks whether a report says what its platforms said, and never writes to a run.
- `lock` keeps two runs of one report apart; `archive` looks after what is stored.
- `outputs` makes workbook, page and data side by side; `easel` draws the page's charts, beside it where that pays.
- `cli` alone prints and exits; `sandbox` is a fake of the vendors that knows the truth.
- Leaves that every room may use: `errors`, `model`, `rules`, `tables`, `report`, `labels`, `places`, `columns`,
  `intervals`, `resources`, `files`, `seen`, `logo`, `addresses`, `oneline`, `beside`, `keys`,
  `phones`, `shortened`, `shades`, `themes`.

`tests/test_architecture.py` holds this drawing against the imports.
"""

__version__ = "0.1.0"
