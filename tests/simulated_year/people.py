"""Who writes when. The desk is either of the two; what is written down here is when mails came and left, and nothing that it decided."""

import heapq
import random
from collections import defaultdict
from itertools import count

from simulated_year.clerk import CREW, Request, Wait
from simulated_year.terms import CLIENTS, DAY, END, HOUR, MINUTE, START, engineer_of

SEED, SWEEP, ABSENCE = 2026, 10 * MINUTE, 14 * DAY
NEVER, DOUBLE_ASKED, NOTED, MISTYPED, AGAIN, THANKED = 0.03, 0.1, 0.1, 0.05, 0.35, 0.1


class Year:
    """Plays a year on a desk. An instant is when a mail comes; `now` is when the desk, if its machine is on, handles it."""

    def __init__(self, desk, tickets: int, sweep=SWEEP) -> None:
        self.desk, self.step, self.dice = desk, sweep, random.Random(SEED)
        self.queue, self.order = [], count()
        self.outages = sorted(
            (begin, begin + self.dice.randint(60, 540) * MINUTE)
            for begin in (START + self.dice.randint(0, 525_000) * MINUTE for _ in range(12))
        )
        self.requests: dict[int, Request] = {}
        self.told = defaultdict(list)
        self.sweeps = []
        self.mails = self.letters = 0
        self.absences = {}
        for name in sorted(CREW):
            begin = self.running(START + self.dice.randint(0, 340) * DAY + 7 * HOUR)
            self.at(begin, lambda when, name=name: self.leaves(when, name))
        for _ in range(tickets):
            client = self.dice.randrange(CLIENTS)
            self.at(START + self.dice.randint(0, 510_000) * MINUTE, lambda when, c=client: self.opens(when, c))

    def at(self, when, what) -> None:
        """Let something come at an instant; what would come after the year does not."""
        if when < END:
            heapq.heappush(self.queue, (self.running(when), when, next(self.order), what))

    def running(self, when):
        """When the desk handles what comes at an instant: at once, or when the machine is back."""
        for begin, end in self.outages:
            if begin <= when < end:
                return self.running(end)
        return when

    def away_at(self, instant):
        """Who is away at an instant."""
        return frozenset(name for name, (begin, end) in self.absences.items() if begin <= instant < end)

    def play(self) -> None:
        """From new year to new year."""
        sweep = START
        while sweep < END:
            while self.queue and self.queue[0][0] <= sweep:
                self.now, came, _, what = heapq.heappop(self.queue)
                what(came)
            if self.running(sweep) == sweep:
                self.sweeps.append(sweep)
                self.note(sweep, self.desk.sweep(sweep))
            sweep += self.step
        while self.queue:
            self.now, came, _, what = heapq.heappop(self.queue)
            what(came)

    def note(self, now, letters) -> None:
        """Write down whom the desk has warned, of what."""
        self.letters += len(letters)
        for letter in letters:
            for number, percent in letter.thresholds:
                self.told[number].append((now, percent, letter.person))

    def send(self, came, **mail):
        """A mail comes; return what left because of it."""
        self.mails += 1
        left = self.desk.mail(self.now, came, **mail)
        self.letters += len(left)
        return left

    # --- what people do ------------------------------------------------------------------------------------------------------------------

    def leaves(self, came, name) -> None:
        """Somebody is away from now on for two weeks."""
        self.absences[name] = (self.now, self.desk.away(self.now, came, name, (came + ABSENCE).date()))

    def opens(self, came, client) -> None:
        """A question that opens a ticket."""
        left = self.send(came, client=client, text="How so?")
        told = [letter for letter in left if letter.kind == "notification"]
        request = Request(
            client, owners=[(self.now, "" if engineer_of(client) in self.away_at(self.now) else engineer_of(client))]
        )
        self.requests[told[0].ticket] = request
        self.asked(came, told, request, "answer")
        if self.dice.random() < DOUBLE_ASKED:
            self.at(
                came + self.dice.randint(10, 900) * MINUTE, lambda when: self.writes(when, told[0].ticket, "Any news of it?")
            )

    def asked(self, came, told, request, clock) -> None:
        """A wait begins; most are answered."""
        request.waits.append(Wait(clock, came, self.now))
        if self.dice.random() >= NEVER:
            letter = told[self.dice.randrange(len(told))]
            when = self.now + max(1, round(self.dice.expovariate(1 / 400))) * MINUTE
            self.at(when, lambda at: self.answers(at, letter))

    def writes(self, came, number, text) -> None:
        """A customer writes on a ticket: a new wait, unless one goes on."""
        request = self.requests[number]
        told = [
            each for each in self.send(came, client=request.client, ticket=number, text=text) if each.kind == "notification"
        ]
        if request.waits[-1].answered_at is not None:
            self.asked(came, told, request, "next_answer")

    def answers(self, came, letter) -> None:
        """An engineer answers; notes before it, and mails that are held, are no answers."""
        name, number = letter.person, letter.ticket
        if name in self.away_at(self.now):
            self.at(self.absences[name][1] + HOUR, lambda at: self.answers(at, letter))
            return
        request = self.requests[number]
        if self.dice.random() < NOTED:
            self.send(came, staff=name, letter=letter, text="I have looked at it.\n/note")
        if self.dice.random() < MISTYPED:
            self.send(came, staff=name, letter=letter, text="So.\n/tmie 5m look")
        ending = self.dice.choices(("", "\n/wait", "\n/solved"), (55, 15, 30))[0]
        left = self.send(came, staff=name, letter=letter, text=f"So.{ending}")
        assert [each.kind for each in left if each.kind == "relay"] == ["relay"], (number, left)
        if request.waits[-1].answered_at is None:
            request.waits[-1].answered_at = self.now
        owner = request.owners[-1][1]
        if not owner or owner in self.away_at(self.now):  # whoever answers takes it
            request.owners.append((self.now, name))
        dice = self.dice.random()
        later = self.now + self.dice.randint(1, 4000) * MINUTE
        if dice < AGAIN:
            self.at(later, lambda at: self.writes(at, number, "And how about this?"))
        elif dice < AGAIN + THANKED:
            self.at(later, lambda at: self.thanks(at, number))

    def thanks(self, came, number) -> None:
        """Thanks alone begins nothing."""
        self.send(came, client=self.requests[number].client, ticket=number, text="Thank you!")
