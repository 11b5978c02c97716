"""A node: the daemon's own loops as actors, over a database that fails at its commits."""

from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from types import SimpleNamespace

from promise_desk import InProcess, setting_for

from maild.clock import SharedClock
from maild.deliverer import Deliverer
from maild.heart import Heart
from maild.ingest.errands import Errands
from maild.pipeline import Pipeline
from maild.store.faults import Unavailable
from maild.store.nodes import BEAT_SECONDS, SILENT_SECONDS
from maild.store.store import Store
from maild.timetable import Timetable
from maild.watcher import Watcher
from simulation.mail_servers import Session, Wire
from simulation.stage import Actor, Event, Killed

COMPILED = {}  # statements, once for all seeds


class FailingStore(Store):
    """Fails before a transaction, at its commit, or after it, when the answer is lost; and may be killed at each of the three."""

    stage = None
    node_of = None

    def _sqlite(self, durable):
        return super()._sqlite(durable).execution_options(compiled_cache=COMPILED)

    @contextmanager
    def writing(self, durable=True):
        stage, node = self.stage, self.node_of
        if stage is None or stage.current is None:
            with super().writing(durable) as connection:
                yield connection
            return
        stage.touch()
        fate = stage.random.choice(["before", "commit", "answer"]) if stage.chance(node.database_trouble) else ""
        deadly = bool(fate) and node.mortal and stage.chance(0.3)
        if fate == "before":
            self._break(deadly, fate)
        with super().writing(durable) as connection:
            yield connection
            if fate == "commit":
                self._break(deadly, fate)
        if fate == "answer":
            self._break(deadly, fate)

    def _break(self, deadly, where):
        self.stage.say(f"{'killed' if deadly else 'database lost'} at {where}")
        self.node_of.faults += 1
        if deadly:
            self.node_of.doomed = True
            raise Killed
        raise Unavailable(where)


class AtOnce(Executor):
    """Threads of its own would not wait for the stage."""

    def submit(self, work, *values):
        done = Future()
        try:
            done.set_result(work(*values))
        except Exception as fault:  # noqa: BLE001 - raised again where it is asked for
            done.set_exception(fault)
        return done


class Node:
    """`maild run`, without the process."""

    def __init__(self, stage, name, url, hosts, server, *, alone):
        self.stage, self.name, self.alone = stage, name, alone
        self.database_trouble, self.mortal = 0.0, True
        self.faults, self.doomed, self.dead = 0, False, False
        self._silences = []  # steady instants until which it could not beat
        self._last_beat = stage.elapsed
        self.store = FailingStore(url, name)
        self.pipeline = Pipeline(self.store, InProcess(), setting_for(""))
        self.timetable = Timetable(self.store, lambda: self.pipeline.setting)
        if alone:
            self.store.release_all(stage.clock())
        self.timetable.begin_day(stage.clock())
        self.store.stage, self.store.node_of = stage, self
        self.clock = SharedClock(stage.clock, lambda: None if alone else stage.true_now, stage.steady)
        self.clock.look()
        self.heart = Heart(self.store, self.clock)
        self.actors = []
        for host in hosts:
            self._watch(host)
        for number in (1, 2):
            self._deliver(server, number)
        self._start("time", self._time)
        self._start("arrivals", self._arrivals)
        self._start("heart", self._beat)

    def _start(self, name, work):
        actor = Actor(self.stage, f"{self.name} {name}", work)
        self.actors.append(actor)
        self.stage.start(actor)

    def _watch(self, host):
        account = SimpleNamespace(
            name=host.name, folder="INBOX", filed="maild/Done", quarantine="maild/Quarantine", oauth=None, idle=True
        )
        watcher = Watcher(account, self.pipeline, poll_seconds=5, max_bytes=1 << 20, clock=self.clock)
        watcher._mailbox = Session(host, account)
        watcher._errands = Errands(AtOnce())
        watcher._stop = Event(self.stage)
        self._start(host.name, watcher.run)

    def _deliver(self, server, number):
        account = SimpleNamespace(oauth=None, host="", port=0, security="plain", user="")
        deliverer = Deliverer(account, self.store, clock=self.clock)
        deliverer._wire = Wire(server, self)
        deliverer._stop = Event(self.stage)
        deliverer.work = Event(self.stage)
        self._start(f"outbox {number}", deliverer.run)

    def _time(self):
        while True:
            with suppress(Unavailable):
                self.timetable.keep(self.clock(), self.clock())
            self.stage.rest(2.0)

    def _arrivals(self):
        while True:
            with suppress(Unavailable):
                self.pipeline.take_waiting(50, self.clock())
            self.stage.rest(4.0)

    def _beat(self):
        while True:
            faults = self.faults
            self.heart._beat()
            if self.faults == faults:
                if self.stage.elapsed - self._last_beat > SILENT_SECONDS - BEAT_SECONDS:
                    self._silences.append(self.stage.elapsed)
                self._last_beat = self.stage.elapsed
            self.stage.rest(BEAT_SECONDS)

    def lost_since(self, instant):
        """Whether a letter that this node took then may have been given to another since: it died, or was silent."""
        silent_now = self.stage.elapsed - self._last_beat > SILENT_SECONDS - BEAT_SECONDS
        return self.dead or silent_now or any(instant <= until for until in self._silences)

    def pause(self, paused):
        for actor in self.actors:
            actor.paused = paused

    def kill(self):
        self.dead = True
        self.pause(False)
        self.stage.kill([actor for actor in self.actors if actor in self.stage.actors])
        self.store.stage = None
        self.store.close()
