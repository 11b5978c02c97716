"""`maild export person`: all that is held about somebody, and nothing about others."""


def test_a_customer(cli, filled):
    found = cli("export", "person", "ANNA@acme.test").json()
    assert found["address"] == "anna@acme.test"
    assert found["directory"]["name"] and found["client"] == "acme"
    assert found["tickets"] and found["messages"]
    assert {m["from"].lower() for m in found["messages"]} - {"support@vendor.test"} == {"anna@acme.test"}
    assert all("anna@acme.test" in (m["from"], *m["to"]) for m in found["messages"])
    assert found["time"] == []


def test_a_member_of_staff(cli, filled):
    olga = next(row for row in cli("staff", "list", "--json").json() if row["roles"] == ["engineer"])
    found = cli("export", "person", olga["addresses"][0]).json()
    assert found["directory"]["staff"] == olga["id"]
    assert [row["staff"] for row in found["time"]] and all(row["staff"] == olga["id"] for row in found["time"])
    assert found["client"] is None


def test_a_stranger_and_misuse(cli, filled):
    found = cli("export", "person", "nobody@nowhere.test").json()
    assert (found["messages"], found["tickets"], found["client"]) == ([], [], "walk-in")
    assert cli("export", "person").code == 2
    assert cli("export", "person", "nobody").code == 2
    assert cli("export", "csv", "anna@acme.test").code == 2
