"""The free texts of mail systems that many people run: what each says of one address, in its own words and shape."""

import pytest

from maild.ingest.read import read
from maild.message import Message, OriginKind

# (system, From, Subject, text, whether it is final)
NOTICES = [
    (
        "exim",
        "Mail Delivery System <Mailer-Daemon@mx.test>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n"
        "\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n"
        "\n"
        "  anna@acme.test\n"
        "    SMTP error from remote mail server after RCPT TO:<anna@acme.test>:\n"
        "    host mx.acme.test [192.0.2.1]: 550 5.1.1 User unknown\n"
        "\n"
        "------ This is a copy of the message, including all the headers. ------\n"
        "\n"
        "Message-ID: <o1@vendor.test>\n"
        "To: anna@acme.test\n"
        "",
        True,
    ),
    (
        "exim warn",
        "Mail Delivery System <Mailer-Daemon@mx.test>",
        "Warning: message 1abc delayed 24 hours",
        "This message was created automatically by mail delivery software.\n"
        "A message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.test.\n"
        "\n"
        "The address to which the message has not yet been delivered is:\n"
        "\n"
        "  anna@acme.test\n"
        "\n"
        "No action is required on your part. Delivery attempts will continue for\n"
        "some time",
        False,
    ),
    (
        "exchange2003",
        "System Administrator <postmaster@acme.test>",
        "Undeliverable: Printer",
        "Your message\n"
        "\n"
        "  To:      anna@acme.test\n"
        "  Subject: Printer\n"
        "  Sent:    Mon, 23 Nov 2026\n"
        "\n"
        "did not reach the following recipient(s):\n"
        "\n"
        "anna@acme.test on Mon, 23 Nov 2026 14:05:33 +0200\n"
        "    The recipient name is not recognized\n"
        "\tThe MTS-ID of the original message is: c=us;a= ;p=x;l=Y\n"
        "",
        True,
    ),
    (
        "notes",
        "Mail Router <postmaster@acme.test>",
        "DELIVERY FAILURE: User anna (anna@acme.test) not listed in public Name & Address Book",
        "Your message\n"
        "\n"
        "  Subject: Printer\n"
        "\n"
        "was not delivered to:\n"
        "\n"
        "  anna@acme.test\n"
        "\n"
        "because:\n"
        "\n"
        "  User anna (anna@acme.test) not listed in public Name & Address Book\n"
        "",
        True,
    ),
    (
        "yahoo",
        "MAILER-DAEMON@yahoo.com",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n"
        "\n"
        "<anna@acme.test>:\n"
        "Remote host said: 550 5.1.1 No such user [RCPT_TO]\n"
        "\n"
        "--- Below this line is a copy of the message.\n"
        "",
        True,
    ),
    (
        "gmail",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "\n"
        "** Address not found **\n"
        "\n"
        "Your message wasn't delivered to anna@acme.test because the address couldn't be found, or is unable to receive mail.\n"
        "\n"
        "The response from the remote server was:\n"
        "550 5.1.1 The email account that you tried to reach does not exist.\n"
        "",
        True,
    ),
    (
        "mailru",
        "mailer-daemon@corp.mail.ru",
        "Mail failure.",
        "This message was created automatically by mail delivery software.\n"
        "\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n"
        "\n"
        "  anna@acme.test\n"
        "    mailbox is full: retry timeout exceeded\n"
        "",
        True,
    ),
    (
        "yandex",
        "mailer-daemon@yandex.ru",
        "Недоставленное сообщение",
        "Это письмо отправлено почтовым сервером yandex.ru.\n"
        "\n"
        "К сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может\n"
        "быть отправлено одному или нескольким адресатам. Технические подробности можно найти ниже.\n"
        "\n"
        "<anna@acme.test>: host mx.acme.test[192.0.2.1] said: 550 5.7.1 No such user!\n"
        "",
        True,
    ),
    (
        "ukrnet",
        "Mail Delivery System <MAILER-DAEMON@ukr.net>",
        "Лист не доставлено",
        "Ваш лист не вдалося доставити.\n\nanna@acme.test: скринька не існує\n",
        True,
    ),
    (
        "groupwise",
        "Mailer-Daemon <mailer-daemon@acme.test>",
        "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\n\tanna@acme.test (user not found)\n",
        True,
    ),
    (
        "imail",
        "Postmaster <postmaster@acme.test>",
        "Undeliverable Mail",
        "Unknown user: anna@acme.test\n\nOriginal message follows.\n\nReceived: from x\nMessage-Id: <o1@vendor.test>\n",
        True,
    ),
    (
        "courier",
        '"Courier mail server at acme.test" <postmaster@acme.test>',
        "NOTICE: mail delivery status.",
        "This is a delivery status notification from acme.test,\n"
        "running the Courier mail server, version 0.65.2.\n"
        "\n"
        "The original message was received on Sat, 11 Dec 2010 12:19:57 +0900\n"
        "from [127.0.0.1]\n"
        "\n"
        "---------------------------------------------------------------------------\n"
        "\n"
        "                           UNDELIVERABLE MAIL\n"
        "\n"
        "Your message to the following recipients cannot be delivered:\n"
        "\n"
        "<anna@acme.test>:\n"
        "    mx.acme.test [74.207.247.95]:\n"
        "<<< 550 5.1.1 <anna@acme.test>... User Unknown\n"
        "",
        True,
    ),
    (
        "opensmtpd",
        "Mailer Daemon <MAILER-DAEMON@openbsd.test>",
        "Delivery status notification: error",
        "    Hi!\n"
        "\n"
        "    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n"
        "\n"
        "    An error has occurred while attempting to deliver a message for\n"
        "    the following list of recipients:\n"
        "\n"
        "anna@acme.test: 550 5.2.2 <anna@acme.test>... Mailbox Full\n"
        "\n"
        "    Below is a copy of the original message:\n"
        "\n"
        "Message-ID: <o1@vendor.test>\n"
        "",
        True,
    ),
    (
        "james",
        "postmaster@acme.test",
        "[BOUNCE]",
        "Hi. This is the James mail server at acme.test.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.  Below\n"
        "I include the list of recipients and the reason why I was unable to deliver\n"
        "your message.\n"
        "\n"
        "Failed recipient(s):\n"
        "anna@acme.test\n"
        "\n"
        "Error message:\n"
        "550 - Requested action not taken: no such user here\n"
        "",
        True,
    ),
    (
        "mdaemon",
        "MDaemon@acme.test",
        "Permanent Delivery Failure",
        "The attached message had PERMANENT fatal delivery errors!\n"
        "\n"
        "After one or more unsuccessful delivery attempts the attached message has\n"
        "been removed from the mail queue on this server.\n"
        "\n"
        "Failed address: anna@acme.test\n"
        "\n"
        "--- Session Transcript ---\n"
        "<-- 550 <anna@acme.test>, Recipient unknown\n"
        "",
        True,
    ),
    (
        "surgemail",
        "postmaster@acme.test",
        "Failed mail: no such user",
        "Failed to deliver to 'anna@acme.test'\nSMTP module(domain acme.test) reports:\n host mx says:\n 550 No such user\n",
        True,
    ),
    (
        "kerio",
        "postmaster@acme.test",
        "Undeliverable mail",
        "Your message could not be delivered to:\n\n  anna@acme.test - User unknown\n",
        True,
    ),
    (
        "communigate",
        "Mail Administrator <postmaster@acme.test>",
        "Undeliverable mail",
        "Failed to deliver to 'anna@acme.test'\nLOCAL module(account anna) reports:\n account is full (quota exceeded)\n",
        True,
    ),
    (
        "zimbra",
        "MAILER-DAEMON@mail.acme.test",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mail.acme.test.\n"
        "\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients.\n"
        "\n"
        "<anna@acme.test>: host mx[1.2.3.4]:7025 said: 552 5.2.2 Over quota (in reply to end of DATA command)\n"
        "",
        True,
    ),
    (
        "365",
        "Microsoft Outlook <postmaster@acme.onmicrosoft.com>",
        "Undeliverable: Printer",
        "Delivery has failed to these recipients or groups:\n"
        "\n"
        "anna@acme.test\n"
        "The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.\n"
        "\n"
        "Diagnostic information for administrators:\n"
        "\n"
        "anna@acme.test\n"
        "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'\n"
        "",
        True,
    ),
    (
        "365 ru",
        "Microsoft Outlook <postmaster@acme.onmicrosoft.com>",
        "Не удалось доставить: Принтер",
        "Не удалось доставить сообщение следующим получателям или группам:\n"
        "\n"
        "anna@acme.test\n"
        "Введенный адрес электронной почты не найден.\n"
        "",
        True,
    ),
    (
        "365 uk",
        "Microsoft Outlook <postmaster@acme.onmicrosoft.com>",
        "Не вдалося доставити: Принтер",
        "Не вдалося доставити повідомлення цим одержувачам або групам:\n\nanna@acme.test\nАдресу не знайдено.\n",
        True,
    ),
    (
        "ses",
        "MAILER-DAEMON@amazonses.com",
        "Delivery Status Notification (Failure)",
        "An error occurred while trying to deliver the mail to the following recipients:\nanna@acme.test\n",
        True,
    ),
    (
        "hotmail ndr",
        "postmaster@hotmail.com",
        "Delivery Status Notification (Failure)",
        "This is an automatically generated Delivery Status Notification.\n"
        "\n"
        "Delivery to the following recipients failed.\n"
        "\n"
        "       anna@acme.test\n"
        "",
        True,
    ),
    (
        "rambler",
        "mailer-daemon@rambler.ru",
        "Undelivered Mail Returned to Sender",
        "<anna@acme.test>: host said: 550 Mailbox unavailable",
        True,
    ),
    (
        "qmail de",
        "MAILER-DAEMON@gmx.de",
        "Mail delivery failed: returning message to sender",
        "Eine Nachricht, die Sie versendet haben, konnte nicht zugestellt werden.\n"
        "\n"
        "Die folgende Adresse ist fehlgeschlagen:\n"
        "\n"
        '"anna@acme.test":\n'
        "SMTP error from remote server for RCPT TO command\n"
        "",
        True,
    ),
    (
        "delay postfix",
        "MAILER-DAEMON@x.test",
        "Delayed Mail (still being retried)",
        "This is the mail system at host x.test.\n"
        "\n"
        "####################################################################\n"
        "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n"
        "####################################################################\n"
        "\n"
        "Your message could not be delivered for more than 4 hour(s).\n"
        "It will be retried until it is 5 day(s) old.\n"
        "\n"
        "<anna@acme.test>: connect to mx.acme.test[192.0.2.1]:25: Connection timed out\n"
        "",
        False,
    ),
]


@pytest.mark.parametrize(("system", "sender", "subject", "text", "final"), NOTICES, ids=[row[0] for row in NOTICES])
def test_the_notice_of_a_mail_system(system: str, sender: str, subject: str, text: str, final: bool) -> None:
    del system
    head = f"From: {sender}\nTo: support@vendor.test\nSubject: {subject}\nMessage-ID: <1@mx.test>\n\n"
    message = read((head + text).replace("\n", "\r\n").encode())
    assert isinstance(message, Message)
    assert message.origin.kind is OriginKind.BOUNCE
    assert not message.origin.answerable
    assert ("anna@acme.test", final) in [(one.recipient, one.permanent) for one in message.bounces]
