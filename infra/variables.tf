# Without a default: what only you know. terraform.tfvars.example has them.

variable "region" {
  description = "Where everything is. No default: a plan made in another region would build all of it a second time."
  type        = string
}

variable "administrator_arn" {
  description = "The user or role that applies this, writes the pepper, and may take each role until you name others. Its account is the account."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:iam::[0-9]{12}:(user|role)/[^*?]+$", var.administrator_arn))
    error_message = "The ARN of one IAM user or role: arn:aws:iam::ACCOUNT:user/NAME. Never the account's root. For …:assumed-role/NAME/…: aws iam get-role --role-name NAME --query Role.Arn"
  }
}

variable "alarm_emails" {
  description = "Who reads the alarms; each address must confirm the first mail. No default: an alarm without a reader is none."
  type        = set(string)
}

# Names.

variable "name" {
  description = "The beginning of all names, so that a second lakehouse (e.g. stedi-dev) fits into one account."
  type        = string
  default     = "stedi"

  validation {
    # The longest bucket name is <name>-artifacts-<12 digits>, of at most 63 characters.
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "Lower-case letters, digits and hyphens, 31 at most, a letter first: bucket names are made of it."
  }
}

variable "schema" {
  description = "The prefix of the Glue databases. Of two in one account neither may begin with the other and _, because permissions go by prefix."
  type        = string
  default     = "stedi"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,99}$", var.schema))
    error_message = "Lower-case letters, digits and _, a letter first."
  }
}

variable "tags" {
  description = "Tags on everything, beside Project."
  type        = map(string)
  default     = {}
}

# Who may take which role.

variable "builders" {
  description = "ARNs of users or roles that may build by hand. None named: the administrator. CodeBuild always may."
  type        = set(string)
  default     = []
}

variable "readers" {
  description = "ARNs of the data scientists' users or roles, who read the research zone. None named: the administrator, to try it."
  type        = set(string)
  default     = []
}

variable "privacy_officers" {
  description = "ARNs of the privacy office's users or roles, who read all zones. None named: the administrator, to try it."
  type        = set(string)
  default     = []
}

# Data and what queries may cost.

variable "results_days" {
  description = "Days after which results of queries, which hold rows about people, are deleted."
  type        = number
  default     = 2 # time to fetch a result

  validation {
    condition     = var.results_days >= 1 && var.results_days <= 7
    error_message = "From 1 to 7 days: results hold personal data."
  }
}

variable "cutoff_bytes" {
  description = "Bytes at which Athena ends a query."
  type        = number
  default     = 10737418240 # 10 GiB, 5 cents: ten times the largest statement at 100 times the default data

  validation {
    condition     = var.cutoff_bytes >= 10000000
    error_message = "The smallest cutoff that Athena accepts is 10000000 bytes."
  }
}

variable "daily_bytes" {
  description = "Bytes that a workgroup reads in a day before its alarm rings."
  type        = number
  default     = 107374182400 # 100 GiB, 50 cents; a build of the default data reads 25 MB
}

variable "monthly_budget_usd" {
  description = "Alarm at 80 % of it (of what the whole account spends on these services), and where the month is forecast to exceed it. 0: no budget."
  type        = number
  default     = 20 # a build a night costs about 2 USD a month, at 100 times the data about 3
}

variable "kms_key_arn" {
  description = "A KMS key of your own for the buckets and the results. Null: S3's own keys, which cost nothing. Its key policy must let this account's IAM decide."
  type        = string
  default     = null
}

variable "delete_data_on_destroy" {
  description = "Whether destroy may delete landing and pepper, which nothing can make again. It must be applied first."
  type        = bool
  default     = false
}

# The nightly build.

variable "build_hour" {
  description = "Hour of the day (UTC) at which the build starts, at half past."
  type        = number
  default     = 2 # after midnight UTC, when a day of arrival is complete

  validation {
    condition     = contains(range(24), var.build_hour)
    error_message = "A whole hour from 0 to 23."
  }
}

variable "build_minutes" {
  description = "Minutes after which a build is ended."
  type        = number
  default     = 60 # a build of the default data takes some 10; an endless one costs 20 cents an hour
}

variable "is_scheduled" {
  description = "Whether the build starts by itself. False: no schedule, and the alarm that no build came is off."
  type        = bool
  default     = true
}

variable "github_repository" {
  description = "The repository whose tags v* may upload the code, as GitHub's token names it: OWNER@ID/NAME@ID, or OWNER/NAME if it is older than July 2026 (docs/athena.md). Null: you upload it by hand."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))
    error_message = "OWNER@ID/NAME@ID, or OWNER/NAME, of one repository."
  }
}

variable "has_github_provider" {
  description = "Whether the account already has GitHub's identity provider, of which it can have one."
  type        = bool
  default     = false
}

# The network: the build needs none of its own.

variable "s3_endpoint" {
  description = "A VPC and its route tables that reach S3 by a gateway endpoint, for jobs of yours in that VPC. It costs nothing."
  type        = object({ vpc_id = string, route_table_ids = set(string) })
  default     = null
}
