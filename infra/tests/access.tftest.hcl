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

run "roles" {
  assert {
    condition = alltrue([
      for role, file in {
        build = "athena_policy.json", read = "athena_reader_policy.json", privacy = "athena_privacy_policy.json"
      } :
      jsondecode(aws_iam_role_policy.this[role].policy) == jsondecode(templatefile("../docs/${file}", {
        REGION             = "eu-west-1"
        ACCOUNT_ID         = "111122223333"
        SCHEMA             = "stedi"
        WORK_GROUP         = "stedi-build"
        READER_WORK_GROUP  = "stedi-read"
        PRIVACY_WORK_GROUP = "stedi-privacy"
        LANDING_BUCKET     = "stedi-landing-111122223333"
        LAKE_BUCKET        = "stedi-lake-111122223333"
        RESULTS_BUCKET     = "stedi-results-111122223333"
        SECRET_BUCKET      = "stedi-secret-111122223333"
      }))
    ])
    error_message = "The rights of build, readers and privacy office are those of docs/athena_*.json."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.nightly.policy).Statement :
      statement.Sid => [statement.Effect, flatten([statement.Action]), statement.Resource]
      } == {
      WriteItsLog = [
        "Allow", ["logs:CreateLogStream", "logs:PutLogEvents"],
        "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codebuild/stedi-nightly:*"
      ]
      FetchItsCode        = ["Allow", ["s3:GetObject", "s3:GetObjectVersion"], "arn:aws:s3:::stedi-code-111122223333/stedi.zip"]
      KnowWhoseBucketItIs = ["Allow", ["s3:GetBucketAcl", "s3:GetBucketLocation"], "arn:aws:s3:::stedi-code-111122223333"]
      LeaveArtifacts      = ["Allow", ["s3:PutObject"], "arn:aws:s3:::stedi-artifacts-111122223333/*"]
      SayWhatFailed       = ["Allow", ["sns:Publish"], "arn:aws:sns:eu-west-1:111122223333:stedi-alarms"]
    }
    error_message = "The nightly build may besides write its log, fetch its code, leave artifacts, say what failed."
  }

  assert {
    condition = {
      for role, each in aws_iam_role.this : role => [
        for statement in jsondecode(each.assume_role_policy).Statement :
        [statement.Effect, statement.Action, statement.Principal, try(statement.Condition, null)]
      ]
      } == {
      build = [
        ["Allow", "sts:AssumeRole", { AWS = ["arn:aws:iam::111122223333:role/Administrator"] }, null],
        ["Allow", "sts:AssumeRole", { Service = "codebuild.amazonaws.com" }, { StringEquals = {
          "aws:SourceAccount" = "111122223333"
          "aws:SourceArn"     = "arn:aws:codebuild:eu-west-1:111122223333:project/stedi-nightly"
        } }],
      ]
      read    = [["Allow", "sts:AssumeRole", { AWS = ["arn:aws:iam::111122223333:role/Administrator"] }, null]]
      privacy = [["Allow", "sts:AssumeRole", { AWS = ["arn:aws:iam::111122223333:role/Administrator"] }, null]]
    }
    error_message = "Named people, and this account's CodeBuild project, nobody else."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role.scheduler.assume_role_policy).Statement :
      [statement.Effect, statement.Action, statement.Principal, statement.Condition]
      ] == [["Allow", "sts:AssumeRole", { Service = "scheduler.amazonaws.com" }, { StringEquals = {
        "aws:SourceAccount" = "111122223333"
        "aws:SourceArn"     = "arn:aws:scheduler:eu-west-1:111122223333:schedule-group/stedi"
    } }]]
    error_message = "This account's schedules only."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.scheduler.policy).Statement == [{
      Sid      = "StartTheBuild"
      Effect   = "Allow"
      Action   = "codebuild:StartBuild"
      Resource = "arn:aws:codebuild:eu-west-1:111122223333:project/stedi-nightly"
    }]
    error_message = "The schedule may start this build, and nothing else."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role.github["github"].assume_role_policy).Statement :
      [statement.Effect, statement.Action, statement.Principal, statement.Condition]
      ] == [[
        "Allow", "sts:AssumeRoleWithWebIdentity",
        { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
        {
          StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
          StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:example/stedi:ref:refs/tags/v*" }
        }
    ]]
    error_message = "Tags v* of this repository only."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.github["github"].policy).Statement == [{
      Sid      = "UploadTheCode"
      Effect   = "Allow"
      Action   = "s3:PutObject"
      Resource = "arn:aws:s3:::stedi-code-111122223333/stedi.zip"
    }]
    error_message = "GitHub may upload the code, and nothing else."
  }

  assert {
    condition = (
      aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" &&
      aws_iam_openid_connect_provider.github[0].client_id_list == toset(["sts.amazonaws.com"])
    )
    error_message = "GitHub's own identity provider."
  }
}

run "named_people" {
  variables {
    readers = ["arn:aws:iam::111122223333:role/DataScientist"]
  }

  assert {
    condition = {
      for role, each in aws_iam_role.this : role => jsondecode(each.assume_role_policy).Statement[0].Principal.AWS
      } == {
      build   = ["arn:aws:iam::111122223333:role/Administrator"]
      read    = ["arn:aws:iam::111122223333:role/DataScientist"]
      privacy = ["arn:aws:iam::111122223333:role/Administrator"]
    }
    error_message = "They take the administrator's place."
  }
}

run "no_repository" {
  variables {
    github_repository = null
  }

  assert {
    condition     = length(aws_iam_role.github) + length(aws_iam_openid_connect_provider.github) == 0
    error_message = "Without a repository GitHub has no way in."
  }
}
