"""`make test-faults`: the real daemon against real servers while something breaks at every boundary; figures at the end."""
