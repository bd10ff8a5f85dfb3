"""Whether what may leave is published anew, and the ledger of what was.

Two releases of nearly the same patients tell more than each by itself. So a release is asked for, and it is refused if the
ledger has one too near to it. `releases.csv` lies in the published folder, beside the versions, and outlives them: without
it nobody knows what readers outside already hold.
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
class Build:
    """A build that may release.

    `asked` is 'true', 'false' or 'new_series'; `has_readers` says whether readers have a release of its kind; `counts` are
    the checksums of all dates in the warehouse.
    """

    asked: str
    has_readers: bool
    as_of_date: str
    policy: str
    purpose: str
    key: str
    is_demo: bool
    counts: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """Whether to release, or to keep what readers have; a line that says so; the series, and its dates that may be in it."""

    is_made: bool
    is_kept: bool
    words: str
    series: int | None = None
    as_of_dates: tuple[str, ...] = ()


def plan_release(folder: str, request: str, key: str, is_demo: bool) -> str:
    """For SQL: plan, with the ledger and the release that readers have now. Request and result are JSON."""
    now = release_now(folder)
    has_readers = now is not None and now['is_demo'] == is_demo
    build = Build(has_readers=has_readers, key=key, is_demo=is_demo, **json.loads(request))
    return json.dumps(asdict(plan(read_ledger(Path(folder)), build)) | {'is_demo': is_demo})


def enter_release(folder: str, request: str, key: str, is_demo: bool) -> str:
    """For SQL: enter."""
    enter(Path(folder), Release(key=key, is_demo=is_demo, **json.loads(request)))
    return folder


def release_now(folder: str) -> dict | None:
    """What the release that readers have says of itself."""
    current = current_version(folder)
    about = current / 'published' / 'about.json' if current else None
    return json.loads(about.read_text(encoding='utf-8')) if about and about.exists() else None


def plan(ledger: list[Release], build: Build) -> Plan:
    """Decide. Releases of the demo extract and others do not concern each other."""
    earlier = [release for release in ledger if release.is_demo == build.is_demo]
    as_it_was = 'what may leave is as it was'
    if earlier:
        as_it_was += f' (the last release is as of {earlier[-1].as_of_date})'
    if build.asked == 'false' and build.has_readers:
        return Plan(False, True, f"Not released, since nobody asked (--vars '{{release: true}}'): {as_it_was}")
    reason = refusal(earlier, build)
    if reason:
        return Plan(False, build.has_readers, f'Not released, because {reason}: {as_it_was}')
    if build.asked == 'new_series' or not earlier:
        series = earlier[-1].series + 1 if earlier else 1
        words = f'Released as of {build.as_of_date}, the first of series {series}'
        return Plan(True, False, words, series, (build.as_of_date,))
    # A date whose figures are no longer those that were released is left out: readers have them.
    own = last_series(earlier)
    dates = {release.as_of_date for release in own if build.counts.get(release.as_of_date) == release.counts}
    words = f'Released as of {build.as_of_date}, in series {own[-1].series}'
    return Plan(True, False, words, own[-1].series, tuple(sorted(dates | {build.as_of_date})))


def last_series(earlier: list[Release]) -> list[Release]:
    return [release for release in earlier if release.series == earlier[-1].series]


def refusal(earlier: list[Release], build: Build) -> str | None:
    """Why there can be no release, in words."""
    if build.purpose == 'direct_care':
        return 'a warehouse for direct care holds patients who have opted out'
    if build.asked == 'new_series':
        if any(release.as_of_date > build.as_of_date for release in earlier):
            return f'a new series begins {DAYS_BETWEEN} days or more after the last release, and that is later'
        return too_near(earlier, build)
    for release in last_series(earlier):
        for name in ('policy', 'key'):
            if getattr(release, name) != getattr(build, name):
                return (
                    f'series {release.series} has another {name}: go back to it, or begin a new series with '
                    f"--vars '{{release: new_series}}', {DAYS_BETWEEN} days or more after the last release"
                )
        if release.as_of_date == build.as_of_date:
            if release.counts == build.counts[build.as_of_date]:
                return None
            return f'{build.as_of_date} was released with other counts, and both tell more than one: ask at a later as_of_date'
    return too_near(earlier, build)


def too_near(earlier: list[Release], build: Build) -> str | None:
    for release in earlier:
        days = abs((date.fromisoformat(build.as_of_date) - date.fromisoformat(release.as_of_date)).days)
        if days < DAYS_BETWEEN:
            return (
                f'the release of {release.as_of_date} is {days} days from {build.as_of_date}, and there must be '
                f'{DAYS_BETWEEN} or more between two'
            )
    return None


def read_ledger(folder: Path) -> list[Release]:
    file = ledger_file(folder)
    if not file.exists():
        return []
    with file.open(encoding='utf-8', newline='') as handle:
        return [
            Release(**row | {'series': int(row['series']), 'is_demo': row['is_demo'] == 'True'})
            for row in csv.DictReader(handle)
        ]


def enter(folder: Path, release: Release) -> None:
    """Add a line to the ledger, in one step; none if the date is there, and is released once more as it was."""
    ledger = read_ledger(folder)
    if any(asdict(line) | {'version': ''} == asdict(release) | {'version': ''} for line in ledger):
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
