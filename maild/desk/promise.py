"""Promises: which contract's targets a ticket stands under, and the instants they make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from maild.desk.calendar import add as add_working_time
from maild.desk.calendar import between as working_time_between
from maild.desk.directory import WALK_IN, Calendar, Client, Directory
from maild.desk.ticket import State, Ticket
from maild.ledger.contract import Charge, Plan, Target

ALWAYS = "always"
DEFAULT_PLAN = Plan("default", "", Charge.HOURLY)  # contract, section 1: ack 5m, answer 24h always, next_answer = answer


def plan_of(client: Client, at: datetime) -> Plan:
    """The plan whose promises hold for a mail that arrives at an instant; the defaults where no contract is in force."""
    contracts = client.contracts_on(at.astimezone(client.zone).date())
    return contracts[0].plan if contracts else DEFAULT_PLAN


def ack_target(directory: Directory, client: str, at: datetime) -> timedelta:
    """How soon a mail of a client that arrived at `at` was to be acknowledged."""
    return plan_of(directory.clients.get(client) or directory.clients[WALK_IN], at).ack


def first_answer_due(client: Client, at: datetime, calendars: Mapping[str, Calendar]) -> datetime:
    """When a person's first answer to a request that arrived at `at` is due."""
    return due(plan_of(client, at).answer, at, calendars)


def next_answer_due(client: Client, at: datetime, calendars: Mapping[str, Calendar]) -> datetime:
    """When a person's answer to a further message that arrived at `at` is due."""
    plan = plan_of(client, at)
    return due(plan.next_answer or plan.answer, at, calendars)


def solution_due(client: Client, at: datetime, calendars: Mapping[str, Calendar]) -> datetime | None:
    """When a request that arrived at `at` is to be solved; None where the plan promises nothing."""
    target = plan_of(client, at).solution
    return due(target, at, calendars) if target else None


def solution_due_after_pause(
    ticket: Ticket, client: Client, at: datetime, calendars: Mapping[str, Calendar]
) -> datetime | None:
    """The solution's deadline once the customer's word ends a pause: what was left when it began, counted from `at`."""
    deadline = ticket.solution_due_at
    since = ticket.waiting_since if ticket.state is State.WAITING else ticket.solved_at or ticket.closed_at
    if deadline is None or since is None or ticket.state in (State.NEW, State.OPEN) or deadline <= since:
        return deadline
    target = plan_of(client, ticket.opened_at).solution
    name = target.calendar if target else ALWAYS
    left = deadline - since if name not in calendars else working_time_between(calendars[name], since, deadline)
    return add(left, name, at, calendars)


def due(target: Target, at: datetime, calendars: Mapping[str, Calendar]) -> datetime:
    """Add a target to an instant on its calendar."""
    return add(target.within, target.calendar, at, calendars)


def add(duration: timedelta, name: str, at: datetime, calendars: Mapping[str, Calendar]) -> datetime:
    """Add working time to an instant; the built-in calendar `always` runs day and night."""
    return at + duration if name == ALWAYS or name not in calendars else add_working_time(calendars[name], at, duration)
