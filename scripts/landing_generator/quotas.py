"""What the published landing data counts to, and the quotas that follow for a block of 956 people.

Every block of 956 people fulfils every quota exactly, whatever the seed: the seed only says which
person, which reading, which millisecond. So k blocks count to exactly k times each figure.

The derivation, figure by figure. A reading is one millisecond at which a person's device and phone
report; it has two or three phone vectors, so the vectors of n readings fix how many have two.

* 482 people consent, 474 do not, with 30 readings each: 14,460 + 14,220 = 28,680 readings.
* 11,297 readings of consenting people are at or after consent, so 3,163 are before it. 18 people
  consented after their whole walk (540 readings); the other 464 have 2,623 readings before they
  registered, which is when they consented.
* 2,762 readings of 386 consenting people are before registration: those 2,623 (369 people) and
  139 (17 of the 18). The 18 have 540 - 139 = 401 readings after registration and before consent.
  With 2,649 readings of 356 people who do not consent, 742 people have readings before they
  registered.
* A device reading meets the phone vectors of everybody who reports at its millisecond. One of two
  people with a and b vectors gives a + b pairs of different people, one of three people gives
  2 (a + b + c). 423 milliseconds of two give 2,430 pairs, so 423 * 6 - 2,430 = 108 of their 846
  readings have two vectors; 16 of three give 270 pairs, so 16 * 9 - 270 / 2 = 9 of their 48 do.
* 364 people meet others: 16 trios (48 people) with one millisecond each, and 158 couples (316
  people), who share the 423 milliseconds, two or three a couple.
"""

from typing import NamedTuple

BLOCK_PEOPLE = 956
READINGS = 30

CONSENTING = 482
NOT_CONSENTING = BLOCK_PEOPLE - CONSENTING

# Who consented when: after the whole walk, a moment after registering, or one millisecond
# after the last update (a defect of the published data); all others on registering.
LATE_CONSENTERS = 18
DELAYED_CONSENTERS = 2
CONSENT_AFTER_UPDATE = 3
# People who do not consent to research and changed their record after registering.
UPDATED_LATER = 24

# (public, friends) of the people who consent to research, and of those who do not.
OTHER_CONSENTS_OF_CONSENTING = {
    (False, False): 102,
    (False, True): 140,
    (True, False): 110,
    (True, True): 130,
}
OTHER_CONSENTS_OF_NOT_CONSENTING = {
    (False, False): 102,
    (False, True): 121,
    (True, False): 134,
    (True, True): 117,
}


class EarlyReadings(NamedTuple):
    """How many readings are from before registration, and how many people they belong to."""

    people: int
    readings: int


EARLY_OF_ON_TIME = EarlyReadings(people=369, readings=2_623)
EARLY_OF_LATE = EarlyReadings(people=17, readings=139)
EARLY_OF_NOT_CONSENTING = EarlyReadings(people=356, readings=2_649)

TRIOS = 16
COUPLES = 158
COUPLE_MEETINGS = 423

COUPLE_PAIRS = 2_430
TRIO_PAIRS = 270
TWOS_IN_COUPLE_MEETINGS = COUPLE_MEETINGS * 2 * 3 - COUPLE_PAIRS
TWOS_IN_TRIO_MEETINGS = TRIOS * 3 * 3 - TRIO_PAIRS // 2

# Where a reading lies; the last two are of people who do not consent.
BEFORE_REGISTRATION = 0
BEFORE_CONSENT = 1
COVERED = 2
UNCOVERED_BEFORE_REGISTRATION = 3
UNCOVERED = 4

VECTORS = {
    BEFORE_REGISTRATION: 7_820,
    BEFORE_CONSENT: 8_956 - 7_820,
    COVERED: 32_025,
    UNCOVERED_BEFORE_REGISTRATION: 15_356 - 7_820,
    UNCOVERED: 40_292 - (15_356 - 7_820),
}

# (first year, last year, people): 906 before 1900, 874 of them before 1850.
BIRTH_YEARS = ((1000, 1849, 874), (1850, 1899, 32), (1900, 2004, 50))
