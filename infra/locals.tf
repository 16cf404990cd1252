locals {
  account_id = split(":", var.administrator_arn)[4]

  bucket = {
    for kind in ["landing", "lake", "results", "secret", "code", "artifacts"] :
    kind => "${var.name}-${kind}-${local.account_id}"
  }

  # Where dbt and the scripts find everything: profiles.example.yml reads these. The policies know
  # the prefixes athena/ and stedi/.
  settings = {
    STEDI_SCHEMA         = var.schema
    STEDI_WORK_GROUP     = local.work_groups.build.name
    STEDI_ATHENA_RESULTS = "s3://${local.bucket.results}/${local.work_groups.build.results}/"
    STEDI_ATHENA_DATA    = "s3://${local.bucket.lake}/stedi/"
    STEDI_LANDING        = "s3://${local.bucket.landing}/stedi"
    STEDI_SECRET         = "s3://${local.bucket.secret}/stedi" # a place; the pepper is never in a state of Terraform
  }
}
