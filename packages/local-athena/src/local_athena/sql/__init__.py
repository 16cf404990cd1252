"""Athena's SQL, read and turned into steps for Trino and Glue; pure, nothing runs here."""
