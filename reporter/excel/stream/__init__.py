"""Rows of any length straight to a sheet's XML, compressed beside it, in pieces: the one way that rows are written.

    chunk of rows -> screen -> ready -> markup -> deflate -> archive

- `screen` looks at a chunk once and says what its cells need: escapes, kept blanks, nothing at all.
- `ready` makes each column the text that stands in its cells; what a cell cannot hold goes through
  `reporter.excel.safe`, the rules that the rest of the workbook keeps too.
- `markup` is one polars expression from ready columns to `<row>…</row>`, kept for chunks that need the same.
- `deflate` compresses pieces on threads of their own, each whole in itself, so that they can be put end to end.
- `archive` is the zip file around them: sizes known afterwards, no clock, no machine.

The same frame gives the same bytes on any number of threads: pieces are cut by rows, never by time.
"""
