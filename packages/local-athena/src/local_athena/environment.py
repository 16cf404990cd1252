"""The environment in which every AWS SDK talks to the local endpoint and to nobody else.

pyarrow's S3FileSystem is no such client: it takes its endpoint as an argument, see the README.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

REGION = "us-east-1"
KEY = "local-athena"  # the endpoint takes any
SERVICES = ("ATHENA", "GLUE", "LAKEFORMATION", "S3", "STS")
PROFILE = """\
[default]
region = {region}
endpoint_url = {url}
aws_access_key_id = {key}
aws_secret_access_key = {key}
"""


def local_environment(url: str, configuration: Path) -> dict[str, str]:
    """Return the variables, and write the file that stands for the user's ~/.aws.

    The user's own variables and profiles must not win. Whatever could lead elsewhere gets a value
    of ours rather than being unset, so that the result may be added to any environment.
    """
    configuration.write_text(PROFILE.format(region=REGION, url=url, key=KEY))
    overrides = {name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")}
    overrides |= {f"AWS_ENDPOINT_URL_{service}" for service in SERVICES}
    expiring = {"AWS_CREDENTIAL_EXPIRATION"} & os.environ.keys()
    return {
        "AWS_ENDPOINT_URL": url,
        **dict.fromkeys(sorted(overrides), url),
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        **dict.fromkeys(expiring, "9999-12-31T00:00:00Z"),
        "AWS_SESSION_TOKEN": "",
        "AWS_SECURITY_TOKEN": "",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_PROFILE": "default",
        "AWS_DEFAULT_PROFILE": "default",
        "AWS_CONFIG_FILE": str(configuration),
        "AWS_SHARED_CREDENTIALS_FILE": str(configuration),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_USE_FIPS_ENDPOINT": "false",
        "AWS_USE_DUALSTACK_ENDPOINT": "false",
        "AWS_ALLOW_HTTP": "true",  # for the S3 client in Rust of delta-rs, polars and others
        **without_proxy(),
    }


def without_proxy() -> dict[str, str]:
    """Keep a proxy of the user's from being asked for this machine."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = ",".join(filter(None, [known, "127.0.0.1,localhost"]))
    return {"no_proxy": hosts, "NO_PROXY": hosts}


@contextmanager
def set_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Put variables into the environment of this process for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
