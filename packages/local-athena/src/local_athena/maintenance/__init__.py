"""OPTIMIZE and VACUUM: Athena's rules of what is rewritten and removed, on Trino's procedures."""
