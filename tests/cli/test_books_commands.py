"""`time`, `balance`, `statement`, `report`, `export`: the same minutes, whoever asks."""

import csv
import io
import json
import re

import pytest

TIME_KEYS = {
    *("entry", "ticket", "client", "staff", "work_date", "booked_at", "worked_minutes", "charged_minutes", "class", "reason"),
    *("rate", "amount", "currency", "note", "source_message_id", "reverses"),
}
SUMS = ("opening", "bought", "used", "corrected", "expired", "closing")


def sums(row):
    return tuple(row[name] for name in SUMS)


@pytest.mark.thorough
def test_time_shows_work_and_its_reversal_as_rows_of_their_own(cli, filled):
    rows = cli("time", "--json", "--client", "acme").json()
    assert all(row.keys() >= TIME_KEYS for row in rows)
    assert [(row["entry"], row["worked_minutes"], row["amount"], row["reverses"]) for row in rows] == [
        (2, 25, "25.00", None),
        (3, 5, "5.00", None),
        (4, -5, "-5.00", 3),
    ]
    assert {(row["work_date"], row["class"], row["rate"], row["currency"]) for row in rows} == {
        ("2026-11-20", "charged", "60.00", "USD")
    }
    assert rows[0]["booked_at"] == "2026-11-20T08:00:00Z"
    assert rows[0]["source_message_id"] == "<time1@vendor.test>"


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        ([], [2, 3, 4]),
        (["--from", "2026-11-20", "--to", "2026-11-20"], [2, 3, 4]),
        (["--from", "2026-11-21"], []),
        (["--to", "2026-11-19"], []),
        (["--client", "globex"], []),
    ],
)
def test_time_is_narrowed_by_client_and_work_date(cli, filled, words, entries):
    assert [row["entry"] for row in cli("time", "--json", *words).json()] == entries


def test_a_client_who_left_the_directory_keeps_their_time(cli, filled, config_path):
    directory = config_path.with_name("clients.toml")
    directory.write_text(directory.read_text().replace("[client.acme]", "[client.acme-2]"))
    assert [row["entry"] for row in cli("time", "--json", "--client", "acme").json()] == [2, 3, 4]
    assert cli("report", "acme", "2026-11-20").code == 0
    (kept,) = cli("statement", "acme", "2026-11", "--json").json()
    assert sums(kept) == (0, 600, 30, 5, 0, 575)
    act = cli("act", "acme", "2026-11", "--json").json()
    assert (act["client"]["name"], act["worked"], act["charged"]) == ("Акме Учёт", 25, 25)
    assert cli("statement", "nobody", "2026-11").code == 2


def test_people_see_the_totals(cli, filled):
    shown = cli("time").out
    assert "reverses 3: by mistake" in shown
    assert "worked 25 min, charged 25 min in 3 rows" in shown


def test_every_client_and_contract_has_a_balance(cli, filled):
    rows = {(row["client"], row["contract"]): row for row in cli("balance", "--json").json()}
    assert sums(rows["acme", "M-17/26"]) == (0, 600, 30, 5, 0, 575)
    assert sums(rows["globex", "H-3/26"]) == (0, 0, 0, 0, 0, 0)
    assert [row["client"] for row in cli("balance", "--json", "--client", "globex").json()] == ["globex"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20T06:59:59Z", (0, 0, 0, 0, 0, 0)),
        ("2026-11-20T07:00:00Z", (0, 600, 0, 0, 0, 600)),
        ("2026-11-20T10:00:00+02:00", (0, 600, 25, 0, 0, 575)),
        ("2026-11-20T09:00:00Z", (0, 600, 30, 0, 0, 570)),
        ("2027-01-01T00:00:00Z", (0, 600, 30, 5, 0, 575)),
    ],
)
def test_a_balance_as_of_an_instant_holds_what_was_booked_until_then(cli, filled, now, expected):
    row = next(row for row in cli("balance", "--json", "--now", now).json() if row["client"] == "acme")
    assert sums(row) == expected
    assert cli("statement", "acme", "2026-11", "--now", now).code == 0


def test_as_of_is_the_instant_that_was_asked_for(cli, filled):
    assert {row["as_of"] for row in cli("balance", "--json", "--now", "2026-12-01T02:00:00+02:00").json()} == {
        "2026-12-01T00:00:00Z"
    }


def test_as_of_is_never_before_the_last_booking(cli, filled):
    with filled.writing() as connection:
        connection.exec_driver_sql("UPDATE balance SET as_of = '2099-01-01 00:00:00.000000' WHERE client = 'acme'")
    rows = {row["client"]: row["as_of"] for row in cli("balance", "--json").json()}
    assert rows["acme"] == "2099-01-01T00:00:00Z" > rows["globex"]


@pytest.mark.parametrize(
    ("period", "first", "last", "expected", "lines"),
    [
        ("2026-11", "2026-11-01", "2026-11-30", (0, 600, 30, 5, 0, 575), [1, 2, 3, 4]),
        ("2026", "2026-01-01", "2026-12-31", (0, 600, 30, 5, 0, 575), [1, 2, 3, 4]),
        ("2026-11-20", "2026-11-20", "2026-11-20", (0, 600, 30, 5, 0, 575), [1, 2, 3, 4]),
        ("2026-10", "2026-10-01", "2026-10-31", (0, 0, 0, 0, 0, 0), []),
        ("2026-11-21..2026-12-05", "2026-11-21", "2026-12-05", (575, 0, 0, 0, 0, 575), []),
    ],
)
def test_a_statement_opens_with_the_closing_before(cli, filled, period, first, last, expected, lines):
    (row,) = cli("statement", "acme", period, "--json").json()
    assert (row["client"], row["contract"], row["from"], row["to"]) == ("acme", "M-17/26", first, last)
    assert sums(row) == expected
    assert [line["entry"] for line in row["lines"]] == lines


