"""The terms of the year, once as a directory and once as plain figures for the clerk."""

from datetime import UTC, datetime, timedelta

CLIENTS, ENGINEERS = 200, 8
BOSS, FALLBACK = "max", "petr"  # of the directory that this one is added to (promise_desk.py)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PERCENTS = (50, 75, 90, 100)
ZONE, COUNTRY = "Europe/Berlin", "DE"
OFFICE = {**dict.fromkeys(range(5), ((540, 780), (840, 1080))), 5: ((600, 840),), 6: ()}  # minutes of the day, by weekday
TERMS = {  # plan -> clock -> (calendar, hours)
    "quick": {"answer": ("office", 4), "next_answer": ("office", 8)},
    "round": {"answer": ("always", 10), "next_answer": ("always", 24)},
    "mixed": {"answer": ("always", 24), "next_answer": ("office", 4)},
}


def plan_of(client: int) -> str:
    """The plan of a client."""
    return list(TERMS)[client % len(TERMS)]


def engineer_of(client: int) -> str:
    """The personal manager of a client."""
    return f"e{client % ENGINEERS}"


def directory() -> str:
    """What is added to clients.toml."""
    names = {"office": "busy", "always": "always"}
    lines = [
        f'[calendar.busy]\ntimezone = "{ZONE}"\nholidays = "{COUNTRY}"',
        'hours = { mon-fri = "09:00-13:00,14:00-18:00", sat = "10:00-14:00" }',
    ]
    for name, clocks in TERMS.items():
        lines += [f'[plan.{name}]\ntitle = "{name}"\ncharge = "included"']
        lines += [f'{clock} = {{ within = "{hours}h", calendar = "{names[kind]}" }}' for clock, (kind, hours) in clocks.items()]
    for number in range(ENGINEERS):
        lines += [f'[staff.e{number}]\nname = "Engineer {number}"\naddress = "e{number}@vendor.test"\nroles = ["engineer"]']
        lines += ['teams = ["crew"]\nreceipts = "problems"']
    for number in range(CLIENTS):
        lines += [f'[client.c{number}]\nname = "Client {number}"\ntimezone = "{ZONE}"\nlanguage = "en"']
        lines += [f'contacts = [{{ name = "Person", address = "person@c{number}.test" }}]\nmanager = "{engineer_of(number)}"']
        lines += [f'contracts = [{{ plan = "{plan_of(number)}", from = 2025-01-01 }}]']
    return "\n".join(lines) + "\n"
