"""The IAM policies of docs/: valid, narrow, and alike in what the guide tells of them."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest
import yaml

from tests.parity.iam_policies import (
    BUILD,
    HERE,
    PRIVACY,
    READER,
    Need,
    as_list,
    grants,
    needs_seen,
    refused,
    statements,
)
from tests.support.athena_lakehouse import BUCKETS, VARIABLES
from tests.support.lakehouse import PROJECT

GUIDE = (PROJECT / "docs/athena_by_hand.md").read_text()
ALL = (BUILD, READER, PRIVACY)
POLICIES = pytest.mark.parametrize("policy", ALL, ids=lambda policy: policy.stem)

# Action -> why AWS takes no narrower resource for it than "*".
ANY_RESOURCE: dict[str, str] = {}

READS = re.compile("(athena|glue|s3):(BatchGet|Get|List)[A-Z]")
STATEMENT_KEYS = {"Sid", "Effect", "Action", "Resource", "Condition"}
SERVICE_ARN = re.compile(
    "arn:aws:(athena|glue):REGION:ACCOUNT_ID:"
    "(catalog|(workgroup|database)/[A-Za-z_*]+|table/[A-Za-z_*]+/[A-Za-z_*]+)"
)
BUCKET_ARN = re.compile(
    "arn:aws:s3:::((LANDING|SECRET)_BUCKET(/stedi/[*])?|LAKE_BUCKET(/stedi/SCHEMA_[a-z_]*[/]?[*])?"
    "|RESULTS_BUCKET(/(athena|readers|privacy)/[*])?)"
)
# Actions on a bucket rather than on its objects.
ON_BUCKET = {"s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"}


@POLICIES
def test_policy_is_valid(policy: Path) -> None:
    document = json.loads(policy.read_text())
    assert set(document) == {"Version", "Statement"}
    assert document["Version"] == "2012-10-17"
    assert isinstance(document["Statement"], list) and document["Statement"]
    for statement in document["Statement"]:
        assert {"Sid", "Effect", "Action", "Resource"} <= set(statement) <= STATEMENT_KEYS
        assert re.fullmatch("[A-Za-z0-9]+", statement["Sid"])
        assert statement["Effect"] in ("Allow", "Deny")
        for key in ("Action", "Resource"):
            values = as_list(statement[key])
            assert values and all(isinstance(value, str) for value in values)
            assert len(values) == len(set(values)), f"{statement['Sid']} repeats a {key}"
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(sids) == len(set(sids))


@POLICIES
def test_actions_and_resources_are_narrow(policy: Path) -> None:
    for action, resource in grants(policy):
        assert re.fullmatch("(athena|glue|s3):[A-Z][A-Za-z]+", action)
        if resource == "*":
            assert action in ANY_RESOURCE
        else:
            known = BUCKET_ARN if action.startswith("s3:") else SERVICE_ARN
            assert known.fullmatch(resource), f"{action} on {resource}"


@POLICIES
def test_glue_reaches_own_databases_only(policy: Path) -> None:
    for action, resource in grants(policy):
        if action.startswith("glue:"):
            database = resource.partition("/")[2].partition("/")[0]
            assert re.fullmatch("|default|SCHEMA|SCHEMA_.*", database), f"{action} on {resource}"
            if database == "default":
                assert action in ("glue:GetDatabase", "glue:GetDatabases", "glue:CreateDatabase")
            if database == "SCHEMA":
                assert action == "glue:GetDatabase"


@POLICIES
def test_listings_are_of_own_prefixes(policy: Path) -> None:
    for statement in statements(policy):
        actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
        for action in actions:
            if action.startswith("s3:"):
                of_bucket = {resource.count("/") == 0 for resource in resources}
                assert of_bucket == {action in ON_BUCKET}, f"{action} on {resources}"
        if "s3:ListBucket" in actions:
            assert actions == ["s3:ListBucket"] and len(resources) == 1
            assert list(statement["Condition"]) == ["StringLike"]
            (prefixes,) = statement["Condition"]["StringLike"].values()
            # What may be listed is what may be read.
            read = {resource for action, resource in grants(policy) if action == "s3:GetObject"}
            assert {f"{resources[0]}/{prefix}" for prefix in as_list(prefixes)} <= read
        else:
            assert "Condition" not in statement


@POLICIES
def test_landing_and_pepper_are_never_written(policy: Path) -> None:
    for action, resource in grants(policy):
        if "LANDING_BUCKET" in resource or "SECRET_BUCKET" in resource:
            assert action in ("s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject")


def test_a_widened_policy_still_denies_to_delete_what_the_build_did_not_make(tmp_path) -> None:
    """Whoever sees a build refused is tempted to allow it everything."""
    wide = tmp_path / "policy.json"
    wide.write_text(BUILD.read_text().replace("${LAKE_BUCKET}/stedi/${SCHEMA}_*", "*"))
    keys = ("stedi-landing/stedi/f.json", "stedi-secret/stedi/pepper", "stedi-results/athena/1.csv")
    needs = [Need("s3:DeleteObject", f"arn:aws:s3:::{key}") for key in keys]
    needs += [Need("s3:PutObject", f"arn:aws:s3:::{key}") for key in keys[:2]]
    assert refused(wide, needs) == sorted(needs, key=str)
    assert refused(wide, [Need("s3:DeleteObject", f"{LAKE}/elsewhere")]) == []


def zones_read(policy: Path) -> tuple[set[str], set[str]]:
    """The zones whose tables, and whose files in the lake, a policy lets read."""
    tables, files = set(), set()
    for action, resource in grants(policy):
        if action == "glue:GetTable" and ":table/" in resource:
            tables.add(re.search(r"table/SCHEMA_([a-z_]+)/\*$", resource)[1])
        if action == "s3:GetObject" and "LAKE_BUCKET" in resource:
            files.add(re.search(r"stedi/SCHEMA_([a-z_]+)/\*$", resource)[1])
    return tables, files


@pytest.mark.parametrize(("policy", "own"), [(READER, "readers"), (PRIVACY, "privacy")])
def test_readers_change_nothing_but_their_results(policy: Path, own: str) -> None:
    for action, resource in grants(policy):
        if not READS.match(action):
            assert action.startswith("athena:") or f"RESULTS_BUCKET/{own}/" in resource
        assert "SECRET_BUCKET" not in resource and "SCHEMA_secret" not in resource
        if "RESULTS_BUCKET/" in resource:
            assert resource == f"arn:aws:s3:::RESULTS_BUCKET/{own}/*"


def test_a_data_scientist_reads_research_only() -> None:
    assert zones_read(READER) == ({"research"}, {"research"})
    assert not [resource for _, resource in grants(READER) if "LANDING_BUCKET" in resource]
    database = re.compile("database/(default|SCHEMA_research)$")
    for _, resource in grants(READER):
        assert "database/" not in resource or database.search(resource)


def test_the_privacy_office_reads_all_zones_but_the_secret() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    models = project["models"]["stedi"].values()
    zones = {zone["+schema"] for zone in models if isinstance(zone, dict) and "+schema" in zone}
    zones |= {project["data_tests"]["stedi"]["+schema"]}
    assert {"staging", "research", "test_failures"} <= zones
    assert zones_read(PRIVACY) == (zones | {"landing"}, zones)  # landing's files are not the lake's


def test_roles_share_neither_workgroup_nor_results() -> None:
    used = {}
    for policy, own in zip(ALL, ("athena", "readers", "privacy"), strict=True):
        used[policy] = {
            resource
            for _, resource in grants(policy)
            if ":workgroup/" in resource or "RESULTS_BUCKET/" in resource
        }
        assert len(used[policy]) == 2
        assert f"arn:aws:s3:::RESULTS_BUCKET/{own}/*" in used[policy]
    assert len(set.union(*used.values())) == 6


@POLICIES
def test_placeholders_stand_in_the_guide_and_are_its_variables(policy: Path) -> None:
    names = string.Template(policy.read_text()).get_identifiers()
    first_block = GUIDE.split("```sh\n")[1].split("```")[0]
    for name in names:
        assert f"`${{{name}}}`" in GUIDE
        assert re.search(rf"^export .*\b{name}=", first_block, re.M)
    assert "$" not in string.Template(policy.read_text()).substitute(dict.fromkeys(names, "x"))


def test_the_guide_uses_the_prefixes_that_the_policies_name() -> None:
    assert "STEDI_ATHENA_RESULTS=s3://$RESULTS_BUCKET/athena/" in GUIDE
    assert "STEDI_ATHENA_DATA=s3://$LAKE_BUCKET/stedi/" in GUIDE
    assert "STEDI_LANDING=s3://$LANDING_BUCKET/stedi" in GUIDE
    assert "STEDI_SECRET=s3://$SECRET_BUCKET/stedi" in GUIDE
    assert 'make_work_group "$WORK_GROUP" athena false' in GUIDE
    assert 'make_work_group "$READER_WORK_GROUP" readers true' in GUIDE
    assert 'make_work_group "$PRIVACY_WORK_GROUP" privacy true' in GUIDE


def test_the_local_athena_is_laid_out_as_the_guide_says() -> None:
    assert set(BUCKETS) == {HERE[name] for name in HERE if "BUCKET" in name}
    for name, place in {
        "STEDI_LANDING": "s3://{LANDING_BUCKET}/stedi",
        "STEDI_SECRET": "s3://{SECRET_BUCKET}/stedi",
        "STEDI_ATHENA_DATA": "s3://{LAKE_BUCKET}/stedi/",
        "STEDI_ATHENA_RESULTS": "s3://{RESULTS_BUCKET}/athena/",
    }.items():
        assert VARIABLES[name] == place.format(**HERE)


def test_needs_are_named_as_iam_names_them() -> None:
    requests = [
        ("s3", "ListObjectsV2", ["stedi-lake"], "Boto3/1.44"),
        ("s3", "HeadObject", ["stedi-lake/a/b"], "aws-sdk-java/2"),
        ("s3", "DeleteObjects", ["stedi-lake/a", "stedi-lake/b"], "Boto3/1.44"),
        ("glue", "GetTable", ["stedi_trusted/t"], "aws-sdk-java/2"),
        ("glue", "GetTables", ["stedi_trusted"], "Boto3/1.44"),
        ("glue", "DeleteColumnStatisticsForTable", ["stedi_trusted/t"], "aws-sdk-java/2"),
        ("athena", "GetQueryExecution", [], "Boto3/1.44"),
        ("sts", "GetCallerIdentity", [], "Boto3/1.44"),
        ("sns", "Publish", ["arn:aws:sns:us-east-1:123456789012:t"], "Boto3/1.44"),
        ("iam", "CreateRole", [], "APN/1.0 HashiCorp/1.0 Terraform/1.11.0"),
    ]
    keys = ("service", "operation", "resources", "user_agent")
    lines = [dict(zip(keys, each, strict=True)) for each in requests]
    lines[0]["prefix"] = "a/"
    glue = "arn:aws:glue:us-east-1:123456789012:"
    assert needs_seen(map(json.dumps, lines)) == {
        Need("sns:Publish", "arn:aws:sns:us-east-1:123456789012:t"),
        Need("s3:ListBucket", "arn:aws:s3:::stedi-lake", "a/"),
        Need("s3:GetObject", "arn:aws:s3:::stedi-lake/a/b"),
        Need("s3:DeleteObject", "arn:aws:s3:::stedi-lake/a"),
        Need("s3:DeleteObject", "arn:aws:s3:::stedi-lake/b"),
        *(
            Need("glue:GetTable", glue + on)
            for on in ("catalog", "database/stedi_trusted", "table/stedi_trusted/t")
        ),
        *(
            Need("glue:GetTables", glue + on)
            for on in ("catalog", "database/stedi_trusted", "table/stedi_trusted/*")
        ),
        Need("athena:GetQueryExecution", "arn:aws:athena:us-east-1:123456789012:workgroup/primary"),
    }


LAKE, GLUE = "arn:aws:s3:::stedi-lake", "arn:aws:glue:us-east-1:123456789012:"


@pytest.mark.parametrize(
    "need",
    [
        Need("s3:GetObject", f"{LAKE}/stedi/other_trusted/t/1/data/f.parquet"),
        Need("s3:PutObject", f"{LAKE}/elsewhere/stedi_trusted/t"),
        Need("s3:PutObject", "arn:aws:s3:::stedi-landing/stedi/customer/landing/f.json"),
        Need("s3:PutObject", "arn:aws:s3:::stedi-secret/stedi/pepper"),
        Need("s3:DeleteObject", "arn:aws:s3:::stedi-landing/stedi/customer/landing/f.json"),
        Need("s3:DeleteObject", "arn:aws:s3:::stedi-results/athena/1.csv"),
        Need("s3:GetObject", "arn:aws:s3:::stedi-results/readers/1.csv"),
        Need("s3:ListBucket", LAKE),
        Need("s3:ListBucket", LAKE, ""),
        Need("s3:ListBucket", LAKE, "stedi/"),
        Need("s3:ListAllMyBuckets", "*"),
        Need("glue:CreateDatabase", f"{GLUE}database/stedi"),
        Need("glue:DeleteTable", f"{GLUE}table/other_trusted/t"),
        Need(
            "athena:StartQueryExecution", f"{GLUE}workgroup/primary".replace("glue", "athena") + "2"
        ),
    ],
    ids=str,
)
def test_what_is_not_the_build_s_is_refused(need: Need) -> None:
    assert refused(BUILD, [need]) == [need]
