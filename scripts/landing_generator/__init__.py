"""Makes landing data of the published shape: three JSON feeds of people who do not exist."""
