"""From Notice to wire: rendering, composing, sending, trying again."""
