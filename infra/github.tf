# GitHub may put a tagged commit into the code bucket, and nothing else: no key of AWS is kept there.

locals {
  github_host = "token.actions.githubusercontent.com"
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_repository != null && !var.has_github_provider ? 1 : 0

  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "github" {
  for_each = var.github_repository == null ? toset([]) : toset(["github"])

  name = "${var.name}-github"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::${local.account_id}:oidc-provider/${local.github_host}" }
      Condition = {
        StringEquals = { "${local.github_host}:aud" = "sts.amazonaws.com" }
        # No branch and no pull request: tags, which GitHub's rules can protect.
        StringLike = { "${local.github_host}:sub" = "repo:${var.github_repository}:ref:refs/tags/v*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "github" {
  for_each = aws_iam_role.github

  name = "upload"
  role = each.value.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "UploadTheCode"
      Effect   = "Allow"
      Action   = "s3:PutObject"
      Resource = "arn:aws:s3:::${local.bucket.code}/${local.code_key}"
    }]
  })
}
