# landing, lake (the tables), results of queries, secret (the pepper); and for the nightly build its
# code and its artifacts. All are private, encrypted, unversioned and reached by TLS only.

locals {
  # What a build can make again goes with the stack; landing and pepper only where it is said.
  is_derived = { for kind in keys(local.bucket) : kind => !contains(["landing", "secret"], kind) }

  # Never the lake: an Iceberg table needs its files, however old.
  expiry_days = { results = var.results_days, artifacts = 30 }

  encryption = var.kms_key_arn == null ? "AES256" : "aws:kms"

  tls_only = {
    for kind, name in local.bucket : kind => {
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${name}", "arn:aws:s3:::${name}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }
  }

  # The build alone reads the pepper, not even the administrator does, who alone writes it.
  only = {
    for sid, rule in {
      TheBuildReads          = { actions = ["s3:GetObject", "s3:GetObjectVersion"], arn = local.role_arn.build }
      TheAdministratorWrites = { actions = ["s3:PutObject", "s3:DeleteObject"], arn = var.administrator_arn }
      } : sid => {
      Sid       = sid
      Effect    = "Deny"
      Principal = "*"
      Action    = rule.actions
      Resource  = "arn:aws:s3:::${local.bucket.secret}/*"
      Condition = { ArnNotEquals = { "aws:PrincipalArn" = rule.arn } }
    }
  }
}

resource "aws_s3_bucket" "this" {
  for_each = local.bucket

  bucket        = each.value
  force_destroy = local.is_derived[each.key] || var.delete_data_on_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.tls_only[each.key]], each.key == "secret" ? values(local.only) : [])
  })
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket

  rule {
    bucket_key_enabled = var.kms_key_arn == null ? null : true # else each object asks KMS, for money

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.encryption
      kms_master_key_id = var.kms_key_arn
    }
  }
}

# In a versioned bucket a delete only adds a marker, and an erased person's bytes would stay. Here so
# that a plan shows if somebody has turned it on.
resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket

  versioning_configuration {
    status = "Disabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket

  rule {
    id     = "leave-no-leftovers"
    status = "Enabled"

    filter {
      prefix = ""
    }

    dynamic "expiration" {
      for_each = contains(keys(local.expiry_days), each.key) ? [local.expiry_days[each.key]] : []

      content {
        days = expiration.value
      }
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    # Should somebody turn versioning on.
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }
}
