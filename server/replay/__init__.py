"""Replay: event files through the same fold as the service's, with the files' time as the clock.

`lines`, `decision_lines` and `fields` say what a line may hold, `files` reads them, `calendars`
gives each event its local day, `memory` keeps what the fold remembers, `folding` folds,
`observing` takes adds as made, `enforcing` asks the ledger for decisions first, `output` writes,
`run` puts them together, `stopping` ends it.

What follows for accounts is `enforcement`: `cases`, `violations` and what `linking` and `answers`
make of lines bring `penalties`, of the people and links in `accounts`.
"""
