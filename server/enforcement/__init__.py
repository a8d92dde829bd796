"""What people and the service decide about accounts, and what is written when they do.

Every decision reads how things stand (`records.standing`), asks the pure rules of `penalties/`, and
gathers what follows in one `Changes`: rows, the audit's deeds, notices for webhooks. These are
written together; whoever enforces them is told afterwards (`worker.telling`), again and again until
it was.

`reporting`: violations · `deciding`: cases · `requesting`, `answering`: applications and appeals ·
`overturning`: mistakes · `linking`: linked accounts · `batches`: many mistakes at once
"""
