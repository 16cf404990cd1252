"""Changes of the module that break a promise each, and what `terraform test` must say then."""

from __future__ import annotations

STATEMENTS = "Statement = concat([local.tls_only[each.key]], "
SETTINGS = "for_each = merge(local.settings, {"

# What is said -> a file of infra/, a text that it has once, what takes its place.
SABOTAGES = {
    "No bucket can become public.": (
        "buckets.tf",
        "block_public_policy     = true",
        "block_public_policy     = false",
    ),
    "No bucket's policy allows anything": (
        "buckets.tf",
        STATEMENTS,
        STATEMENTS
        + '[merge(local.tls_only[each.key], { Effect = "Allow", Action = "s3:GetObject" })], ',
    ),
    "Every bucket refuses what does not come by TLS.": (
        "buckets.tf",
        '"aws:SecureTransport" = "false"',
        '"aws:SecureTransport" = "true"',
    ),
    "Every bucket is encrypted, with S3's own keys.": (
        "buckets.tf",
        'side_encryption_configuration" "this" {\n  for_each = aws_s3_bucket.this',
        'side_encryption_configuration" "this" {\n'
        '  for_each = { for kind, each in aws_s3_bucket.this : kind => each if kind != "lake" }',
    ),
    "No bucket keeps what was deleted": ("buckets.tf", 'status = "Disabled"', 'status = "Enabled"'),
    "Results expire after two days": ("buckets.tf", "results = var.results_days, ", ""),
    "Neither parts of an upload nor old versions stay": (
        "buckets.tf",
        "days_after_initiation = 1",
        "days_after_initiation = 30",
    ),
    "The build alone reads the pepper": ("buckets.tf", "values(local.only)", "[]"),
    "Destroy stops before landing and pepper": (
        "buckets.tf",
        "|| var.delete_data_on_destroy",
        "|| true",
    ),
    "Athena ends a query at 10 GiB": ("workgroups.tf", "= var.cutoff_bytes", "= null"),
    "Each role has a workgroup and a results prefix of its own": (
        "workgroups.tf",
        'results = "readers", is_enforced = true',
        'results = "readers", is_enforced = false',
    ),
    "The schedule may start this build, and nothing else.": (
        "build.tf",
        'Action   = "codebuild:StartBuild"',
        'Action   = ["codebuild:StartBuild", "codebuild:UpdateProject"]',
    ),
    "The rights of build, readers and privacy office": (
        "roles.tf",
        '"athena_reader_policy.json"',
        '"athena_privacy_policy.json"',
    ),
    "The nightly build may besides": ("build.tf", "${local.bucket.artifacts}/*", "stedi-*/*"),
    "Named people, and this account's CodeBuild project": (
        "roles.tf",
        "Principal = { AWS = arns }",
        'Principal = { AWS = "*" }',
    ),
    'run "another_account"... fail': (
        "roles.tf",
        'can(regex("^arn:aws:iam::${local.account_id}:(user|role)/[^*?]+$", arn))',
        'can(regex("^arn:aws:iam::[0-9]{12}:(user|role)/[^*?]+$", arn))',
    ),
    "This account's schedules only.": (
        "build.tf",
        '"aws:SourceAccount" = local.account_id\n        "aws:SourceArn"',
        '"aws:SourceArn"',
    ),
    "Tags v* of this repository only.": ("github.tf", ":ref:refs/tags/v*", ":*"),
    "GitHub may upload the code, and nothing else.": (
        "github.tf",
        "${local.bucket.code}/${local.code_key}",
        "${local.bucket.code}/*",
    ),
    "Never two builds at once.": ("build.tf", "  concurrent_build_limit = 1\n", ""),
    "A build that does not end is ended.": (
        "build.tf",
        "build_timeout = var.build_minutes",
        "build_timeout = 2160",
    ),
    "The code is the zip that GitHub may put there.": (
        "build.tf",
        'location  = "${aws_s3_bucket.this["code"].bucket}/',
        'location  = "elsewhere/',
    ),
    "The smallest machine": (
        "build.tf",
        'compute_type = "BUILD_GENERAL1_SMALL"',
        'compute_type = "BUILD_GENERAL1_SMALL"\n    privileged_mode = true',
    ),
    "Its settings are places, never a secret.": (
        "build.tf",
        SETTINGS,
        SETTINGS + ' STEDI_PEPPER = "0123456789"',
    ),
    "Logs are kept for 30 days.": (
        "build.tf",
        "retention_in_days = 30",
        "retention_in_days = 3653",
    ),
    "It logs to the group whose age is limited.": (
        "build.tf",
        "group_name = aws_cloudwatch_log_group.build.name",
        'group_name = "elsewhere"',
    ),
    "One build a night": ("build.tf", 'days = "MON-SAT"', 'days = "*"'),
    "does not try for a day": (
        "build.tf",
        "maximum_retry_attempts       = 3",
        "maximum_retry_attempts       = 185",
    ),
    "A night without a word is a night without a build.": (
        "alarms.tf",
        'treat_missing_data  = "breaching"',
        'treat_missing_data  = "notBreaching"',
    ),
    "It rings where none has for 26 hours.": (
        "alarms.tf",
        "datapoints_to_alarm = 26",
        "datapoints_to_alarm = 20",
    ),
    "It counts builds of this project that succeeded.": (
        "alarms.tf",
        '"SucceededBuilds"',
        '"Builds"',
    ),
    "Somebody hears that there was no build.": (
        "alarms.tf",
        "actions_enabled   = var.is_scheduled",
        "actions_enabled   = false",
    ),
    "Each workgroup has an alarm of the bytes": (
        "alarms.tf",
        '"bytes" {\n  for_each = aws_athena_workgroup.this',
        '"bytes" {\n'
        '  for_each = { for k, each in aws_athena_workgroup.this : k => each if k == "build" }',
    ),
    "What the build cannot tell itself is told": (
        "alarms.tf",
        '"CLIENT_ERROR", "FAULT", "TIMED_OUT"]',
        '"CLIENT_ERROR", "FAULT"]',
    ),
    "Somebody hears of a broken build.": (
        "alarms.tf",
        '"A build that could not tell itself what failed"',
        '"A build that could not tell itself what failed"\n  state       = "DISABLED"',
    ),
    "AWS's alarms of this account may publish": (
        "alarms.tf",
        'Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }',
        "Condition = {}",
    ),
    "The people named get them by mail.": (
        "alarms.tf",
        "for_each = var.alarm_emails",
        "for_each = toset([])",
    ),
    "At 80 % of the month's budget": (
        "budget.tf",
        "for_each = { ACTUAL = 80, FORECASTED = 100 }",
        "for_each = {}",
    ),
}
