"""Changes of the module that break a promise, and the promise that must then fail."""

from __future__ import annotations

from typing import NamedTuple


class Sabotage(NamedTuple):
    """A text of a file of infra/, what takes its place, and what `terraform test` must say."""

    name: str
    file: str
    old: str
    new: str
    says: str


def run_fails(name: str) -> str:
    return f'run "{name}"... fail'


ENVIRONMENT_OF_BUILD = "for_each = merge(local.settings, {"
CODE_BUILD = (
    'Condition = { StringEquals = { "aws:SourceAccount" = local.account_id, '
    '"aws:SourceArn" = local.project_arn } }'
)
PRECONDITION = 'can(regex("^arn:aws:iam::${local.account_id}:(user|role)/[^*?]+$", arn))'
STATEMENTS = "Statement = concat([local.tls_only[each.key]], "

SABOTAGES = [
    Sabotage(
        "a bucket may become public",
        "buckets.tf",
        "block_public_policy     = true",
        "block_public_policy     = false",
        "No bucket can become public.",
    ),
    Sabotage(
        "a public bucket",
        "buckets.tf",
        STATEMENTS,
        STATEMENTS
        + '[merge(local.tls_only[each.key], { Effect = "Allow", Action = "s3:GetObject" })], ',
        "No bucket's policy allows anything",
    ),
    Sabotage(
        "no TLS needed",
        "buckets.tf",
        '"aws:SecureTransport" = "false"',
        '"aws:SecureTransport" = "true"',
        "Every bucket refuses what does not come by TLS.",
    ),
    Sabotage(
        "a bucket is not encrypted",
        "buckets.tf",
        'side_encryption_configuration" "this" {\n  for_each = aws_s3_bucket.this',
        'side_encryption_configuration" "this" {\n'
        '  for_each = { for kind, each in aws_s3_bucket.this : kind => each if kind != "lake" }',
        "Every bucket is encrypted, with S3's own keys.",
    ),
    Sabotage(
        "versions are kept",
        "buckets.tf",
        'status = "Disabled"',
        'status = "Enabled"',
        "No bucket keeps what was deleted",
    ),
    Sabotage(
        "results stay",
        "buckets.tf",
        "results = var.results_days, ",
        "",
        "Results expire after two days",
    ),
    Sabotage(
        "the lake expires",
        "buckets.tf",
        "artifacts = 30 }",
        "artifacts = 30, lake = 30 }",
        "Results expire after two days",
    ),
    Sabotage(
        "parts of uploads stay",
        "buckets.tf",
        "days_after_initiation = 1",
        "days_after_initiation = 30",
        "Neither parts of an upload nor old versions stay",
    ),
    Sabotage(
        "anybody with rights reads the pepper",
        "buckets.tf",
        "values(local.only)",
        "[]",
        "The build alone reads the pepper",
    ),
    Sabotage(
        "readers may read the pepper",
        "buckets.tf",
        "arn = local.role_arn.build }",
        "arn = local.role_arn.read }",
        "The build alone reads the pepper",
    ),
    Sabotage(
        "destroy takes landing",
        "buckets.tf",
        "|| var.delete_data_on_destroy",
        "|| true",
        "Destroy stops before landing and pepper",
    ),
    Sabotage(
        "results stay as long as one likes",
        "variables.tf",
        "var.results_days <= 7",
        "var.results_days <= 3650",
        run_fails("results_stay_no_month"),
    ),
    Sabotage(
        "no cutoff",
        "workgroups.tf",
        "= var.cutoff_bytes",
        "= null",
        "Athena ends a query at 10 GiB",
    ),
    Sabotage(
        "readers choose where results go",
        "workgroups.tf",
        'results = "readers", is_enforced = true',
        'results = "readers", is_enforced = false',
        "Each role has a workgroup and a results prefix of its own",
    ),
    Sabotage(
        "a role shares the results of another",
        "workgroups.tf",
        'results = "readers"',
        'results = "privacy"',
        "Each role has a workgroup and a results prefix of its own",
    ),
    Sabotage(
        "every action",
        "build.tf",
        'Action   = "sns:Publish"',
        'Action   = "sns:*"',
        "Every action is named in full",
    ),
    Sabotage(
        "a role changes its rights",
        "build.tf",
        '"logs:PutLogEvents"]',
        '"logs:PutLogEvents", "iam:PutRolePolicy"]',
        "No role may change rights",
    ),
    Sabotage(
        "every resource",
        "build.tf",
        'Action   = "codebuild:StartBuild"\n      Resource = local.project_arn',
        'Action   = "codebuild:StartBuild"\n      Resource = "*"',
        "Every resource is this project's",
    ),
    Sabotage(
        "the schedule may do more",
        "build.tf",
        'Action   = "codebuild:StartBuild"',
        'Action   = ["codebuild:StartBuild", "codebuild:UpdateProject"]',
        "The schedule may start this build, and nothing else.",
    ),
    Sabotage(
        "readers get the privacy office's rights",
        "roles.tf",
        '"athena_reader_policy.json"',
        '"athena_privacy_policy.json"',
        "The rights of build, readers and privacy office",
    ),
    Sabotage(
        "the build writes any artifact and code",
        "build.tf",
        "${local.bucket.artifacts}/*",
        "stedi-*/*",
        "The nightly build may besides",
    ),
    Sabotage(
        "anybody takes a role",
        "roles.tf",
        "Principal = { AWS = arns }",
        'Principal = { AWS = "*" }',
        "Named people, and this account's CodeBuild project",
    ),
    Sabotage(
        "CodeBuild of another account takes the role",
        "roles.tf",
        CODE_BUILD,
        "Condition = {}",
        "Named people, and this account's CodeBuild project",
    ),
    Sabotage(
        "another account takes a role",
        "roles.tf",
        PRECONDITION,
        'can(regex("^arn:aws:iam::[0-9]{12}:(user|role)/[^*?]+$", arn))',
        run_fails("another_account"),
    ),
    Sabotage(
        "a whole account takes a role",
        "roles.tf",
        PRECONDITION,
        'can(regex("^arn:aws:iam::${local.account_id}:(root|(user|role)/[^*?]+)$", arn))',
        run_fails("a_whole_account"),
    ),
    Sabotage(
        "all roles of the account take a role",
        "roles.tf",
        PRECONDITION,
        'can(regex("^arn:aws:iam::${local.account_id}:(user|role)/.+$", arn))',
        run_fails("anybody"),
    ),
    Sabotage(
        "another account's schedule takes the role",
        "build.tf",
        '"aws:SourceAccount" = local.account_id\n        "aws:SourceArn"',
        '"aws:SourceArn"',
        "This account's schedules only.",
    ),
    Sabotage(
        "any branch of the repository",
        "github.tf",
        ":ref:refs/tags/v*",
        ":*",
        "Tags v* of this repository only.",
    ),
    Sabotage(
        "any audience",
        "github.tf",
        'StringEquals = { "${local.github_host}:aud" = "sts.amazonaws.com" }',
        "StringEquals = {}",
        "Tags v* of this repository only.",
    ),
    Sabotage(
        "GitHub writes more than the code",
        "github.tf",
        "${local.bucket.code}/${local.code_key}",
        "${local.bucket.code}/*",
        "GitHub may upload the code, and nothing else.",
    ),
    Sabotage(
        "any repository",
        "variables.tf",
        "/[A-Za-z0-9._-]+(",
        "/[A-Za-z0-9._*-]+(",
        run_fails("any_repository"),
    ),
    Sabotage(
        "builds at once",
        "build.tf",
        "  concurrent_build_limit = 1\n",
        "",
        "Never two builds at once.",
    ),
    Sabotage(
        "a build without end",
        "build.tf",
        "build_timeout = var.build_minutes",
        "build_timeout = 2160",
        "A build that does not end is ended.",
    ),
    Sabotage(
        "code from elsewhere",
        "build.tf",
        'location  = "${aws_s3_bucket.this["code"].bucket}/',
        'location  = "elsewhere/',
        "The code is the zip that GitHub may put there.",
    ),
    Sabotage(
        "a machine that is root of its host",
        "build.tf",
        'compute_type = "BUILD_GENERAL1_SMALL"',
        'compute_type = "BUILD_GENERAL1_SMALL"\n    privileged_mode = true',
        "The smallest machine",
    ),
    Sabotage(
        "a secret among the settings",
        "build.tf",
        ENVIRONMENT_OF_BUILD,
        ENVIRONMENT_OF_BUILD + ' STEDI_PEPPER = "0123456789"',
        "Its settings are places, never a secret.",
    ),
    Sabotage(
        "logs stay",
        "build.tf",
        "retention_in_days = 30",
        "retention_in_days = 3653",
        "Logs are kept for 30 days.",
    ),
    Sabotage(
        "logs go elsewhere",
        "build.tf",
        "group_name = aws_cloudwatch_log_group.build.name",
        'group_name = "elsewhere"',
        "It logs to the group whose age is limited.",
    ),
    Sabotage(
        "two builds on a Sunday",
        "build.tf",
        'days = "MON-SAT"',
        'days = "*"',
        "One build a night",
    ),
    Sabotage(
        "a start is tried for a day",
        "build.tf",
        "maximum_retry_attempts       = 3",
        "maximum_retry_attempts       = 185",
        "does not try for a day",
    ),
    Sabotage(
        "no word is taken for a good one",
        "alarms.tf",
        'treat_missing_data  = "breaching"',
        'treat_missing_data  = "notBreaching"',
        "A night without a word is a night without a build.",
    ),
    Sabotage(
        "the alarm waits a week",
        "alarms.tf",
        "datapoints_to_alarm = 26",
        "datapoints_to_alarm = 20",
        "It rings where none has for 26 hours.",
    ),
    Sabotage(
        "failed builds count",
        "alarms.tf",
        '"SucceededBuilds"',
        '"Builds"',
        "It counts builds of this project that succeeded.",
    ),
    Sabotage(
        "nobody hears the alarm",
        "alarms.tf",
        "actions_enabled   = var.is_scheduled",
        "actions_enabled   = false",
        "Somebody hears that there was no build.",
    ),
    Sabotage(
        "only the build's bytes are watched",
        "alarms.tf",
        '"bytes" {\n  for_each = aws_athena_workgroup.this',
        '"bytes" {\n'
        '  for_each = { for k, each in aws_athena_workgroup.this : k => each if k == "build" }',
        "Each workgroup has an alarm of the bytes",
    ),
    Sabotage(
        "a build that timed out is not told",
        "alarms.tf",
        '"CLIENT_ERROR", "FAULT", "TIMED_OUT"]',
        '"CLIENT_ERROR", "FAULT"]',
        "What the build cannot tell itself is told",
    ),
    Sabotage(
        "nobody hears of a broken build",
        "alarms.tf",
        '"A build that could not tell itself what failed"',
        '"A build that could not tell itself what failed"\n  state       = "DISABLED"',
        "Somebody hears of a broken build.",
    ),
    Sabotage(
        "alarms of another account",
        "alarms.tf",
        'Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }',
        "Condition = {}",
        "AWS's alarms of this account may publish",
    ),
    Sabotage(
        "nobody gets a mail",
        "alarms.tf",
        "for_each = var.alarm_emails",
        "for_each = toset([])",
        "The people named get them by mail.",
    ),
    Sabotage(
        "nobody is told of money",
        "budget.tf",
        "for_each = { ACTUAL = 80, FORECASTED = 100 }",
        "for_each = {}",
        "At 80 % of the month's budget",
    ),
]
