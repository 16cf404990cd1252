"""A page of figures: where the landing lines went. Counts, outcome names and minutes, no values."""
