"""The worker: folds each shard's events into views once, and gives Redis what follows from them.

`loop.Worker` holds shards by lease (`keeper`), brings each up (`refill`) and folds what is new:

1. `batch.fold_batch`: events behind the shard's folded place, out of the journal or the stream;
   loads the views they need, folds, gives refunds, and writes journal, views, history, flags and
   the new place in one SQL transaction that only the lease's holder can commit.
2. `publish`: caps and cool-downs go to Redis, which trims the stream. It is safe to repeat, and
   whatever a crash left unpublished is published by the next who brings the shard up.
3. `publish.sweep`: after a local midnight, accounts without an event yet get the new day's caps.

Also here: `embedded.journal_after_write` (the embedded store journals before it answers),
`refill.push_restrictions`, `policies.announce`, `install.claim`, `reaching.reach` and
`export.export_lines`.
"""
