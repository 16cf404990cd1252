terraform {
  required_version = ">= 1.8" # OpenTofu, too

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = var.region
  # With another account's keys, plan and apply end here.
  allowed_account_ids = [local.account_id]

  default_tags {
    tags = merge({ Project = var.name }, var.tags)
  }
}
