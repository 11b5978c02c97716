"""From wire to Message: what arrived, read and classified; knows nothing of tickets."""
