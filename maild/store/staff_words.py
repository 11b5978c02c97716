"""What staff say of themselves and of the product: absences, and ideas with the praise that came with words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, literal_column, select

from maild.desk.decision import Decision, Idea
from maild.store.bulk import insert_rows
from maild.store.columns import storable
from maild.store.engine import Database
from maild.store.schema import event
from maild.store.schema_work import absence, idea


def write_staff_words(database: Database, connection: Connection, decisions: Sequence[Decision]) -> None:
    """Keep what decisions say of both; of several absences of one person the last holds."""
    last = {each.staff: each.until for d in decisions for each in d.absences}
    if back := sorted(staff for staff, until in last.items() if until is None):
        connection.execute(delete(absence).where(absence.c.staff.in_(back)))
    gone = [{"staff": staff, "until": until} for staff, until in sorted(last.items()) if until is not None]
    if gone:
        upsert = database.insert(absence)
        connection.execute(upsert.on_conflict_do_update(index_elements=["staff"], set_={"until": upsert.excluded.until}), gone)
    ideas = [each for d in decisions for each in d.ideas]
    if ideas:
        ids = database.new_ids(connection, idea, len(ideas))
        rows = [
            {
                "id": new_id,
                "at": each.at,
                "kind": each.kind,
                "staff": each.staff,
                "client": each.client,
                "ticket": each.ticket,
                "text": storable(each.text),
                "ref": each.ref,
            }
            for new_id, each in zip(ids, ideas, strict=True)
        ]
        insert_rows(connection, idea, rows)


class StaffWords(Database):
    """Reading them."""

    def ideas(self, since: datetime, until: datetime) -> list[Idea]:
        """Ideas and praise of (since, until], oldest first."""
        within = (idea.c.at > since) & (idea.c.at <= until)
        with self.reading() as connection:
            return [
                Idea(row.at, row.kind, row.staff, row.client, row.ticket, row.text, row.ref)
                for row in connection.execute(select(idea).where(within).order_by(idea.c.id))
            ]

    def faq_counts(self, since: datetime) -> Counter[tuple[str, str]]:
        """(what, entry) -> how often since an instant; what is "faq offered", "faq helped", "faq missed" or "faq inserted"."""
        said = select(event.c.what, event.c.detail).where(event.c.what.like(literal_column("'faq %'")), event.c.at >= since)
        with self.reading() as connection:
            return Counter((row.what, name) for row in connection.execute(said) for name in row.detail.split(","))
