"""A bucket's policy: what it denies or allows on a condition does not count.

moto reads no condition and takes each for met, so that a bucket which refuses what does not come by
TLS would refuse everything. Nobody has to be allowed anything here; a statement without condition
is kept, as moto has it.
"""

import json

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from .patching import Patch

PATCH = Patch()


@PATCH.replaces(FakeBucket, "get_permission")
def _get_permission(_: object):
    def get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
        policy = json.loads(bucket.policy or '{"Statement": []}')
        statements = policy["Statement"]
        every = statements if isinstance(statements, list) else [statements]
        policy["Statement"] = [each for each in every if not each.get("Condition")]
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    return get_permission
