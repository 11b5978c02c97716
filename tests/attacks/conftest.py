"""The desk that is attacked, and how often it was."""

from attacks.desk_at_work import HANDED_IN
from attacks.fixtures import desk, empty_database, make_desk

__all__ = ["desk", "empty_database", "make_desk"]


def pytest_terminal_summary(terminalreporter):
    """What the suite is for, in one line; each row asserts that nothing was executed, relayed or leaked."""
    reports = [report for each in ("passed", "failed", "error") for report in terminalreporter.stats.get(each, ())]
    rows = {report.nodeid for report in reports if "attacks/" in report.nodeid}
    wrong = {report.nodeid for report in reports if "attacks/" in report.nodeid and not report.passed}
    if HANDED_IN and rows:
        said = f"{len(wrong)} rows went wrong, see above" if wrong else "executed 0, relayed 0, leaked 0"
        terminalreporter.write_line(f"attacks: {len(HANDED_IN)} mails in {len(rows)} rows: {said}")
