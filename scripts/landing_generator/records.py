"""The JSON lines of the three feeds, as text without line ends where one record is meant."""

from itertools import permutations

from .people import Person
from .rand import Draw

CUSTOMER, ACCELEROMETER, STEP_TRAINER = FEEDS = ("customer", "accelerometer", "step_trainer")

_AXIS = ("-1.0", "0.0", "1.0")
# The 27 vectors, as the end of a phone record.
VECTORS = tuple(f',"x":{x},"y":{y},"z":{z}}}' for x in _AXIS for y in _AXIS for z in _AXIS)
NEAREST, FARTHEST = 201, 300


def customer(person: Person) -> str:
    """Return the customer record; the key of a consent that was not given is absent."""
    line = (
        f'{{"customerName":"{person.name}","email":"{person.email}","phone":"{person.phone}",'
        f'"birthDay":"{person.birthday}","serialNumber":"{person.serial}",'
        f'"registrationDate":{person.registered},"lastUpdateDate":{person.updated}'
    )
    if person.research is not None:
        line += f',"shareWithResearchAsOfDate":{person.research}'
    if person.public is not None:
        line += f',"shareWithPublicAsOfDate":{person.public}'
    if person.friends is not None:
        line += f',"shareWithFriendsAsOfDate":{person.friends}'
    return line + "}"


class Readings:
    """Writes what a person's phone and device report, with random vectors and distances."""

    def __init__(self, seed: int) -> None:
        """Start the stream of measurements of this seed."""
        self._draw = Draw(seed, "readings")
        self._triples = list(permutations([vector + "\n" for vector in VECTORS], 3))

    def phone(self, person: Person) -> str:
        """Return the phone's lines, line ends included; no two of them are equal."""
        head = f'{{"user":"{person.email}","timestamp":'
        triples, lines = self._triples, []
        choices = len(triples)
        for time, count, short in zip(
            person.times, person.vectors, self._draw.shorts(len(person.times)), strict=True
        ):
            one, two, three = triples[short * choices >> 16]
            if count == 3:
                lines.append(f"{head}{time}{one}{head}{time}{two}{head}{time}{three}")
            else:
                lines.append(f"{head}{time}{one}{head}{time}{two}")
        return "".join(lines)

    def device(self, person: Person) -> str:
        """Return the device's lines, line ends included."""
        tail = f',"serialNumber":"{person.serial}","distanceFromObject":'
        width = FARTHEST - NEAREST + 1
        return "".join(
            [
                f'{{"sensorReadingTime":{time}{tail}{NEAREST + (short * width >> 16)}}}\n'
                for time, short in zip(
                    person.times, self._draw.shorts(len(person.times)), strict=True
                )
            ]
        )