def test_a_statement_by_an_earlier_clock_leaves_out_what_came_later(cli, filled):
    (row,) = cli("statement", "acme", "2026-11", "--json", "--now", "2026-11-20T08:30:00Z").json()
    assert sums(row) == (0, 600, 25, 0, 0, 575)


def test_people_see_a_statement_that_adds_up(cli, filled):
    shown = cli("statement", "acme", "2026-11").out
    assert "correction of entry 3" in shown
    assert "0 + 600 bought - 30 used +5 corrected - 0 expired = 575 (9:35) min" in shown


def test_a_report_is_shown_as_it_was_sent(cli, filled):
    row = cli("report", "acme", "2026-11-20", "--json").json()
    assert (row["client"], row["date"], row["number"], row["entries"]) == ("acme", "2026-11-20", 1, [1, 2, 3, 4])
    assert row["cut_at"] == "2026-11-20T17:00:00Z"
    assert [(letter["to"], letter["text"]) for letter in row["letters"]] == [("boss@acme.test", "Olga: 25 min\n")]
    shown = cli("report", "acme", "2026-11-20").out
    assert "boss@acme.test" in shown and "Subject: Report 20 Nov" in shown and "Olga: 25 min" in shown


@pytest.mark.parametrize(
    ("client", "now", "why"),
    [
        ("acme", "2026-11-21T16:59:59Z", "is due at 2026-11-21 19:00 (Europe/Kyiv)"),
        ("acme", "2026-11-21T17:00:00Z", "there was no contact"),
        ("globex", "2026-11-21T18:00:00Z", "is due at 2026-11-21 19:00 (Europe/London)"),
        ("walk-in", "2026-11-21T20:00:00Z", "gets no daily report"),
    ],
)
def test_why_there_is_no_report(cli, filled, client, now, why):
    done = cli("report", client, "2026-11-21", "--now", now)
    assert (done.code, why in done.err) == (1, True)


def test_the_csv_has_the_rows_of_time_and_starts_no_formula(cli, filled):
    table = list(csv.DictReader(io.StringIO(cli("export", "csv").out, newline="")))
    rows = cli("time", "--json").json()
    assert list(table[0]) == list(rows[0])
    assert [(row["worked_minutes"], row["amount"]) for row in table] == [("25", "25.00"), ("5", "5.00"), ("-5", "-5.00")]
    assert table[0]["note"] == "'=cable checked"
    assert [row["reverses"] for row in table] == ["", "", "3"]


def test_the_json_export_is_the_rows_of_time(cli, filled):
    assert json.loads(cli("export", "json", "--client", "acme").out) == cli("time", "--json").json()


def test_an_empty_csv_has_its_head(cli):
    assert cli("export", "csv").out.startswith("entry,ticket,client,")


TYPES = {"integer": int, "string": str, "null": type(None), "array": list, "object": dict}


def faults(value, schema, where="$"):
    """What a JSON Schema of the few keywords that ours uses has against a value."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{where} is no {kinds}: {value!r}"
    if value is not None and "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of {schema['enum']}: {value!r}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where} is not as {schema['pattern']}: {value!r}"
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{where} is below {schema['minimum']}: {value}"
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where} lacks {name}"
    for name, part in schema.get("properties", {}).items():
        yield from faults(value.get(name), part, f"{where}.{name}")
    for place, each in enumerate(value if "items" in schema else ()):
        yield from faults(each, schema["items"], f"{where}[{place}]")


def test_the_schema_of_the_export_holds_and_names_every_column(cli, filled):
    schema = json.loads(cli("export", "schema").out)
    rows = json.loads(cli("export", "json").out)
    assert len(rows) > 2
    assert list(faults(rows, schema)) == []
    assert list(schema["items"]["properties"]) == schema["items"]["required"] == list(rows[0])
    assert cli("export", "csv").out.splitlines()[0].split(",") == schema["items"]["required"]
    rows[0] |= {"kind": "gift", "amount": "1,50", "work_date": None}
    assert [each.split(" is ")[0] for each in faults(rows, schema)] == ["$[0].kind", "$[0].work_date", "$[0].amount"]


def test_a_statement_is_written_as_files_where_a_folder_is_named(cli, filled, tmp_path):
    told = cli("statement", "acme", "2026-11", "--out", tmp_path / "papers").out
    written = sorted(place.name for place in (tmp_path / "papers").iterdir())
    assert written == [f"statement-acme-2026-11.{form}" for form in ("csv", "pdf", "xlsx")]
    assert all(f"written: {tmp_path / 'papers' / name}" in told for name in written)
    again = [(tmp_path / "papers" / name).read_bytes() for name in written]
    cli("statement", "acme", "2026-11", "--out", tmp_path / "papers", "--json")
    assert [(tmp_path / "papers" / name).read_bytes() for name in written] == again
