"""Who lives in a block: made-up people, their consents, their walks and the dates that follow.

All times are epoch milliseconds UTC.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from . import quotas, walks
from .rand import Draw, derived_key

# Given names as written, and as they are written in an e-mail address.
GIVEN_NAMES = (
    *((name, name.lower()) for name in (
        "Abel", "Ada", "Alma", "Amos", "Anouk", "Asa", "Bruno", "Clio", "Cyrus", "Dario", "Delia",
        "Edda", "Elio", "Esme", "Ezra", "Fabia", "Flora", "Gaia", "Gideon", "Hanna", "Hugo", "Ida",
        "Ilse", "Ines", "Iris", "Jarek", "Jonas", "Juno", "Kasia", "Kofi", "Lars", "Leda", "Lev",
        "Linus", "Livia", "Malik", "Mira", "Moira", "Nadia", "Nils", "Nora", "Odin", "Olga",
        "Otis", "Petra", "Priya", "Quinn", "Rafa", "Rhea", "Rolf", "Sabine", "Silas", "Tamar",
        "Tariq", "Uma", "Vera", "Wanda", "Yusuf",
    )),
    ("Zoë", "zoe"), ("Łucja", "lucja"), ("Søren", "soren"), ("Ngọc", "ngoc"), ("Šárka", "sarka"),
    ("Íñigo", "inigo"),
)  # fmt: skip
# Surnames are put together from three parts, so that they are nobody's: 32 * 32 * 32 of them.
OPENINGS = (
    "Bal", "Bren", "Cor", "Dal", "Dro", "Eld", "Fen", "Gar", "Gri", "Hol", "Ist", "Jor", "Kel",
    "Kra", "Lin", "Lor", "Mar", "Mol", "Nar", "Nev", "Ost", "Pel", "Quar", "Ras", "Sel", "Stor",
    "Tam", "Tru", "Ul", "Var", "Wen", "Zal",
)  # fmt: skip
MIDDLES = (
    "a", "abe", "ada", "afo", "ako", "ala", "ami", "ane", "aro", "asi", "e", "ebo", "edi", "ela",
    "emo", "eni", "era", "esu", "i", "ibe", "ida", "ilo", "ima", "ine", "iro", "o", "obe", "odu",
    "ola", "omi", "one", "oru",
)  # fmt: skip
ENDINGS = (
    "bank", "beck", "berg", "brook", "cliff", "croft", "dale", "den", "fell", "field", "ford",
    "garth", "gate", "grove", "ham", "hurst", "land", "lund", "mark", "mere", "mont", "moor",
    "nes", "quist", "rup", "stad", "stead", "thorp", "vik", "wald", "wick", "worth",
)  # fmt: skip
MAX_PEOPLE = len(GIVEN_NAMES) * len(OPENINGS) * len(MIDDLES) * len(ENDINGS)

# A few people walk at the very millisecond of their consent, which counts as covered.
EVERY_NTH_ON_THE_DOT = 20
# A record that is changed later is changed at most this long after registration.
LONGEST_UPDATE_DELAY = 68_000

ON_TIME, LATE, DELAYED, AFTER_UPDATE, UNCHANGED, CHANGED = range(6)


@dataclass(slots=True)
class Person:
    """A customer and their walk; a consent date of None means that they did not consent."""

    number: int = 0
    name: str = ""
    email: str = ""
    phone: str = ""
    birthday: str = ""
    serial: str = ""
    registered: int = 0
    updated: int = 0
    research: int | None = None
    public: int | None = None
    friends: int | None = None
    times: list[int] = field(default_factory=list)
    vectors: list[int] = field(default_factory=list)


class Names:
    """Gives each number a name, an e-mail address and a serial number that no other number has."""

    def __init__(self, seed: int, shared_serials: int | None = None) -> None:
        """Prepare the names of one seed; shared_serials is how many serial numbers there are."""
        self._seed = seed
        self._shared_serials = shared_serials
        # An odd multiplier makes numbers to places in the list of all names one to one.
        self._step = derived_key(seed, "names") % MAX_PEOPLE | 1

    def _parts(self, number: int) -> tuple[tuple[str, str], str]:
        place = (number * self._step + self._step // 3) % MAX_PEOPLE
        place, given = divmod(place, len(GIVEN_NAMES))
        place, opening = divmod(place, len(OPENINGS))
        ending, middle = divmod(place, len(MIDDLES))
        return GIVEN_NAMES[given], OPENINGS[opening] + MIDDLES[middle] + ENDINGS[ending]

    def baptize(self, person: Person, number: int) -> None:
        """Give the person the name, addresses and device of this number."""
        (given, mailbox), surname = self._parts(number)
        person.number = number
        person.name = f"{given} {surname}"
        # The reserved domains of RFC 2606 and the reserved telephone numbers 555-0100 to 0199.
        person.email = f"{mailbox}.{surname.lower()}@example.{'org' if number % 2 else 'com'}"
        person.phone = f"801555{100 + number % 100:04d}"
        person.serial = self.serial(number)

    def serial(self, number: int) -> str:
        """Return the serial number of this person's device."""
        return self._uuid("serial", number % (self._shared_serials or MAX_PEOPLE))

    def next_serial(self, number: int) -> str:
        """Return the serial number of the device that this person gets later."""
        return self._uuid("next serial", number)

    def _uuid(self, purpose: str, number: int) -> str:
        text = f"{self._seed}:{purpose}:{number}"
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=4))


