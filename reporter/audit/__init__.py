"""Audits: does a report say what its platforms said, and do they agree with themselves?

    run or job -> gather -> evidence (replies counted again, rows as they came, tables) -> checks -> answer
                    |
                    files of a finished run, against the store's record and against the same made again

- `check` says what a check is; `replies`, `lists`, `visits`, `clocks` and `amounts` hold them, one entry each,
  and `integrity` lists them all; the reconcile rules of `reporter.checks` run with them.
- `files` (with `tables` and `workbooks`) looks at what a run left in its folder.
- `console` compares with a file that was exported from a platform's console, `viewer` looks at one person.
- `answer` turns what was found into the table and the sheets that a reader sees.

Nothing here writes to a run, its folder or its record. What the store lacks is pulled by the usual pipeline.
"""
