"""The environment: whatever the user's own says, every client talks to the local endpoint."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.request import proxy_bypass

import boto3
import pytest
from local_athena.environment import local_environment, set_variables

URL = "http://127.0.0.1:1"
ELSEWHERE = "https://real.example.com"
SERVICES = ("athena", "glue", "s3", "sts", "lakeformation")
# Everything by which botocore could be led elsewhere, or led to fail.
USER = {
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_SECURITY_TOKEN": "real",
    "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": ELSEWHERE,
    "AWS_ENDPOINT_URL_DYNAMODB": ELSEWHERE,
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "HTTP_PROXY": "http://proxy.example.com:3128",
    "NO_PROXY": "intranet.example.com",
    **{f"AWS_ENDPOINT_URL_{service.upper()}": ELSEWHERE for service in SERVICES},
}
CONFIGURATION = f"""
[default]
region = eu-west-1
endpoint_url = {ELSEWHERE}
services = mine
[profile production]
region = eu-west-1
services = mine
role_arn = arn:aws:iam::111111111111:role/real
source_profile = default
[services mine]
s3 =
  endpoint_url = {ELSEWHERE}
"""


@pytest.fixture
def users_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who works with the real AWS, by variables and by files."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("no_proxy", "http_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in USER.items():
        monkeypatch.setenv(name, value)
    configuration = tmp_path / "config"
    configuration.write_text(CONFIGURATION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    credentials = tmp_path / "credentials"
    credentials.write_text("[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))


@pytest.fixture
def local(tmp_path: Path, users_environment, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables, added to the environment of this process."""
    variables = local_environment(URL, tmp_path / "aws.ini")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.mark.parametrize("service", [*SERVICES, "dynamodb", "iam"])
def test_every_client_talks_to_the_endpoint(local, service: str) -> None:
    client = boto3.Session().client(service)
    assert client.meta.endpoint_url == URL
    assert client.meta.region_name == "us-east-1"


def test_no_credential_of_the_users_is_sent(local) -> None:
    credentials = boto3.Session().get_credentials().get_frozen_credentials()
    assert credentials.access_key == credentials.secret_key == "local-athena"
    assert not credentials.token


def test_profile_of_the_users_is_not_found(local) -> None:
    assert boto3.Session().available_profiles == ["default"]


def test_clients_in_rust_may_use_http(local) -> None:
    assert local["AWS_ALLOW_HTTP"] == "true"


def test_proxy_is_not_asked_for_this_machine_and_others_stay(local) -> None:
    assert proxy_bypass("127.0.0.1")
    assert proxy_bypass("intranet.example.com")
    assert not proxy_bypass("example.org")


def test_a_shell_that_has_none_of_the_users_variables_gets_the_same(local, tmp_path: Path) -> None:
    # What `up` prints may be pasted where other variables are set than where it runs.
    for name in USER:
        os.environ.pop(name)
    printed = local_environment(URL, tmp_path / "aws.ini")
    only_if_set = {"AWS_CREDENTIAL_EXPIRATION", "AWS_ENDPOINT_URL_DYNAMODB"}
    assert local.keys() - only_if_set == printed.keys()


def test_variables_are_set_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.delenv("ADDED", raising=False)
    with pytest.raises(ZeroDivisionError), set_variables({"CHANGED": "now", "ADDED": "now"}):
        assert (os.environ["CHANGED"], os.environ["ADDED"]) == ("now", "now")
        raise ZeroDivisionError
    assert os.environ["CHANGED"] == "before"
    assert "ADDED" not in os.environ
