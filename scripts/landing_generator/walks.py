"""When people walk: thirty milliseconds each, where they meet, and how many vectors each has.

All times are epoch milliseconds UTC.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from . import quotas
from .rand import Draw, shares

# 2022-06-18 14:00 UTC.
FIRST_WINDOW = 1_655_560_800_000
WINDOW = 2_670_000
# The earliest and latest start of a walk in its window. Whoever meets somebody may start up to 28 s
# before them (8 steps of 2,033 ms against 11 of 4,000 ms) and end up to 128 s after their start (32
# steps of 4,000 ms); a second is for milliseconds that were taken. So every reading is inside its
# own window.
EARLIEST_START = 29_000
LATEST_START = WINDOW - 129_000

SHORTEST_STEP = 2_033
LONGEST_STEP = 4_000
STEP_JITTER = 120
# A walk ends about this long after registration; how many steps are before it gives the pace.
WALK_AFTER_REGISTRATION = 67_000

# (start of the burst, its length, weight): most people sign up in a few busy minutes.
BURSTS = (
    (EARLIEST_START, 10_000, 2),
    (8 * 60_000, 60_000, 4),
    (11 * 60_000, 60_000, 11),
    (20 * 60_000, 60_000, 22),
    (33 * 60_000, 60_000, 61),
    (34 * 60_000, 60_000, 48),
    (35 * 60_000, 60_000, 168),
    (40 * 60_000, 60_000, 161),
    (LATEST_START - 60_000, 60_000, 479),
)

Walk = list[int]
Spot = tuple[int, int]


class Company(NamedTuple):
    """People who walk together, by place in the block, and at how many milliseconds they meet."""

    members: tuple[int, ...]
    meetings: int


class Meetings(NamedTuple):
    """The readings at milliseconds that two people share, and at those that three share."""

    of_two: list[Spot]
    of_three: list[Spot]


def early_readings(quota: quotas.EarlyReadings, people: int) -> list[int]:
    """Return how many readings are from before registration for each of the people, smallest first.

    The people without any come first; the others have one each and share the rest in a slope.
    """
    slope = [8 * place + quota.people for place in range(quota.people)]
    extra = shares(quota.readings - quota.people, slope)
    return [0] * (people - quota.people) + [1 + more for more in extra]


def companies(draw: Draw, in_order: Sequence[int]) -> list[Company]:
    """Cut the people into trios, couples and single walkers; neighbours in the given order meet."""
    singles = len(in_order) - 3 * quotas.TRIOS - 2 * quotas.COUPLES
    meetings = shares(quotas.COUPLE_MEETINGS, [1] * quotas.COUPLES)
    plan = [(3, 1)] * quotas.TRIOS + [(2, count) for count in meetings] + [(1, 0)] * singles
    draw.shuffle(plan)
    result, first = [], 0
    for size, count in plan:
        result.append(Company(tuple(in_order[first : first + size]), count))
        first += size
    return result


def starts(draw: Draw, count: int, window: int) -> list[int]:
    """Return when each of count companies starts to walk, in random order."""
    result = []
    for (begin, length, _), size in zip(
        BURSTS, shares(count, [weight for _, _, weight in BURSTS]), strict=True
    ):
        result += [window + begin + draw.below(length) for _ in range(size)]
    draw.shuffle(result)
    return result


def pace(draw: Draw, early: int, slow: bool) -> int:
    """Return a person's typical step in milliseconds; the more readings are early, the slower."""
    percent = draw.between(90, 95) if slow else draw.between(93, 106)
    step = WALK_AFTER_REGISTRATION * 2 * percent // (100 * (2 * quotas.READINGS - 1 - 2 * early))
    return min(max(step, SHORTEST_STEP + STEP_JITTER), LONGEST_STEP - STEP_JITTER)


def steps(draw: Draw, typical: int, count: int) -> list[int]:
    """Return count steps in milliseconds around the typical one."""
    low, width = typical - STEP_JITTER, 2 * STEP_JITTER + 1
    return [low + (short * width >> 16) for short in draw.shorts(count)]


