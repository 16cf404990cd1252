"""What Athena refuses and Trino would accept: one subject a module, its source in the docstring."""
