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

run "another_account" {
  command = plan
  variables {
    readers = ["arn:aws:iam::444455556666:role/DataScientist"]
  }
  expect_failures = [aws_iam_role.this]
}

run "a_whole_account" {
  command = plan
  variables {
    builders = ["arn:aws:iam::111122223333:root"]
  }
  expect_failures = [aws_iam_role.this]
}

run "anybody" {
  command = plan
  variables {
    privacy_officers = ["arn:aws:iam::111122223333:role/*"]
  }
  expect_failures = [aws_iam_role.this]
}

run "the_root_user" {
  command = plan
  variables {
    administrator_arn = "arn:aws:iam::111122223333:root"
  }
  expect_failures = [var.administrator_arn]
}

run "any_repository" {
  command = plan
  variables {
    github_repository = "example/*"
  }
  expect_failures = [var.github_repository]
}

run "results_stay_no_month" {
  command = plan
  variables {
    results_days = 30
  }
  expect_failures = [var.results_days]
}
