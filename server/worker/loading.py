"""Gathers the views that events need, in the fold's two stages, as of the shard's folded place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from scoring.events import Event
from scoring.fold import first_needs, needs_of_contacts
from scoring.views import ContactView, EnterpriseView, MemberView, Relation
from scoring.working import Needs, Working
from server.records import leases, views
from server.records.engine import Database
from server.records.leases import Lease
from server.worker.remembered import Remembered


async def load(
    database: Database, lease: Lease, events: Sequence[Event], remembered: Remembered
) -> Working:
    """The views for folding these events. Raises LeaseLost, RecordsUnavailable.

    The lease is checked last: only the commit of a batch changes views, and it moves the place, so
    an unmoved place means that nothing loaded was newer than it, nor anything remembered older.
    """
    working = Working()
    remembered.begin(lease)
    async with database.read() as connection:
        first = first_needs(events)
        await _load(connection, remembered.take(first, working), working)
        second = needs_of_contacts(first.contacts, working)
        await _load(connection, remembered.take(second, working), working)
        await leases.check(connection, lease)
    return working


async def _load(connection: AsyncConnection, needs: Needs, working: Working) -> None:
    companies = await views.enterprise_documents(connection, needs.enterprises)
    for enterprise_id, data in companies.items():
        working.enterprises[enterprise_id] = EnterpriseView.from_json(data)
    for member, data in (await views.member_documents(connection, needs.members)).items():
        working.members[member] = MemberView.from_json(data)
    for relation, data in (await views.relation_documents(connection, needs.relations)).items():
        working.relations[relation] = Relation.from_json(data)
    for contact, data in (await views.contact_documents(connection, needs.contacts)).items():
        working.contacts[contact] = ContactView.from_json(data)
