locals {
  role_arn = {
    for role in ["build", "read", "privacy", "scheduler", "github"] :
    role => "arn:aws:iam::${local.account_id}:role/${var.name}-${role}"
  }

  # Tests compare these files with what builds, scripts and queries ask AWS for; they are the only copy.
  policy_files = {
    build   = "athena_policy.json"
    read    = "athena_reader_policy.json"
    privacy = "athena_privacy_policy.json"
  }

  placeholders = {
    REGION             = var.region
    ACCOUNT_ID         = local.account_id
    SCHEMA             = var.schema
    WORK_GROUP         = local.work_groups.build.name
    READER_WORK_GROUP  = local.work_groups.read.name
    PRIVACY_WORK_GROUP = local.work_groups.privacy.name
    LANDING_BUCKET     = local.bucket.landing
    LAKE_BUCKET        = local.bucket.lake
    RESULTS_BUCKET     = local.bucket.results
    SECRET_BUCKET      = local.bucket.secret
  }

  people = {
    for role, arns in { build = var.builders, read = var.readers, privacy = var.privacy_officers } :
    role => length(arns) == 0 ? [var.administrator_arn] : sort(arns)
  }

  people_may_take = {
    for role, arns in local.people : role => {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = arns }
    }
  }

  code_build_may_take = {
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { Service = "codebuild.amazonaws.com" }
    # For this project only: no other one of the account, and of no other account, borrows the role.
    Condition = { StringEquals = { "aws:SourceAccount" = local.account_id, "aws:SourceArn" = local.project_arn } }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.policy_files

  name = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [local.people_may_take[each.key]],
      each.key == "build" ? [local.code_build_may_take] : []
    )
  })

  lifecycle {
    precondition {
      condition = alltrue([
        for arn in local.people[each.key] :
        can(regex("^arn:aws:iam::${local.account_id}:(user|role)/[^*?]+$", arn))
      ])
      error_message = "Who may take ${var.name}-${each.key} must be users and roles of account ${local.account_id}, each by its ARN."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policy_files

  name   = "stedi"
  role   = aws_iam_role.this[each.key].name
  policy = templatefile("${path.module}/../docs/${each.value}", local.placeholders)
}

# Whoever reads or writes objects needs the key as well, where it is your own.
resource "aws_iam_role_policy" "key" {
  for_each = var.kms_key_arn == null ? {} : merge(aws_iam_role.this, aws_iam_role.github)

  name = "key"
  role = each.value.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "UseTheKeyOfTheBuckets"
      Effect   = "Allow"
      Action   = each.key == "github" ? ["kms:GenerateDataKey"] : ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_key_arn
      # Through S3 only (the catalog and the topic are not encrypted with it).
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
    }]
  })
}
