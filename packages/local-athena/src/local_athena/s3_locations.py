"""Where things are in S3: s3://bucket/key."""


def bucket_and_key(location: str) -> tuple[str, str]:
    """Split a location; a key may hold whatever would end a path in other addresses."""
    bucket, _, key = location.partition("://")[2].partition("/")
    return bucket, key
