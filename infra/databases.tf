# dbt makes its databases where they are missing. They are here so that destroy takes them, and every
# table in them, out of the catalog. One a zone: access is granted by zone.
resource "aws_glue_catalog_database" "this" {
  for_each = toset([
    "landing", "staging", "intermediate", "trusted", "curated", "research", "audit", "secret",
    "expected", "test_failures",
  ])

  name = "${var.schema}_${each.key}"
}
