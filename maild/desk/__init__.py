"""What to do: pure decisions, values in and values out."""
