"""Replay: event files through the same fold as the service's, with the files' time as the clock.

`lines` says what a line may hold, `files` reads them, `calendars` gives each event its local day,
`memory` keeps what the fold remembers, `folding` folds, `observing` takes adds as made, `enforcing`
asks the ledger for decisions first, `output` writes, `run` puts them together, `stopping` ends it.
"""
