"""The fields of a clean line, from which dirty ones are made, and the columns of the feeds."""

import json

from ..records import ACCELEROMETER, CUSTOMER, STEP_TRAINER

Fields = list[tuple[str, str]]

UNREADABLE = "unreadable_json"
TEXT, TIME, CONSENT, DISTANCE, AXIS = "text", "time", "consent", "distance", "axis"
WHOLE = (TIME, CONSENT, DISTANCE)
NUMBERS = (*WHOLE, AXIS)
EVERY_TYPE = (TEXT, *NUMBERS)

# key: (type, required)
COLUMNS = {
    CUSTOMER: {
        "customerName": (TEXT, False),
        "email": (TEXT, True),
        "phone": (TEXT, False),
        "birthDay": (TEXT, False),
        "serialNumber": (TEXT, True),
        "registrationDate": (TIME, True),
        "lastUpdateDate": (TIME, True),
        "shareWithResearchAsOfDate": (CONSENT, False),
        "shareWithPublicAsOfDate": (CONSENT, False),
        "shareWithFriendsAsOfDate": (CONSENT, False),
    },
    ACCELEROMETER: {
        "user": (TEXT, True),
        "timestamp": (TIME, True),
        "x": (AXIS, True),
        "y": (AXIS, True),
        "z": (AXIS, True),
    },
    STEP_TRAINER: {
        "sensorReadingTime": (TIME, True),
        "serialNumber": (TEXT, True),
        "distanceFromObject": (DISTANCE, True),
    },
}


def render(fields: Fields) -> bytes:
    """Return the JSON object of keys and literal values."""
    return ("{" + ",".join(f'"{key}":{literal}' for key, literal in fields) + "}").encode()


def parse(line: str) -> Fields:
    """Return the keys and literal values of a clean line."""
    pairs = json.loads(line, object_pairs_hook=list)
    return [(key, json.dumps(value, ensure_ascii=False)) for key, value in pairs]
