mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:111122223333:stedi-alarms" }
  }
}

variables {
  region            = "eu-west-1"
  administrator_arn = "arn:aws:iam::111122223333:role/Administrator"
  alarm_emails      = ["oncall@example.com"]
  github_repository = "example/stedi"
}

run "buckets_and_workgroups" {
  assert {
    condition = toset(values(aws_s3_bucket.this)[*].bucket) == toset([
      for kind in ["landing", "lake", "results", "secret", "code", "artifacts"] : "stedi-${kind}-111122223333"
    ])
    error_message = "Six buckets, named after the account."
  }

  assert {
    condition = keys(aws_s3_bucket_public_access_block.this) == keys(aws_s3_bucket.this) && alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.ignore_public_acls && block.block_public_policy && block.restrict_public_buckets
    ])
    error_message = "No bucket can become public."
  }

  assert {
    condition = alltrue([
      for kind, bucket in aws_s3_bucket.this : contains([
        for statement in jsondecode(aws_s3_bucket_policy.this[kind].policy).Statement :
        jsonencode([statement.Effect, statement.Principal, statement.Action, statement.Resource, statement.Condition])
        ], jsonencode([
          "Deny", "*", "s3:*", ["arn:aws:s3:::${bucket.bucket}", "arn:aws:s3:::${bucket.bucket}/*"],
          { Bool = { "aws:SecureTransport" = "false" } }
      ]))
    ])
    error_message = "Every bucket refuses what does not come by TLS."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_s3_bucket_policy.this : [
        for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"
      ]
    ]))
    error_message = "No bucket's policy allows anything: roles do."
  }

  assert {
    condition = keys(aws_s3_bucket_server_side_encryption_configuration.this) == keys(aws_s3_bucket.this) && alltrue([
      for each in aws_s3_bucket_server_side_encryption_configuration.this :
      one(each.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    ])
    error_message = "Every bucket is encrypted, with S3's own keys."
  }

  assert {
    condition = keys(aws_s3_bucket_versioning.this) == keys(aws_s3_bucket.this) && alltrue([
      for each in aws_s3_bucket_versioning.this : each.versioning_configuration[0].status == "Disabled"
    ])
    error_message = "No bucket keeps what was deleted: an erased person's bytes would stay."
  }

  assert {
    condition = {
      for kind, each in aws_s3_bucket_lifecycle_configuration.this :
      kind => [one(each.rule).status, one(each.rule).filter[0].prefix, try(one(each.rule).expiration[0].days, 0)]
      } == {
      landing   = ["Enabled", "", 0]
      lake      = ["Enabled", "", 0]
      results   = ["Enabled", "", 2]
      secret    = ["Enabled", "", 0]
      code      = ["Enabled", "", 0]
      artifacts = ["Enabled", "", 30]
    }
    error_message = "Results expire after two days, artifacts after 30; landing, lake, pepper and code never."
  }

  assert {
    condition = alltrue([
      for each in aws_s3_bucket_lifecycle_configuration.this :
      one(each.rule).abort_incomplete_multipart_upload[0].days_after_initiation == 1 &&
      one(each.rule).noncurrent_version_expiration[0].noncurrent_days == 1
    ])
    error_message = "Neither parts of an upload nor old versions stay longer than a day."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_s3_bucket_policy.this["secret"].policy).Statement :
      statement.Sid => [statement.Action, statement.Resource, statement.Condition] if statement.Sid != "TlsOnly"
      } == {
      TheBuildReads = [
        ["s3:GetObject", "s3:GetObjectVersion"], "arn:aws:s3:::stedi-secret-111122223333/*",
        { ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/stedi-build" } }
      ]
      TheAdministratorWrites = [
        ["s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::stedi-secret-111122223333/*",
        { ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/Administrator" } }
      ]
    }
    error_message = "The build alone reads the pepper; the administrator alone writes it."
  }

  assert {
    condition     = [for kind, each in aws_s3_bucket.this : kind if !each.force_destroy] == ["landing", "secret"]
    error_message = "Destroy stops before landing and pepper, which nothing can make again."
  }

  assert {
    condition = {
      for role, each in aws_athena_workgroup.this : role => [
        each.name,
        each.configuration[0].result_configuration[0].output_location,
        each.configuration[0].enforce_workgroup_configuration,
      ]
      } == {
      build   = ["stedi-build", "s3://stedi-results-111122223333/athena/", false]
      read    = ["stedi-read", "s3://stedi-results-111122223333/readers/", true]
      privacy = ["stedi-privacy", "s3://stedi-results-111122223333/privacy/", true]
    }
    error_message = "Each role has a workgroup and a results prefix of its own; people's are enforced."
  }

  assert {
    condition = alltrue([
      for each in aws_athena_workgroup.this : each.configuration[0].bytes_scanned_cutoff_per_query == 10737418240 &&
      each.configuration[0].publish_cloudwatch_metrics_enabled
    ])
    error_message = "Athena ends a query at 10 GiB, and the alarm of bytes has its metric."
  }
}

run "a_key_of_your_own" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition = alltrue([
      for each in aws_s3_bucket_server_side_encryption_configuration.this :
      one(each.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn &&
      one(each.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    ])
    error_message = "Every bucket is encrypted with it."
  }

  assert {
    condition = alltrue([
      for each in aws_athena_workgroup.this :
      each.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.kms_key_arn
    ])
    error_message = "Results are, too."
  }

  assert {
    condition     = keys(aws_iam_role_policy.key) == ["build", "github", "privacy", "read"]
    error_message = "Who reads or writes objects may use it."
  }
}
