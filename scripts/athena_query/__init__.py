"""Runs one SQL statement in Athena: session, execution, results, cost, output, command line."""
