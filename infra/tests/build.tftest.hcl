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

run "nightly_build" {
  assert {
    condition     = aws_codebuild_project.nightly.concurrent_build_limit == 1
    error_message = "Never two builds at once."
  }

  assert {
    condition     = aws_codebuild_project.nightly.build_timeout == 60
    error_message = "A build that does not end is ended."
  }

  assert {
    condition = (
      one(aws_codebuild_project.nightly.environment).type == "ARM_CONTAINER" &&
      one(aws_codebuild_project.nightly.environment).compute_type == "BUILD_GENERAL1_SMALL" &&
      one(aws_codebuild_project.nightly.environment).privileged_mode != true
    )
    error_message = "The smallest machine, on ARM, that is not root of its host."
  }

  assert {
    condition = [
      one(aws_codebuild_project.nightly.source).type,
      one(aws_codebuild_project.nightly.source).location,
      one(aws_codebuild_project.nightly.source).buildspec,
    ] == ["S3", "stedi-code-111122223333/stedi.zip", "infra/buildspec.yml"]
    error_message = "The code is the zip that GitHub may put there."
  }

  assert {
    condition = {
      for each in one(aws_codebuild_project.nightly.environment).environment_variable : each.name => each.value
      } == {
      STEDI_SCHEMA         = "stedi"
      STEDI_WORK_GROUP     = "stedi-build"
      STEDI_ATHENA_RESULTS = "s3://stedi-results-111122223333/athena/"
      STEDI_ATHENA_DATA    = "s3://stedi-lake-111122223333/stedi/"
      STEDI_LANDING        = "s3://stedi-landing-111122223333/stedi"
      STEDI_SECRET         = "s3://stedi-secret-111122223333/stedi"
      STEDI_ARTIFACTS      = "s3://stedi-artifacts-111122223333"
      STEDI_TOPIC          = "arn:aws:sns:eu-west-1:111122223333:stedi-alarms"
    }
    error_message = "Its settings are places, never a secret."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.build.name == "/aws/codebuild/stedi-nightly" &&
      one(one(aws_codebuild_project.nightly.logs_config).cloudwatch_logs).group_name == aws_cloudwatch_log_group.build.name
    )
    error_message = "It logs to the group whose age is limited."
  }

  assert {
    condition     = aws_cloudwatch_log_group.build.retention_in_days == 30
    error_message = "Logs are kept for 30 days."
  }

  assert {
    condition = {
      for name, each in aws_scheduler_schedule.this :
      name => [each.schedule_expression, each.schedule_expression_timezone, each.state, each.target[0].input]
      } == {
      nightly = ["cron(30 2 ? * MON-SAT *)", "UTC", "ENABLED", jsonencode({
        ProjectName = "stedi-nightly", EnvironmentVariablesOverride = []
      })]
      weekly = ["cron(30 2 ? * SUN *)", "UTC", "ENABLED", jsonencode({
        ProjectName                  = "stedi-nightly"
        EnvironmentVariablesOverride = [{ Name = "STEDI_WEEKLY", Value = "true", Type = "PLAINTEXT" }]
      })]
    }
    error_message = "One build a night, which on Sundays does the weekly work as well."
  }

  assert {
    condition = alltrue([
      for each in aws_scheduler_schedule.this : each.target[0].retry_policy[0].maximum_retry_attempts <= 3 &&
      each.target[0].arn == "arn:aws:scheduler:::aws-sdk:codebuild:startBuild" && each.flexible_time_window[0].mode == "OFF"
    ])
    error_message = "It starts a build, on time, and does not try for a day."
  }

  assert {
    condition = {
      for line in split("\n", trimspace(output.env)) : split("=", line)[0] => split("=", line)[1]
      } == {
      AWS_REGION           = "eu-west-1"
      AWS_DEFAULT_REGION   = "eu-west-1"
      STEDI_SCHEMA         = "stedi"
      STEDI_WORK_GROUP     = "stedi-build"
      STEDI_ATHENA_RESULTS = "s3://stedi-results-111122223333/athena/"
      STEDI_ATHENA_DATA    = "s3://stedi-lake-111122223333/stedi/"
      STEDI_LANDING        = "s3://stedi-landing-111122223333/stedi"
      STEDI_SECRET         = "s3://stedi-secret-111122223333/stedi"
      READER_WORK_GROUP    = "stedi-read"
      PRIVACY_WORK_GROUP   = "stedi-privacy"
      SECRET_BUCKET        = "stedi-secret-111122223333"
      STEDI_TOPIC          = aws_sns_topic.alarms.arn
    }
    error_message = "A line for each setting, as a shell and dbt read it."
  }

  assert {
    condition = output.profiles == join("", flatten([
      for role in ["build", "privacy", "read"] : [
        for setting in [
          "region eu-west-1", "role_arn arn:aws:iam::111122223333:role/mock",
          "source_profile \"$${ADMIN:-default}\"",
        ] : "aws configure set profile.stedi-${role}.${setting}\n"
      ]
    ]))
    error_message = "A profile for each role, set by the CLI itself."
  }
}

run "not_scheduled" {
  variables {
    is_scheduled = false
  }

  assert {
    condition = (
      alltrue([for each in aws_scheduler_schedule.this : each.state == "DISABLED"]) &&
      !aws_cloudwatch_metric_alarm.no_build.actions_enabled
    )
    error_message = "Nothing starts by itself, and nobody is woken for it."
  }
}

run "a_second_lakehouse" {
  variables {
    name   = "stedi-dev"
    schema = "dev"
  }

  assert {
    condition = alltrue([
      for name in concat(
        values(aws_s3_bucket.this)[*].bucket, values(aws_athena_workgroup.this)[*].name,
        values(aws_iam_role.this)[*].name, [aws_codebuild_project.nightly.name, aws_sns_topic.alarms.name]
      ) : startswith(name, "stedi-dev-")
    ])
    error_message = "Every name begins with its name, so that it meets nothing of the first."
  }
}
