"""People of the world write, read, reply and press buttons as ordinary clients do."""

import tomllib

import pytest

from maild.config import folder_faults, load, permission_faults, readable_passwords
from maild.sandbox.people import NothingCameError, _quoted
from maild.sandbox.received import Mail, address_of

pytestmark = pytest.mark.thorough


def test_anna_writes_and_the_desk_reads(person):
    anna, desk = person("anna@acme.test"), person("support@vendor.test")
    sent = anna.send(
        "support@vendor.test", "Принтер", "Печатает пустые листы.", attachments=[("чек.pdf", "application/pdf", b"%PDF")]
    )
    mail = desk.wait_for()
    assert mail["Message-ID"] == sent
    assert mail["From"] == "Анна Кравец <anna@acme.test>"
    assert (mail.subject, mail.text.strip()) == ("Принтер", "Печатает пустые листы.")
    assert mail.attachments == {"чек.pdf": b"%PDF"}
    assert mail["Authentication-Results"] == "mx.vendor.test; dmarc=pass header.from=acme.test"
    assert mail["Return-Path"] == "<anna@acme.test>"


def test_staff_submit_as_themselves(person):
    olga, desk = person("olga@vendor.test"), person("support@vendor.test")
    olga.send("support@vendor.test", "x", "y")
    assert desk.wait_for()["Authentication-Results"] == "mx.vendor.test; auth=pass smtp.auth=olga@vendor.test"


def test_a_null_reverse_path_stays_one(person):
    desk, gleb = person("support@vendor.test"), person("gleb@globex.test")
    desk.send("gleb@globex.test", "x", "y", reverse_path="")
    assert gleb.wait_for()["Return-Path"] == "<>"


def test_a_forger_is_stamped_as_one(person):
    vera, desk = person("vera@elsewhere.test"), person("support@vendor.test")
    vera.send("support@vendor.test", "x", "/topup acme 10h", author="alla@vendor.test")
    mail = desk.wait_for()
    assert mail["From"] == "alla@vendor.test"
    assert mail["Authentication-Results"] == "mx.vendor.test; dmarc=fail header.from=vendor.test"


def test_a_reply_goes_to_reply_to_keeps_the_thread_and_quotes_below(person):
    desk, anna = person("support@vendor.test"), person("anna@acme.test")
    first = desk.send(
        "anna@acme.test",
        "RE: Re: [#7] Принтер",
        "Строка\n\n> старая\n",
        headers={
            "Reply-To": "support+token@vendor.test",
            "References": "<a@acme.test>",
            "Date": "Mon, 23 Nov 2026 10:00:00 +0200",
        },
    )
    anna.reply(anna.wait_for(), "Спасибо, помогло.")
    answer = desk.wait_for()
    assert answer["Delivered-To"] == "support+token@vendor.test"
    assert answer.subject == "Re: [#7] Принтер"
    assert answer["In-Reply-To"] == first
    assert answer["References"] == f"<a@acme.test> {first}"
    assert answer.text == (
        "Спасибо, помогло.\n\n23.11.2026 10:00, Vendor Support <support@vendor.test> пишет:\n\n> Строка\n>\n>> старая\n"
    )


def test_a_reply_without_a_quote_is_the_words_alone(person):
    desk, gleb = person("support@vendor.test"), person("gleb@globex.test")
    desk.send("gleb@globex.test", "x", "y")
    gleb.reply(gleb.wait_for(), "yes", quote=False)
    assert desk.wait_for().text == "yes\n"


BUTTONS = """Solved?
Yes: mailto:support+yes@vendor.test?subject=Yes%2C%20solved&body=it%20works
Not yet: <mailto:support%2Bno@vendor.test>.
Yes again: mailto:SUPPORT+yes@vendor.test
"""


def test_buttons_are_found_in_order_and_pressed(person):
    desk, anna = person("support@vendor.test"), person("anna@acme.test")
    desk.send("anna@acme.test", "x", BUTTONS)
    yes, no = anna.wait_for().buttons
    assert [address_of(yes), address_of(no)] == ["support+yes@vendor.test", "support+no@vendor.test"]
    anna.press(yes, comment="Thank you")
    mail = desk.wait_for()
    assert (mail["To"], mail.subject, mail.text) == ("support+yes@vendor.test", "Yes, solved", "Thank you\nit works\n")
    anna.press("support+no@vendor.test")
    bare = desk.wait_for(count=2)
    assert (bare["Delivered-To"], bare.subject, bare.text.strip()) == ("support+no@vendor.test", "", "")


def test_buttons_of_a_mail_that_has_only_html():
    html = b'Content-Type: text/html\r\n\r\n<a href="mailto:a%2Bb@x.test?subject=1&amp;body=2">Yes</a>'
    assert Mail(html).buttons == ("mailto:a%2Bb@x.test?subject=1&body=2",)


def test_waiting_is_by_kind_ticket_and_count_and_tells_what_came_instead(person):
    desk, anna = person("support@vendor.test"), person("anna@acme.test")
    for kind, ticket in (("ack", 1), ("relay", 1), ("relay", 2)):
        desk.send("anna@acme.test", f"{kind} {ticket}", "x", headers={"Maild-Kind": kind, "Maild-Ticket": str(ticket)})
    desk.send("anna@acme.test", "solved?", "x", headers={"Maild-Kind": "relay", "Maild-Asks": "confirm"})
    assert anna.wait_for("relay", 2).subject == "relay 2"
    assert anna.wait_for("relay", ticket=2).subject == "relay 2"
    assert anna.wait_for("asks").subject == "solved?"
    with pytest.raises(NothingCameError, match=r"no report number 1 .*ack 1"):
        anna.wait_for("report", seconds=0)


@pytest.mark.parametrize(
    ("text", "quoted"), [("a\n\nb\n", "> a\n>\n> b"), ("> a\n>> b", ">> a\n>>> b"), ("", ""), ("  indented", ">   indented")]
)
def test_quoting(text, quoted):
    assert _quoted(text) == quoted


def test_the_world_writes_a_configuration_for_itself(world, tmp_path):
    path = world.write_config(tmp_path, poll="5s")
    assert path == tmp_path / "config" / "maild.toml"
    service = tomllib.loads(path.read_text())
    assert service["mailbox"][0]["port"] == world.imap_port
    assert service["mailbox"][0]["poll"] == "5s"
    assert service["smtp"]["port"] == world.smtp_port
    assert (path.parent / service["desk"]["key"]["file"]).parent.is_dir()
    clients = tomllib.loads((path.parent / service["desk"]["directory"]).read_text())
    addresses = {contact["address"] for client in clients["client"].values() for contact in client["contacts"]}
    addresses |= {member["address"] for member in clients["staff"].values()} | {service["desk"]["address"]}
    config = load(path)
    assert not [*permission_faults(config), *readable_passwords(config), *folder_faults(config)]
    assert addresses == {account.address for account in world.accounts} - {"vera@elsewhere.test"}
