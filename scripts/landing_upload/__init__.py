"""Copies a landing root to S3: rules, source, destination, plan, transfer, command line."""
