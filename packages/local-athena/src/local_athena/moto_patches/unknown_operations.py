"""Operations that moto does not have: an error of the client's, at once.

moto answers a 500 page. The SDKs take that for a passing fault and repeat the call for seconds, and
its text says nothing. AWS answers an operation it does not know with HTTP 400.
"""

import json
from xml.sax.saxutils import escape

from moto.core.responses import BaseResponse

from .patching import Patch

PATCH = Patch()

_XML = (
    "<ErrorResponse><Error><Code>InvalidAction</Code><Message>%s</Message></Error></ErrorResponse>"
)


@PATCH.replaces(BaseResponse, "call_action")
def _call_action(original):
    def call_action(response: BaseResponse):
        try:
            return original(response)
        except NotImplementedError as missing:
            message = f"Not available locally: {missing}"
        if "X-Amz-Target" in response.headers:
            body = json.dumps({"__type": "UnknownOperationException", "message": message})
        else:
            body = _XML % escape(message)
        return 400, response.response_headers, body

    return call_action
