locals {
  # Whoever may use a workgroup may read the results of its queries: one for each role.
  work_groups = {
    # Not enforced: dbt's unit tests make Hive tables, which an enforced one would put among the results.
    build   = { name = "${var.name}-build", results = "athena", is_enforced = false }
    read    = { name = "${var.name}-read", results = "readers", is_enforced = true }
    privacy = { name = "${var.name}-privacy", results = "privacy", is_enforced = true }
  }
}

resource "aws_athena_workgroup" "this" {
  for_each = local.work_groups

  name          = each.value.name
  force_destroy = true # its history of queries goes with it

  configuration {
    enforce_workgroup_configuration    = each.value.is_enforced
    publish_cloudwatch_metrics_enabled = true # the alarm of bytes reads them
    bytes_scanned_cutoff_per_query     = var.cutoff_bytes

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location = "s3://${aws_s3_bucket.this["results"].bucket}/${each.value.results}/"

      dynamic "encryption_configuration" {
        for_each = var.kms_key_arn[*]

        content {
          encryption_option = "SSE_KMS"
          kms_key_arn       = encryption_configuration.value
        }
      }
    }
  }
}
