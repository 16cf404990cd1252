"""ResultConfiguration: where a result goes, whose bucket it must be, and how S3 keeps it."""

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from ..language.errors import NotEmulated
from .errors import ApiError

# How S3 says what Athena calls by these names.
_ENCRYPTIONS = {"SSE_S3": "AES256", "SSE_KMS": "aws:kms"}
_ACL = "BUCKET_OWNER_FULL_CONTROL"


def check(configuration: dict[str, Any]) -> None:
    """Refuse settings that AWS refuses, or that S3 does not know here."""
    location = configuration.get("OutputLocation")
    if location and not (
        location.startswith("s3://") and location.removeprefix("s3://").strip("/")
    ):
        raise ApiError("outputLocation is not a valid S3 path.")
    owner = configuration.get("ExpectedBucketOwner", DEFAULT_ACCOUNT_ID)
    if owner != DEFAULT_ACCOUNT_ID:
        raise ApiError(f"The bucket of the results does not belong to {owner}: Access Denied")
    if (configuration.get("AclConfiguration") or {}).get("S3AclOption", _ACL) != _ACL:
        raise ApiError(f"S3AclOption can only be {_ACL}")
    encryption = configuration.get("EncryptionConfiguration") or {}
    option = encryption.get("EncryptionOption", "SSE_S3")
    if option == "CSE_KMS":
        raise ApiError(NotEmulated("EncryptionOption CSE_KMS").message)
    if option not in _ENCRYPTIONS:
        raise ApiError(f"EncryptionOption {option} is none of SSE_S3, SSE_KMS, CSE_KMS")
    if option == "SSE_KMS" and not encryption.get("KmsKey"):
        raise ApiError("KmsKey is needed with EncryptionOption SSE_KMS")


def put_options(configuration: dict[str, Any]) -> dict[str, str]:
    """Answer with which options a result's file is put into S3."""
    options = {}
    if encryption := configuration.get("EncryptionConfiguration"):
        options["ServerSideEncryption"] = _ENCRYPTIONS[encryption["EncryptionOption"]]
        if key := encryption.get("KmsKey"):
            options["SSEKMSKeyId"] = key
    if configuration.get("AclConfiguration"):
        options["ACL"] = "bucket-owner-full-control"
    return options
