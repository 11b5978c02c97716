"""`maild staff`: whose mail is stopped, and how the operator lifts that."""


def test_the_operator_stops_and_lifts(cli, filled):
    assert all(row["frozen_at"] is None for row in cli("staff", "list", "--json").json())
    name = cli("staff", "list", "--json").json()[0]["id"]
    assert cli("staff", "freeze", name).code == 0
    row = next(row for row in cli("staff", "list", "--json").json() if row["id"] == name)
    assert (row["frozen_by"], row["frozen_at"][-1]) == ("operator", "Z")
    assert "stopped since" in cli("staff", "list").out
    assert cli("staff", "thaw", name).code == 0
    assert cli("staff", "thaw", name).code == 1
    assert filled.frozen_staff() == []


def test_nobody_unknown_is_stopped(cli, filled):
    for word in ("freeze", "thaw"):
        assert cli("staff", word, "nobody").code == 2
