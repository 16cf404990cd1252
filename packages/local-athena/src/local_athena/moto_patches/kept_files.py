"""What Trino's Hive catalogs have written stays, whatever becomes of the statement.

Trino removes what a failed CREATE TABLE AS, INSERT or UNLOAD has written. Athena does not: "it is
possible that orphaned data are left in the data location" (AWS, on CTAS queries). A retry meets a
folder that is not empty, and a Hive table has the rows. So requests to delete are answered and not
followed if they carry the access key of those catalogs, see etc/catalog/; they delete nothing else.
"""

from moto.s3.responses import S3Response

from .patching import Patch

PATCH = Patch()
HIVE_ACCESS_KEY = "local-athena-hive"
_NONE_FAILED = '<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>'


@PATCH.replaces(S3Response, "delete_object")
def _delete_object(original):
    def delete_object(response: S3Response):
        return (204, {}, "") if _asked_by_hive(response) else original(response)

    return delete_object


@PATCH.replaces(S3Response, "_bucket_response_delete_keys")
def _delete_objects(original):
    def delete_objects(response: S3Response, *args, **more):
        return (
            (200, {}, _NONE_FAILED)
            if _asked_by_hive(response)
            else original(response, *args, **more)
        )

    return delete_objects


def _asked_by_hive(response: S3Response) -> bool:
    return f"Credential={HIVE_ACCESS_KEY}/" in response.headers.get("Authorization", "")
