"""Virtual time, and actors who take turns.

Actors are threads of which one runs at a time; the seed chooses the next whenever one rests or touches the world.
"""

import random
import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 24, 5, 0, tzinfo=UTC)  # a Saturday; clocks in Kyiv go back on the following night


class Killed(BaseException):
    """The process of this actor is no more."""


class Stage:
    """The clock, the dice and the actors. `rest` and `touch` are called from within an actor."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.elapsed = 0.0  # seconds since START: the steady clock
        self.step = timedelta()  # by which the wall clock is wrong
        self.actors = []
        self.current = None
        self._turn = threading.Semaphore(0)
        self.log = []

    @property
    def true_now(self):
        return START + timedelta(seconds=self.elapsed)

    def clock(self):
        """The machine's wall clock, as it tells."""
        return self.true_now + self.step

    def steady(self):
        return self.elapsed

    def say(self, what):
        self.log.append(f"{self.true_now:%d %H:%M:%S} {self.current.name if self.current else 'world'}: {what}")

    def chance(self, probability):
        return self.random.random() < probability

    def start(self, actor):
        self.actors.append(actor)
        actor.thread.start()

    def touch(self):
        """Somebody else may come first."""
        if self.current is not None:
            self.rest(0.0)

    def rest(self, seconds):
        """Sleep of the running actor."""
        actor = self.current
        actor.wakes_at = self.elapsed + seconds
        self._turn.release()
        actor.turn.acquire()
        if actor.killed:
            raise Killed

    def run(self, seconds):
        """Let the actors act for so long, or until one of them dies."""
        ends = self.elapsed + seconds
        while self.elapsed < ends:
            ready = [actor for actor in self.actors if actor.wakes_at <= self.elapsed and not actor.paused]
            if not ready:
                waking = [actor.wakes_at for actor in self.actors if not actor.paused]
                self.elapsed = min([ends, *waking])
                continue
            chosen = self.random.choice(ready)
            self._let(chosen)
            if chosen.done:  # its process died with it: nobody else of it may act
                return
            self.elapsed += self.random.random() * 0.02

    def _let(self, actor):
        self.current = actor
        actor.turn.release()
        self._turn.acquire()
        self.current = None
        if actor.failure:
            raise actor.failure

    def kill(self, actors):
        """End these actors where they stand."""
        for actor in actors:
            actor.killed = True
            actor.wakes_at = 0.0
            while not actor.done:
                self._let(actor)
            self.actors.remove(actor)

    def ended(self, actor):
        actor.done = True
        self._turn.release()


class Actor:
    """One thread of a node. `work` returns only when it is killed."""

    def __init__(self, stage, name, work):
        self.name, self.stage = name, stage
        self.turn = threading.Semaphore(0)
        self.wakes_at = stage.elapsed
        self.killed = self.paused = self.done = False
        self.failure = None
        self._work = work
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _run(self):
        self.turn.acquire()
        try:
            if not self.killed:
                self._work()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again on the stage
            self.failure = error
        self.wakes_at = float("inf")
        self.stage.ended(self)


class Event:
    """A `threading.Event` whose waiting is virtual."""

    def __init__(self, stage):
        self._stage, self._set = stage, False

    def is_set(self):
        return self._set

    def set(self):
        self._set = True

    def clear(self):
        self._set = False

    def wait(self, seconds):
        ends = self._stage.elapsed + seconds
        while not self._set and self._stage.elapsed < ends:
            self._stage.rest(min(1.0, ends - self._stage.elapsed))
        return self._set
