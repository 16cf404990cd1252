# The build every night: CodeBuild on a small ARM machine, outside of any VPC, paid by the minute. On
# Sundays it also runs what is weekly (buildspec.yml).

locals {
  project     = "${var.name}-nightly"
  project_arn = "arn:aws:codebuild:${var.region}:${local.account_id}:project/${local.project}"
  code_key    = "stedi.zip"

  # Two schedules, never at once, whose builds all make every table: what is weekly comes on top.
  schedules = {
    nightly = { days = "MON-SAT", variables = [] }
    weekly  = { days = "SUN", variables = [{ Name = "STEDI_WEEKLY", Value = "true", Type = "PLAINTEXT" }] }
  }
}

resource "aws_cloudwatch_log_group" "build" {
  name              = "/aws/codebuild/${local.project}"
  retention_in_days = 30
}

resource "aws_codebuild_project" "nightly" {
  name          = local.project
  description   = "dbt build on Athena, every night"
  service_role  = aws_iam_role.this["build"].arn
  build_timeout = var.build_minutes

  # Two builds at once may make one another fail: starting a second one is an error.
  concurrent_build_limit = 1

  source {
    type      = "S3"
    location  = "${aws_s3_bucket.this["code"].bucket}/${local.code_key}"
    buildspec = "infra/buildspec.yml"
  }

  environment {
    type         = "ARM_CONTAINER" # a third cheaper than x86
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"

    dynamic "environment_variable" {
      for_each = merge(local.settings, {
        STEDI_ARTIFACTS = "s3://${aws_s3_bucket.this["artifacts"].bucket}"
        STEDI_TOPIC     = aws_sns_topic.alarms.arn
      })

      content {
        name  = environment_variable.key
        value = environment_variable.value
      }
    }
  }

  artifacts {
    type = "NO_ARTIFACTS" # the buildspec uploads them: of a failed build, too
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.build.name
    }
  }
}

# What the build needs beside athena_policy.json.
resource "aws_iam_role_policy" "nightly" {
  name = "nightly"
  role = aws_iam_role.this["build"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteItsLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:${var.region}:${local.account_id}:log-group:${aws_cloudwatch_log_group.build.name}:*"
      },
      {
        Sid      = "FetchItsCode"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"] # AWS's page on service roles has these
        Resource = "arn:aws:s3:::${local.bucket.code}/${local.code_key}"
      },
      {
        Sid      = "KnowWhoseBucketItIs"
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:GetBucketLocation"] # and these
        Resource = "arn:aws:s3:::${local.bucket.code}"
      },
      {
        Sid      = "LeaveArtifacts"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::${local.bucket.artifacts}/*"
      },
      {
        Sid      = "SayWhatFailed"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.alarms.arn
      },
    ]
  })
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = "cron(30 ${var.build_hour} ? * ${each.value.days} *)"
  schedule_expression_timezone = "UTC"
  state                        = var.is_scheduled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:aws:scheduler:::aws-sdk:codebuild:startBuild"
    role_arn = aws_iam_role.scheduler.arn
    input = jsonencode({
      ProjectName                  = aws_codebuild_project.nightly.name
      EnvironmentVariablesOverride = each.value.variables
    })

    # Of the call that starts a build, where AWS was busy. A build that failed is not started again.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 3
    }
  }
}

resource "aws_iam_role" "scheduler" {
  name = "${var.name}-scheduler"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:SourceAccount" = local.account_id
        "aws:SourceArn"     = "arn:aws:scheduler:${var.region}:${local.account_id}:schedule-group/${var.name}"
      } }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name = "start"
  role = aws_iam_role.scheduler.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartTheBuild"
      Effect   = "Allow"
      Action   = "codebuild:StartBuild"
      Resource = local.project_arn
    }]
  })
}
