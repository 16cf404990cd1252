output "env" {
  description = "Where dbt and the scripts find everything; `make deploy` writes it to infra/.env. It holds no secret."
  value = join("", [
    for name, value in merge(local.settings, {
      AWS_REGION         = var.region
      AWS_DEFAULT_REGION = var.region # boto3 knows only this name
      READER_WORK_GROUP  = local.work_groups.read.name
      PRIVACY_WORK_GROUP = local.work_groups.privacy.name
      SECRET_BUCKET      = local.bucket.secret
      STEDI_TOPIC        = aws_sns_topic.alarms.arn
    }) : "${name}=${value}\n"
  ])
}

output "profiles" {
  description = "terraform output -raw profiles | sh: makes the roles profiles of the AWS CLI; your own profile is `default`, or ADMIN names it."
  value = join("", flatten([
    for role in values(aws_iam_role.this) : [
      for key, value in { region = var.region, role_arn = role.arn, source_profile = "\"$${ADMIN:-default}\"" } :
      "aws configure set profile.${role.name}.${key} ${value}\n"
    ]
  ]))
}

output "roles" {
  description = "ARNs of the roles: of the build, of data scientists, of the privacy office."
  value       = { for role, each in aws_iam_role.this : role => each.arn }
}

output "github_role" {
  description = "The role that the GitHub workflow takes to upload the code; null without a repository."
  value       = one(values(aws_iam_role.github)[*].arn)
}

output "code" {
  description = "Where a zip of the code goes: git archive --format zip --output stedi.zip TAG"
  value       = "s3://${aws_s3_bucket.this["code"].bucket}/${local.code_key}"
}

output "project" {
  description = "The CodeBuild project: aws codebuild start-build --project-name PROJECT"
  value       = aws_codebuild_project.nightly.name
}

output "alarms" {
  description = "The topic of all alarms."
  value       = aws_sns_topic.alarms.arn
}
