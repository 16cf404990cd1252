# Two tiers. A notice for each build that failed, with the names of what failed. And an alarm for the
# night in which nothing said so: no build has succeeded.

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  # Not encrypted with SNS's own key, with which CloudWatch could not publish. No message has a row.
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
      {
        Sid       = "BrokenBuilds"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for rule in aws_cloudwatch_event_rule.broken_build : rule.arn] } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# CodeBuild counts builds that succeeded; where none ran it counts nothing, and that is the worst case.
resource "aws_cloudwatch_metric_alarm" "no_build" {
  alarm_name        = "${var.name}-no-build"
  alarm_description = "No build has succeeded for 26 hours: the tables are of yesterday or older, and a withdrawal of consent waits. docs/runbooks/no_build.md"
  actions_enabled   = var.is_scheduled
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]

  namespace   = "AWS/CodeBuild"
  metric_name = "SucceededBuilds"
  dimensions  = { ProjectName = aws_codebuild_project.nightly.name }
  statistic   = "Sum"

  # Each of the last 26 hours without one: a day, and two hours for a build that is slow or repeated.
  period              = 3600
  evaluation_periods  = 26
  datapoints_to_alarm = 26
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
}

resource "aws_cloudwatch_metric_alarm" "bytes" {
  for_each = aws_athena_workgroup.this

  alarm_name        = "${each.value.name}-bytes"
  alarm_description = "Queries of workgroup ${each.value.name} have read more in a day than daily_bytes allows. docs/runbooks/costs.md"
  alarm_actions     = [aws_sns_topic.alarms.arn]

  namespace   = "AWS/Athena"
  metric_name = "ProcessedBytes"
  dimensions  = { WorkGroup = each.value.name }
  statistic   = "Sum"

  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.daily_bytes
  treat_missing_data  = "notBreaching" # a day without queries is a cheap one
}

# scripts/notify_failure.py says what failed of dbt, after the phase BUILD. It cannot where the build was
# ended, never came as far as dbt, or could not tell: then CodeBuild's own events do. AWS asks for a rule for
# each of the two kinds; a limit of time shows as the status of a phase.
locals {
  broken_builds = {
    state = {
      "build-status" = ["FAULT", "STOPPED", "TIMED_OUT"]
    }
    phase = {
      "$or" = [
        { "completed-phase-status" = ["CLIENT_ERROR", "FAULT", "TIMED_OUT"] },
        { "completed-phase-status" = ["FAILED"], "completed-phase" = [{ "anything-but" = ["BUILD"] }] },
      ]
    }
  }
}

resource "aws_cloudwatch_event_rule" "broken_build" {
  for_each = local.broken_builds

  name        = "${var.name}-broken-build-${each.key}"
  description = "A build that could not tell itself what failed"
  event_pattern = jsonencode({
    source        = ["aws.codebuild"]
    "detail-type" = ["CodeBuild Build ${title(each.key)} Change"]
    detail        = merge({ "project-name" = [aws_codebuild_project.nightly.name] }, each.value)
  })
}

resource "aws_cloudwatch_event_target" "broken_build" {
  for_each = aws_cloudwatch_event_rule.broken_build

  rule = each.value.name
  arn  = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths = {
      build  = "$.detail.build-id"
      phase  = "$.detail.completed-phase"
      status = each.key == "phase" ? "$.detail.completed-phase-status" : "$.detail.build-status"
      log    = "$.detail.additional-information.logs.deep-link"
    }
    input_template = "\"The nightly build did not come to its end: <status> <phase>. Build <build>, its log: <log> What to do: docs/runbooks/build_failed.md\""
  }
}
