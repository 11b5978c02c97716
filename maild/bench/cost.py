"""What a process and its children take of the machine, as Linux counts it in /proc."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")  # a second


class Cost:
    """What a process tree costs: the peak of its proportional set size in MB, and its CPU seconds so far, those of the root apart.

    CPU seconds say on a busy machine what a rate cannot.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak_mb = 0.0
        self._cpu_seconds: dict[int, float] = {}

    @property
    def cpu_seconds(self) -> float:
        """Of the daemon itself, by the last look."""
        return self._cpu_seconds.get(self.pid, 0.0)

    @property
    def workers_cpu_seconds(self) -> float:
        """Of its worker processes, those that have ended included."""
        return sum(self._cpu_seconds.values()) - self.cpu_seconds

    def look(self) -> None:
        """Measure now."""
        total = 0
        for pid in _tree(self.pid):
            try:
                times = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except OSError:
                continue  # it has ended meanwhile
            self._cpu_seconds[pid] = (int(times[11]) + int(times[12])) / _TICKS
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        self.peak_mb = max(self.peak_mb, total / 1024)


def _tree(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(child))]
