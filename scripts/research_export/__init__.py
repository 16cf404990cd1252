"""The research zone as a folder of files: contract, tables, checks, data card, command line."""
