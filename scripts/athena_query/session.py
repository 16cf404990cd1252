"""Clients of AWS from options and environment, and what helps when AWS refuses."""

from __future__ import annotations

import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

# Of one request, the first one included: throttled and broken ones come again after 1, 2, 4 …
# seconds at most. The SDK's own 3 are few where several builds share an account.
ATTEMPTS = 6
CONNECT_SECONDS = 10
READ_SECONDS = 30

CREDENTIALS_REMEDY = (
    "set AWS_PROFILE or pass --profile (`aws configure` and `aws configure sso` make profiles), "
    "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
REGION_REMEDY = "set AWS_REGION (as for dbt) or pass --region, e.g. us-east-1"
RENEWAL_REMEDY = "renew them, e.g. with `aws sso login`, and run again"
NETWORK_REMEDY = "check the network, AWS_REGION and, if it is set, AWS_ENDPOINT_URL"
REMEDIES = {
    "ExpiredToken": "the credentials have expired: " + RENEWAL_REMEDY,
    "ExpiredTokenException": "the credentials have expired: " + RENEWAL_REMEDY,
    "RequestExpired": "renew the credentials, or set this machine's clock",
    "RequestTimeTooSkewed": "set this machine's clock",
    "UnrecognizedClientException": "AWS does not know these keys: " + CREDENTIALS_REMEDY,
    "InvalidClientTokenId": "AWS does not know these keys: " + CREDENTIALS_REMEDY,
    "InvalidAccessKeyId": "AWS does not know these keys: " + CREDENTIALS_REMEDY,
    "InvalidSignatureException": "the secret key is wrong: " + CREDENTIALS_REMEDY,
    "SignatureDoesNotMatch": "the secret key is wrong: " + CREDENTIALS_REMEDY,
    "AccessDenied": "ask for this permission, or use another profile",
    "AccessDeniedException": "ask for this permission, or use another profile",
    "403": "ask for this permission, or use another profile",
}


class Problem(Exception):
    """What the user reads: what is wrong, and the remedy."""

    exit_code = 1


class SettingProblem(Problem):
    """An option or variable is missing or wrong; AWS was not asked for anything."""

    exit_code = 2


def connect(
    service: str, region: str | None, profile: str | None, attempts: int = ATTEMPTS, **config: Any
) -> Any:
    """Make a client of a service; AWS_ENDPOINT_URL leads it elsewhere.

    The region is the given one, else AWS_REGION, AWS_DEFAULT_REGION or the profile's; the profile
    is the given one, else AWS_PROFILE or the default. A throttled or broken request is sent
    `attempts` times at most. `config` is for botocore's Config.

    Raises SettingProblem if profile, region or credentials are missing or unusable.
    """
    region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    try:
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        if not session.region_name:
            raise SettingProblem(f"no AWS region: {REGION_REMEDY}")
        if session.get_credentials() is None:
            raise SettingProblem(f"no AWS credentials: {CREDENTIALS_REMEDY}")
        settings = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            **config,
        )
        return session.client(service, config=settings)
    except ProfileNotFound as error:
        remedy = "`aws configure list-profiles` names them; correct --profile or AWS_PROFILE"
        raise SettingProblem(f"{sentence(error)}: {remedy}") from None
    except BotoCoreError as error:
        raise SettingProblem(str(explain(error, "AWS settings"))) from None
    except ValueError as error:  # how botocore says that an address is none
        remedy = "correct AWS_ENDPOINT_URL, AWS_REGION or --region"
        raise SettingProblem(f"{sentence(error)}: {remedy}") from None


def error_code(error: Exception) -> str:
    """AWS's code of an error, "" for errors that are not AWS's."""
    return error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""


def sentence(error: Exception) -> str:
    """What an error says, on one line and without a full stop at its end."""
    said = error.response["Error"].get("Message") if isinstance(error, ClientError) else str(error)
    return " ".join((said or error_code(error) or type(error).__name__).split()).rstrip(".")


def explain(error: BotoCoreError | ClientError, doing: str, remedy: str | None = None) -> Problem:
    """Turn an error of AWS or of the way to it into what the user reads.

    `doing` is what failed, e.g. "Athena refused the query"; `remedy` is what helps where the error
    itself does not tell.
    """
    said = sentence(error)
    if isinstance(error, ClientError):
        code = error_code(error)
        said = said if code in said else f"{said} ({code})"
        remedy = REMEDIES.get(code) or remedy
    elif isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        remedy = CREDENTIALS_REMEDY
    elif isinstance(error, (SSOError, TokenRetrievalError, CredentialRetrievalError)):
        remedy = RENEWAL_REMEDY
    elif isinstance(error, (ConnectionError, HTTPClientError)):
        remedy = NETWORK_REMEDY
    elif isinstance(error, InvalidRegionError):
        remedy = REGION_REMEDY
    return Problem(f"{doing}: {said}" + (f": {remedy}" if remedy else ""))
