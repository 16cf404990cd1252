"""Tables as Glue and Trino know them: the steps of DDL and SHOW, run on their APIs."""
