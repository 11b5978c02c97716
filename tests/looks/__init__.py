"""How mails look in Debian's Chromium: every sample, in three languages, at two widths, by day and by night.

pages     the samples' HTML as it leaves, pictures put in
measured  one page with every mail in a frame of its own; a script measures widths and contrasts of what is really shown
drawn     pictures for docs/mails.md: `python -m looks`
"""