@dataclass(slots=True)
class _Plan:
    """What the quotas fix about each place in a block, before anybody has a name or a time."""

    roles: list[int]
    early: list[int]

    @property
    def consenting(self) -> range:
        return range(quotas.CONSENTING)


def _plan(draw: Draw) -> _Plan:
    on_time = quotas.CONSENTING - quotas.LATE_CONSENTERS
    early_on_time = walks.early_readings(quotas.EARLY_OF_ON_TIME, on_time)
    roles = [ON_TIME] * (on_time - quotas.DELAYED_CONSENTERS - quotas.CONSENT_AFTER_UPDATE)
    roles += [DELAYED] * quotas.DELAYED_CONSENTERS + [AFTER_UPDATE] * quotas.CONSENT_AFTER_UPDATE
    draw.shuffle(roles)
    early_late = walks.early_readings(quotas.EARLY_OF_LATE, quotas.LATE_CONSENTERS)
    early_other = walks.early_readings(quotas.EARLY_OF_NOT_CONSENTING, quotas.NOT_CONSENTING)
    others = [CHANGED] * quotas.UPDATED_LATER
    others += [UNCHANGED] * (quotas.NOT_CONSENTING - quotas.UPDATED_LATER)
    draw.shuffle(others)
    return _Plan(
        roles=roles + [LATE] * quotas.LATE_CONSENTERS + others,
        early=early_on_time + early_late + early_other,
    )


def _walk(draw: Draw, plan: _Plan, people: list[Person], window: int) -> walks.Meetings:
    """Give everybody the times of their walk."""
    on_time = quotas.CONSENTING - quotas.LATE_CONSENTERS
    everybody = walks.companies(draw, range(on_time))
    everybody += [walks.Company((place,), 0) for place in range(on_time, len(people))]
    found = walks.Meetings([], [])
    taken: set[int] = set()
    for company, start in zip(everybody, walks.starts(draw, len(everybody), window), strict=True):
        paces = [
            walks.pace(draw, plan.early[place], slow=plan.roles[place] == LATE)
            for place in company.members
        ]
        # Whom nobody may meet by accident are the consenting people; the others walk as they like.
        crowd = taken if company.members[0] in plan.consenting else set()
        for place, times in zip(
            company.members,
            walks.company_walks(draw, company, start, paces, crowd, found),
            strict=True,
        ):
            people[place].times = times
    return found


