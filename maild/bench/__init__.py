"""`maild bench`: how fast the real daemon takes mail in, how soon it answers, what it costs; beside a bare loop that does the least.

Figures, not tests: the same daemon process, configuration files, IMAP and SMTP as in service. `measure.py` is where to begin.
"""
