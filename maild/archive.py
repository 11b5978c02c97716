"""The journey of an archive: mails on a disk, in the order in which they were written, through the pipeline as what they are.

They take the way of all mail (kept, read in worker processes, judged in one commit), but bear the name ARCHIVE for a mailbox, so that
`decide_archived` judges them, whoever finishes the work after a crash. Each has a place made of its own octets: a second run finds
every one of them there already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from maild.ingest.archive_files import Place
from maild.message import ARCHIVE, Arrival
from maild.pipeline import Begun, Pipeline
from maild.store.arrivals import ArrivalState

BATCH_MAILS = 50
BATCH_BYTES = 16 * 1024 * 1024


def bring_in(
    places: Iterable[Place], pipeline: Pipeline, now: datetime, told: Callable[[int], None] = lambda _: None
) -> Counter[str]:
    """Take every mail in, oldest first; `told` hears how many were done. Returns how many became what (see `ArrivalState`)."""
    counted: Counter[str] = Counter()
    begun: Begun | None = None
    for batch in _batches(sorted(places, key=lambda place: place.at or now), now):
        following = pipeline.begin(batch, now)  # the workers read it while the batch before is judged
        _finish(pipeline, begun, now, counted, told)
        begun = following
    _finish(pipeline, begun, now, counted, told)
    while pipeline.take_waiting(BATCH_MAILS, now):
        pass  # what an earlier run kept and could not judge
    return counted


def _finish(pipeline: Pipeline, begun: Begun | None, now: datetime, counted: Counter[str], told: Callable[[int], None]) -> None:
    if begun is None:
        return
    fresh = {each.arrival_id for each in begun.fresh}
    kept = pipeline.finish(begun, now)
    counted.update("known" if _was_known(each.arrival_id, each.state, fresh) else each.state.value for each in kept)
    told(len(kept))


def _was_known(arrival_id: int, state: ArrivalState, fresh: set[int]) -> bool:
    """An earlier run has taken it in, or it came by another door before."""
    return arrival_id not in fresh or state is ArrivalState.DUPLICATE


def _batches(places: Sequence[Place], now: datetime) -> Iterator[list[Arrival]]:
    waiting = iter(places)
    while batch := list(_some(waiting, now)):
        yield batch


def _some(places: Iterator[Place], now: datetime) -> Iterator[Arrival]:
    size = 0
    for place in islice(places, BATCH_MAILS):
        arrival = _arrival(place, now)
        yield arrival
        size += len(arrival.raw)
        if size > BATCH_BYTES:
            return


def _arrival(place: Place, now: datetime) -> Arrival:
    """An arrival whose UID is made of its octets: the same mail has the same place in every run and every archive."""
    raw = place.octets()
    arrival = Arrival(ARCHIVE, 0, None, min(place.at or now, now).astimezone(UTC), raw)
    return Arrival(ARCHIVE, 0, int(arrival.sha256[:15], 16), arrival.arrived_at, raw)
