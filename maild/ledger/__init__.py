"""What it costs: contracts, charges and double entry; pure, values in and values out."""
