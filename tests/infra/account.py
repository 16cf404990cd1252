"""What an AWS account holds, as an auditor would list it."""

from __future__ import annotations

import json
from typing import Any

import boto3
from local_athena.lifecycle import WAREHOUSE

# What an empty account of the local endpoint has.
WORK_GROUP, DATABASE, RULES = "primary", "default", "default"


def account() -> dict[str, dict[str, Any]]:
    """Buckets, workgroups and roles, each with all its settings, by their names."""
    return {"buckets": buckets(), "workgroups": work_groups(), "roles": roles()}


def buckets() -> dict[str, dict[str, Any]]:
    """Each bucket: who may do what in it, how it is encrypted, and how long things stay."""
    s3 = boto3.client("s3")
    found = {}
    for name in names(s3.list_buckets()["Buckets"], "Name", WAREHOUSE):
        lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
        found[name] = {
            "policy": statements(s3.get_bucket_policy(Bucket=name)["Policy"]),
            "encryption": [
                rule["ApplyServerSideEncryptionByDefault"] for rule in encryption["Rules"]
            ],
            "public access": s3.get_public_access_block(Bucket=name)[
                "PublicAccessBlockConfiguration"
            ],
            "lifecycle": lifecycle,
            "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
            "grants": s3.get_bucket_acl(Bucket=name)["Grants"],
        }
    return found


def work_groups() -> dict[str, dict[str, Any]]:
    """Each workgroup's configuration."""
    athena = boto3.client("athena")
    listed = names(athena.list_work_groups()["WorkGroups"], "Name", WORK_GROUP)
    return {
        name: athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"] for name in listed
    }


def roles() -> dict[str, dict[str, Any]]:
    """Each role: who may take it, and every policy that it has."""
    iam = boto3.client("iam")
    found = {}
    for role in iam.list_roles()["Roles"]:
        who = {"RoleName": role["RoleName"]}
        inline = iam.list_role_policies(**who)["PolicyNames"]
        found[role["RoleName"]] = {
            "trust": statements(role["AssumeRolePolicyDocument"]),
            "policies": {
                name: statements(iam.get_role_policy(**who, PolicyName=name)["PolicyDocument"])
                for name in inline
            },
            "attached": iam.list_attached_role_policies(**who)["AttachedPolicies"],
        }
    return found


def leftovers() -> dict[str, list[str]]:
    """What is in the account beside what an empty one has, by its kind."""
    client = boto3.client
    listed = {
        "buckets": names(client("s3").list_buckets()["Buckets"], "Name", WAREHOUSE),
        "workgroups": names(client("athena").list_work_groups()["WorkGroups"], "Name", WORK_GROUP),
        "databases": names(client("glue").get_databases()["DatabaseList"], "Name", DATABASE),
        "roles": names(client("iam").list_roles()["Roles"], "RoleName"),
        "users": names(client("iam").list_users()["Users"], "UserName"),
        "policies": names(client("iam").list_policies(Scope="Local")["Policies"], "Arn"),
        "identity providers": names(
            client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"], "Arn"
        ),
        "logs": names(client("logs").describe_log_groups()["logGroups"], "logGroupName"),
        "projects": client("codebuild").list_projects()["projects"],
        "schedules": names(client("scheduler").list_schedules()["Schedules"], "Name"),
        "schedule groups": names(
            client("scheduler").list_schedule_groups()["ScheduleGroups"], "Name", RULES
        ),
        "topics": names(client("sns").list_topics()["Topics"], "TopicArn"),
        "subscriptions": names(client("sns").list_subscriptions()["Subscriptions"], "Endpoint"),
        "alarms": names(client("cloudwatch").describe_alarms()["MetricAlarms"], "AlarmName"),
        "rules": names(client("events").list_rules()["Rules"], "Name"),
    }
    return {kind: found for kind, found in listed.items() if found}


def names(found: list[dict], key: str, own: str | None = None) -> list[str]:
    return sorted(each[key] for each in found if each[key] != own)


def statements(policy: str | dict) -> list[str]:
    """The statements of a policy as sorted texts; to IAM a value is the same as a list of it."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    return sorted(json.dumps(normal(each), sort_keys=True) for each in document["Statement"])


def normal(value: object) -> object:
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items()}
    if isinstance(value, list):
        return normal(value[0]) if len(value) == 1 else sorted(value)
    return value
