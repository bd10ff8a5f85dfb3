"""Whether what may leave is published anew, and the ledger of what was (docs: what may leave).

Two releases of nearly the same patients tell more than each by itself. So a release is asked for, and it is refused if the ledger
has one too near to it. `releases.csv` lies in the published folder, beside the versions, and outlives them: without it nothing is
known of what readers outside already hold.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from published_folder import current_version

DAYS_BETWEEN = 28


@dataclass(frozen=True)
class Release:
    """One line of the ledger. `counts` is a checksum of the figures of that date as they were published."""

    series: int
    as_of_date: str
    policy: str
    key: str
    counts: str
    is_demo: bool
    version: str


@dataclass(frozen=True)
class Plan:
    """Whether to release, or to keep what readers have; a line that says so; the series and its dates that may be in it."""

    is_made: bool
    is_kept: bool
    words: str
    series: int | None = None
    as_of_dates: tuple[str, ...] = ()


def plan_release(folder: str, request: str, key: str, is_demo: bool) -> str:
    """For SQL: plan, with the ledger and the release that readers have now. Request and result are JSON."""
    now = release_now(folder)
    made = plan(
        read_ledger(Path(folder)), there_is_one=now is not None and now['is_demo'] == is_demo, key=key, is_demo=is_demo,
        **json.loads(request),
    )
    return json.dumps(asdict(made) | {'is_demo': is_demo})


def enter_release(folder: str, request: str, key: str, is_demo: bool) -> str:
    """For SQL: enter."""
    enter(Path(folder), Release(key=key, is_demo=is_demo, **json.loads(request)))
    return folder


def release_now(folder: str) -> dict | None:
    """What the release that readers have says of itself."""
    current = current_version(folder)
    about = current / 'published' / 'about.json' if current else None
    return json.loads(about.read_text(encoding='utf-8')) if about and about.exists() else None


def plan(
    ledger: list[Release], *, asked: str, there_is_one: bool, as_of_date: str, policy: str, key: str, is_demo: bool,
    purpose: str, counts: dict[str, str],
) -> Plan:
    """Decide.

    Arguments: ledger; asked, 'true', 'false' or 'new_series'; there_is_one, whether readers have a release; counts, the checksum of
    each date in the warehouse. Releases of the demo and others do not concern each other.
    """
    earlier = [release for release in ledger if release.is_demo == is_demo]
    if asked == 'false' and there_is_one:
        return Plan(False, there_is_one, f'Not released, since nobody asked (--vars \'{{release: true}}\'){as_it_was(earlier)}')
    series = earlier[-1].series if earlier else 0
    own = [release for release in earlier if release.series == series]
    again = [release for release in own if release.as_of_date == as_of_date and asked != 'new_series']
    reason = refusal(earlier, own, again, asked, as_of_date, policy, key, counts)
    if purpose == 'direct_care':
        reason = 'a warehouse for direct care holds patients who have opted out'
    if reason:
        return Plan(False, there_is_one, f'Not released, because {reason}{as_it_was(earlier)}')
    if asked == 'new_series' or not earlier:
        return Plan(True, False, f'Released as of {as_of_date}, the first of series {series + 1}', series + 1, (as_of_date,))
    # A date whose figures are no longer those that were released is left out: readers have them.
    dates = {release.as_of_date for release in own if counts.get(release.as_of_date) == release.counts} | {as_of_date}
    return Plan(True, False, f'Released as of {as_of_date}, in series {series}', series, tuple(sorted(dates)))


def as_it_was(earlier: list[Release]) -> str:
    last = f' (the last release is as of {earlier[-1].as_of_date})' if earlier else ''
    return f': what may leave is as it was{last}'


def refusal(
    earlier: list[Release], own: list[Release], again: list[Release], asked: str, as_of_date: str, policy: str, key: str,
    counts: dict[str, str],
) -> str | None:
    """Why there can be no release, in words."""
    if asked == 'new_series' and any(release.as_of_date > as_of_date for release in earlier):
        return f'a new series begins {DAYS_BETWEEN} days or more after the last release, which is later than {as_of_date}'
    near = [release.as_of_date for release in earlier if days_between(release.as_of_date, as_of_date) < DAYS_BETWEEN]
    if asked != 'new_series':
        other = [name for name, value in [('policy', policy), ('key', key)] for release in own if getattr(release, name) != value]
        if other:
            return (
                f'series {own[-1].series} has another {other[0]}: go back to it, or begin a new series with '
                f"--vars '{{release: new_series}}', {DAYS_BETWEEN} days or more after the last release"
            )
        if again and again[0].counts != counts[as_of_date]:
            return f'{as_of_date} was released with other counts, and two sets of them tell more than one: ask at a later as_of_date'
        if again:
            return None
    if near:
        return (
            f'the release of {near[-1]} is {days_between(near[-1], as_of_date)} days from {as_of_date}, and there must be '
            f'{DAYS_BETWEEN} or more between two'
        )
    return None


def days_between(one: str, other: str) -> int:
    return abs((date.fromisoformat(other) - date.fromisoformat(one)).days)


def read_ledger(folder: Path) -> list[Release]:
    file = ledger_file(folder)
    if not file.exists():
        return []
    with file.open(encoding='utf-8', newline='') as handle:
        return [
            Release(**{**row, 'series': int(row['series']), 'is_demo': row['is_demo'] == 'True'}) for row in csv.DictReader(handle)
        ]


def enter(folder: Path, release: Release) -> None:
    """Add a line to the ledger, in one step; none if that date is there already, which was released once more as it was."""
    ledger = read_ledger(folder)
    if any((line.series, line.as_of_date, line.is_demo) == (release.series, release.as_of_date, release.is_demo) for line in ledger):
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = ledger_file(folder).with_suffix('.part')
    with part.open('w', encoding='utf-8', newline='') as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(Release)])
        writer.writeheader()
        writer.writerows(asdict(line) for line in [*ledger, release])
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(part, ledger_file(folder))


def ledger_file(folder: Path) -> Path:
    return folder / 'releases.csv'