def _date(draw: Draw, person: Person, role: int, early: int, on_the_dot: bool) -> None:
    """Derive registration, update and research consent from the walk."""
    times = person.times
    after = times[early]
    before = times[early - 1] if early else after - (times[1] - after)
    # One millisecond is left for a consent right after registration.
    person.registered = after if on_the_dot else draw.between(before + 1, after - 1)
    person.updated = person.registered
    if role == ON_TIME:
        person.research = person.registered
    elif role == AFTER_UPDATE:
        person.research = person.registered + 1
    elif role == DELAYED:
        person.research = person.updated = draw.between(person.registered + 1, after)
    elif role == LATE:
        person.research = person.updated = times[-1] + draw.between(1, 2_000)
    elif role == CHANGED:
        person.updated += draw.between(1, LONGEST_UPDATE_DELAY)


def _other_consents(draw: Draw, people: Sequence[Person], counts: dict) -> None:
    """Give the people the consents for public and friends in the given numbers."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    draw.shuffle(kinds)
    for person, (public, friends) in zip(people, kinds, strict=True):
        person.public = person.updated if public else None
        person.friends = person.updated if friends else None


def _birthdays(draw: Draw, people: Sequence[Person]) -> None:
    years = [
        draw.between(first, last) for first, last, count in quotas.BIRTH_YEARS for _ in range(count)
    ]
    draw.shuffle(years)
    for person, year in zip(people, years, strict=True):
        person.birthday = f"{year}-{draw.between(1, 12):02d}-{draw.between(1, 28):02d}"


def _phases(person: Person, consenting: bool) -> list[int]:
    """Return for each reading of a person the phase that its quota of vectors belongs to."""
    if not consenting:
        return [
            quotas.UNCOVERED_BEFORE_REGISTRATION if time < person.registered else quotas.UNCOVERED
            for time in person.times
        ]
    return [
        quotas.BEFORE_REGISTRATION
        if time < person.registered
        else quotas.BEFORE_CONSENT
        if time < person.research
        else quotas.COVERED
        for time in person.times
    ]


def _count_vectors(draw: Draw, people: Sequence[Person], meetings: walks.Meetings) -> None:
    phases = [_phases(person, person.research is not None) for person in people]
    for person in people:
        person.vectors = [3] * quotas.READINGS
    for place, reading in walks.two_vector_readings(draw, phases, meetings):
        people[place].vectors[reading] = 2


def _block(seed: int, block: int) -> list[Person]:
    """Return the 956 people of a block in landing order, without names yet."""
    draw = Draw(seed, "block", block)
    plan = _plan(draw)
    people = [Person() for _ in range(quotas.BLOCK_PEOPLE)]
    meetings = _walk(draw, plan, people, walks.FIRST_WINDOW + block * walks.WINDOW)
    for place, person in enumerate(people):
        role = plan.roles[place]
        on_the_dot = place % EVERY_NTH_ON_THE_DOT == 0 and role in (ON_TIME, UNCHANGED)
        _date(draw, person, role, plan.early[place], on_the_dot)
    consenting, others = people[: quotas.CONSENTING], people[quotas.CONSENTING :]
    _other_consents(draw, consenting, quotas.OTHER_CONSENTS_OF_CONSENTING)
    _other_consents(draw, others, quotas.OTHER_CONSENTS_OF_NOT_CONSENTING)
    _birthdays(draw, people)
    _count_vectors(draw, people, meetings)
    draw.shuffle(people)
    return people


def blocks(seed: int, customers: int, names: Names) -> Iterator[list[Person]]:
    """Yield the people block by block; a last block that is not full holds its first people."""
    for block, first in enumerate(range(0, customers, quotas.BLOCK_PEOPLE)):
        people = _block(seed, block)[: customers - first]
        for number, person in enumerate(people, first):
            names.baptize(person, number)
        yield people