def free_walk(draw: Draw, start: int, typical: int) -> Walk:
    """Return the times of a walk that meets nobody on purpose."""
    time, times = start, [start]
    for step in steps(draw, typical, quotas.READINGS - 1):
        time += step
        times.append(time)
    return times


def settle(times: Walk, planned: Sequence[int], taken: set[int]) -> None:
    """Take a millisecond for each reading that is not planned, the next one that is free.

    Steps last two seconds or more, so a move by a few milliseconds keeps the order.
    """
    for place, time in enumerate(times):
        if place not in planned:
            while time in taken:
                time += 1
            times[place] = time
            taken.add(time)


def companion_walk(
    draw: Draw, walk: Walk, anchors: Sequence[int], shift: int, typical: int
) -> Walk:
    """Return a walk whose reading at each anchor + shift has the time of the other walk's anchor.

    Between anchors it takes the other's steps in reverse order, which last equally long in all;
    outside them it keeps its own pace.
    """
    first, last = anchors[0], anchors[-1]
    times = [walk[first]]
    for begin, end in pairwise(anchors):
        for place in range(end, begin, -1):
            times.append(times[-1] + walk[place] - walk[place - 1])
    before = first + shift
    own = steps(draw, typical, quotas.READINGS - 1 - (last - first))
    for step in own[:before]:
        times.insert(0, times[0] - step)
    for step in own[before:]:
        times.append(times[-1] + step)
    return times


def anchors_of(draw: Draw, meetings: int) -> list[int]:
    """Return the readings at which people meet: a first one, then one every three to six."""
    anchors = [draw.between(4, 8)]
    while len(anchors) < meetings:
        anchors.append(anchors[-1] + draw.between(3, 6))
    return anchors


def company_walks(
    draw: Draw, company: Company, start: int, paces: Sequence[int], taken: set[int], found: Meetings
) -> list[Walk]:
    """Return the walks of a company, and note in found at which readings they meet.

    No two people of all the companies that share `taken` have a millisecond in common but where
    they meet on purpose.
    """
    leader = free_walk(draw, start, paces[0])
    settle(leader, (), taken)
    walks = [leader]
    if not company.meetings:
        return walks
    spots = found.of_two if len(company.members) == 2 else found.of_three
    anchors = anchors_of(draw, company.meetings)
    spots += [(company.members[0], place) for place in anchors]
    for member, typical in zip(company.members[1:], paces[1:], strict=True):
        shift = draw.between(-3, 3)
        places = [place + shift for place in anchors]
        walk = companion_walk(draw, leader, anchors, shift, typical)
        settle(walk, places, taken)
        spots += [(member, place) for place in places]
        walks.append(walk)
    return walks


def two_vector_readings(
    draw: Draw, phases: Sequence[Sequence[int]], meetings: Meetings
) -> set[Spot]:
    """Choose the readings that have two vectors; all others have three.

    `phases` says for each person and reading where it lies. The readings at which people meet come
    first, because their number is fixed as well: each phase gets its share of them by the largest
    remainder, which is far less than the phase's own quota, so the rest always fits.
    """
    met = set(meetings.of_two) | set(meetings.of_three)
    alone: dict[int, list[Spot]] = {phase: [] for phase in quotas.VECTORS}
    sizes = dict.fromkeys(quotas.VECTORS, 0)
    for person, row in enumerate(phases):
        for place, phase in enumerate(row):
            sizes[phase] += 1
            if (person, place) not in met:
                alone[phase].append((person, place))
    open_twos = {phase: 3 * sizes[phase] - vectors for phase, vectors in quotas.VECTORS.items()}
    twos: set[Spot] = set()
    for spots, quota in (
        (meetings.of_two, quotas.TWOS_IN_COUPLE_MEETINGS),
        (meetings.of_three, quotas.TWOS_IN_TRIO_MEETINGS),
    ):
        by_phase = [[spot for spot in spots if phases[spot[0]][spot[1]] == p] for p in alone]
        for phase, count in enumerate(shares(quota, [len(members) for members in by_phase])):
            twos.update(draw.sample(by_phase[phase], count))
            open_twos[phase] -= count
    for phase, count in open_twos.items():
        twos.update(draw.sample(alone[phase], count))
    return twos
