"""What Prometheus reads: letters by kind, acks by how long they waited, and what stands now."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maild.message import Letter
from maild.metrics import exposition
from maild.store.outbox import ClaimedLetter
from maild.tally import Tally

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BOX = {"name": "support", "connected": True, "backlog": None}
STATUS = {"letters": {"deferred": 2}, "quarantine": 1, "mailboxes": [BOX]}
STATUS |= {"tickets": {"open": 3}, "overdue": {"answer": 1}, "sweep_lag_seconds": 2.5, "oldest_unacked_seconds": 0.0}


def claimed(kind, waited):
    letter = Letter("<1@vendor.test>", kind, "", "anna@acme.test", b"", None, None, 0)
    return ClaimedLetter(1, 1, 0, letter, queued_at=NOW - timedelta(seconds=waited))


def test_what_was_counted_and_what_stands_is_told():
    tally = Tally()
    for kind, waited in (("ack", 0.1), ("ack", 0.3), ("ack", 5000), ("relay", 7)):
        tally.sent(claimed(kind, waited), NOW)
    tally.acked(timedelta(seconds=42))
    lines = set(exposition(tally, STATUS).decode().splitlines())
    assert lines >= {
        'maild_letters_sent_total{kind="ack"} 3.0',
        'maild_letters_sent_total{kind="relay"} 1.0',
        'maild_ack_queue_seconds_bucket{le="0.1"} 1.0',
        'maild_ack_queue_seconds_bucket{le="0.5"} 2.0',
        'maild_ack_queue_seconds_bucket{le="3600.0"} 2.0',
        'maild_ack_queue_seconds_bucket{le="+Inf"} 3.0',
        "maild_ack_queue_seconds_count 3.0",
        "maild_ack_queue_seconds_sum 5000.4",
        'maild_outbox_letters{state="queued"} 0.0',
        'maild_outbox_letters{state="deferred"} 2.0',
        "maild_quarantine_messages 1.0",
        'maild_ack_latency_seconds_bucket{le="60.0"} 1.0',
        "maild_ack_latency_seconds_sum 42.0",
        'maild_tickets{state="open"} 3.0',
        'maild_tickets{state="solved"} 0.0',
        'maild_promises_overdue{clock="answer"} 1.0',
        'maild_promises_overdue{clock="eta"} 0.0',
        "maild_sweep_lag_seconds 2.5",
        "maild_oldest_unacked_seconds 0.0",
        'maild_mailbox_connected{mailbox="support"} 1.0',
        'maild_mailbox_backlog{mailbox="support"} 0.0',
    }


CONFIG = Path(__file__).parents[1] / "config"


def test_the_dashboard_and_the_alert_rules_ask_for_metrics_that_exist():
    text = exposition(Tally(), STATUS).decode()
    known = set(re.findall(r"^(maild_\w+)", text, re.M)) | set(re.findall(r"^# TYPE (maild_\w+)", text, re.M))
    dashboard = json.loads((CONFIG / "grafana-dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    asked += re.findall(r"expr: (.+)", (CONFIG / "prometheus-alerts.yml").read_text())
    assert len(asked) > 10
    for expression in asked:
        assert set(re.findall(r"maild_\w+", expression)) <= known | {"maild_down"}, expression
