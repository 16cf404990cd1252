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

run "alarms" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_build.treat_missing_data == "breaching"
    error_message = "A night without a word is a night without a build."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_build.namespace == "AWS/CodeBuild" &&
      aws_cloudwatch_metric_alarm.no_build.metric_name == "SucceededBuilds" &&
      aws_cloudwatch_metric_alarm.no_build.dimensions == tomap({ ProjectName = "stedi-nightly" }) &&
      aws_cloudwatch_metric_alarm.no_build.statistic == "Sum" &&
      aws_cloudwatch_metric_alarm.no_build.comparison_operator == "LessThanThreshold" &&
      aws_cloudwatch_metric_alarm.no_build.threshold == 1
    )
    error_message = "It counts builds of this project that succeeded."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_build.period == 3600 &&
      aws_cloudwatch_metric_alarm.no_build.evaluation_periods == 26 &&
      aws_cloudwatch_metric_alarm.no_build.datapoints_to_alarm == 26
    )
    error_message = "It rings where none has for 26 hours."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_build.actions_enabled &&
      aws_cloudwatch_metric_alarm.no_build.alarm_actions == toset([aws_sns_topic.alarms.arn])
    )
    error_message = "Somebody hears that there was no build."
  }

  assert {
    condition = {
      for role, each in aws_cloudwatch_metric_alarm.bytes : role => [
        each.namespace, each.metric_name, each.dimensions["WorkGroup"], each.statistic,
        tostring(each.period), each.comparison_operator, tostring(each.threshold), each.alarm_actions
      ]
      } == {
      for role in ["build", "privacy", "read"] : role => [
        "AWS/Athena", "ProcessedBytes", "stedi-${role}", "Sum", "86400", "GreaterThanThreshold", "107374182400",
        toset([aws_sns_topic.alarms.arn])
      ]
    }
    error_message = "Each workgroup has an alarm of the bytes that it reads in a day."
  }

  assert {
    condition = jsonencode([for rule in aws_cloudwatch_event_rule.broken_build : jsondecode(rule.event_pattern)]) == jsonencode([
      {
        source        = ["aws.codebuild"]
        "detail-type" = ["CodeBuild Build Phase Change"]
        detail = {
          "project-name" = ["stedi-nightly"]
          "$or" = [
            { "completed-phase-status" = ["CLIENT_ERROR", "FAULT", "TIMED_OUT"] },
            { "completed-phase-status" = ["FAILED"], "completed-phase" = [{ "anything-but" = ["BUILD"] }] },
          ]
        }
      },
      {
        source        = ["aws.codebuild"]
        "detail-type" = ["CodeBuild Build State Change"]
        detail = {
          "project-name" = ["stedi-nightly"]
          "build-status" = ["FAULT", "STOPPED", "TIMED_OUT"]
        }
      },
    ])
    error_message = "What the build cannot tell itself is told: that it was ended, or did not come as far as dbt."
  }

  assert {
    condition = alltrue([
      for kind, rule in aws_cloudwatch_event_rule.broken_build :
      rule.state != "DISABLED" &&
      aws_cloudwatch_event_target.broken_build[kind].arn == aws_sns_topic.alarms.arn &&
      aws_cloudwatch_event_target.broken_build[kind].rule == rule.name
    ])
    error_message = "Somebody hears of a broken build."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement :
      [statement.Effect, statement.Principal, statement.Action, statement.Resource, statement.Condition]
      ] == [
      [
        "Allow", { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }, "sns:Publish",
        "arn:aws:sns:eu-west-1:111122223333:stedi-alarms",
        { StringEquals = { "aws:SourceAccount" = "111122223333" } }
      ],
      [
        "Allow", { Service = "events.amazonaws.com" }, "sns:Publish",
        "arn:aws:sns:eu-west-1:111122223333:stedi-alarms",
        { ArnEquals = { "aws:SourceArn" = [for rule in aws_cloudwatch_event_rule.broken_build : rule.arn] } }
      ],
    ]
    error_message = "AWS's alarms of this account may publish, and nobody may subscribe."
  }

  assert {
    condition = {
      for address, each in aws_sns_topic_subscription.email : address => [each.protocol, each.endpoint, each.topic_arn]
      } == {
      "oncall@example.com" = ["email", "oncall@example.com", aws_sns_topic.alarms.arn]
    }
    error_message = "The people named get them by mail."
  }

  assert {
    condition = (
      aws_budgets_budget.monthly[0].budget_type == "COST" &&
      aws_budgets_budget.monthly[0].time_unit == "MONTHLY" &&
      aws_budgets_budget.monthly[0].limit_amount == "20" &&
      toset([
        for each in aws_budgets_budget.monthly[0].notification :
        "${each.notification_type} ${each.comparison_operator} ${each.threshold} ${each.threshold_type} ${join(",", each.subscriber_sns_topic_arns)}"
        ]) == toset([
        "ACTUAL GREATER_THAN 80 PERCENTAGE ${aws_sns_topic.alarms.arn}",
        "FORECASTED GREATER_THAN 100 PERCENTAGE ${aws_sns_topic.alarms.arn}",
      ])
    )
    error_message = "At 80 % of the month's budget, and where the forecast exceeds it, somebody hears it."
  }
}

run "no_budget" {
  variables {
    monthly_budget_usd = 0
  }

  assert {
    condition     = length(aws_budgets_budget.monthly) == 0
    error_message = "0 USD means none."
  }
}

run "s3_endpoint" {
  variables {
    s3_endpoint = { vpc_id = "vpc-1", route_table_ids = ["rtb-1"] }
  }

  assert {
    condition = (
      aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.eu-west-1.s3" &&
      aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway" &&
      aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-1"])
    )
    error_message = "A VPC of yours reaches S3 without the internet."
  }
}
