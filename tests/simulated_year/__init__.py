"""A year of a desk by a virtual clock: what is kept of every promise, and every warning, equals what the mails alone say.

    terms     the directory: 200 clients on three plans, eight engineers, a manager
    people    who writes when: questions, answers, notes, absences; and when the machine is off
    in_memory a desk of the pure rooms alone: `desk` decides each mail, `clocks` and `escalation` say what is due; memory is a dict
    over_store the whole of one process: octets in, pipeline, SQLite, timetable, templates, octets out
    clerk     the judge: the instants at which mails came and left, the terms, and a table of working minutes read off the wall clock
    played    one year, played and judged, with its figures

`python -m simulated_year --tickets 40000` (make simulate-year).
"""
