"""From statement to mail, spreadsheet and chart."""
