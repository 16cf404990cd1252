"""Rejected landing lines: what the build says of them, where they stand, how they are shown."""
