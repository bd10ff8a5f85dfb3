"""How the impact report shows counts of patients, so that no small one catches the eye.

0 is shown, 1 to 7 are hidden, the rest is rounded to 5. That is no protection as what may leave has (docs/what_may_leave.md), so
the report of a real extract stays inside. Two rules keep the numbers that belong together from telling a hidden one:

- After is worked out from before, joined and left as they are shown; where nobody stayed it is joined.
- Joined (or left) by network is shown only if its total is not hidden, and if a reader who adds up all that would be
  shown must still think two values or more possible of each hidden count. Only what would be shown decides it. So where
  it is not shown, the networks could change places, and none of them is known.

Not examined: searches that determine each other.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_SMALL = 7
HIDDEN = f'1 to {LARGEST_SMALL}'


@dataclass(frozen=True)
class Shown:
    """What a reader sees of the patients of a search, or of a part of an indicator."""

    before: str
    after: str
    joined: str
    left: str
    # Network by network; none if that is not shown.
    joined_by_network: tuple[str, ...] | None
    left_by_network: tuple[str, ...] | None


def shown(before: int, joined: list[int], left: list[int]) -> Shown:
    """Arguments: patients before; who joined and who left since, network by network."""
    return Shown(
        in_words(before), after(before, sum(joined), sum(left)), in_words(sum(joined)), in_words(sum(left)),
        *(tuple(map(in_words, counts)) if may_be_broken_down(counts) else None for counts in (joined, left)),
    )


def rounded(count: int) -> int | None:
    """A count as it may be shown; none if it is hidden."""
    return None if 1 <= count <= LARGEST_SMALL else 5 * ((count + 2) // 5)


def in_words(count: int) -> str:
    return HIDDEN if rounded(count) is None else f'{rounded(count):,}'


def after(before: int, joined: int, left: int) -> str:
    if joined == left == 0:
        return in_words(before)
    if before == left:
        return in_words(joined)
    about = (rounded(before) or 0) + (rounded(joined) or 0) - (rounded(left) or 0)
    return f'about {about:,}' if about > 0 or None not in map(rounded, (before, joined, left)) else 'not shown'


def may_be_broken_down(counts: list[int]) -> bool:
    """Whether counts may be shown beside their sum."""
    if rounded(sum(counts)) is None:
        return False
    least, most = (sum(ends) for ends in zip((0, 0), *map(possible, counts)))
    total_least, total_most = possible(sum(counts))
    for low, high in map(possible, counts):
        if low < high <= LARGEST_SMALL:
            largest, smallest = min(high, total_most - (least - low)), max(low, total_least - (most - high))
            if smallest >= largest:
                return False
    return True


def possible(count: int) -> tuple[int, int]:
    """The least and the most that a count may be, for a reader who sees how it is shown."""
    if rounded(count) is None:
        return 1, LARGEST_SMALL
    return (max(rounded(count) - 2, LARGEST_SMALL + 1), rounded(count) + 2) if count else (0, 0)
