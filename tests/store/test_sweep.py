"""A million open deadlines, a hundred of which have come: found by their index alone, at once, on either database."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from sqlalchemy import text

OPEN, DUE = 1_000_000, 100
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECONDS = 0.05

SQLITE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :open)
INSERT INTO due (what, which, at, facts, fence)
SELECT 'answer', CAST(i AS TEXT),
  strftime('%Y-%m-%d %H:%M:%S', '2026-11-23 08:00:00', (i - :due) || ' minutes') || '.000000', '[]', 0 FROM n
"""
POSTGRESQL = """
INSERT INTO due (what, which, at, facts, fence)
SELECT 'answer', i::text,
  timestamptz '2026-11-23 08:00:00+00' + (i - :due) * interval '1 minute', '[]', 0 FROM generate_series(1, :open) AS i
"""
CLAIM = "SELECT * FROM due WHERE at <= :now AND (lease_until IS NULL OR lease_until <= :now) ORDER BY at, what, which LIMIT 200"


@pytest.mark.long
def test_a_sweep_costs_the_same_however_many_deadlines_are_open(store):
    with store.writing() as connection:
        connection.execute(text(SQLITE if store.is_sqlite else POSTGRESQL), {"open": OPEN, "due": DUE})
    with store.writing() as connection:
        connection.execute(text("ANALYZE due"))
        kept = "2026-11-23 08:00:00.000000" if store.is_sqlite else NOW
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row) for row in connection.execute(text(explain + CLAIM), {"now": kept}))
    assert "ix_due_at" in plan, plan
    assert "SCAN due" not in plan.replace("USING INDEX", ""), plan
    assert "Seq Scan" not in plan, plan
    took = []
    for turn in range(7):
        clock = NOW + timedelta(hours=turn)
        began = perf_counter()
        claimed = store.claim_dues(NOW, 200, 60, clock)
        took.append(perf_counter() - began)
        assert len(claimed) == DUE
    print(
        f"{'SQLite' if store.is_sqlite else 'PostgreSQL'}: {DUE} of {OPEN} claimed in {1000 * min(took):.1f} ms at best, {took}"
    )
    assert min(took) < SECONDS
