"""The report of tools/impact.py in words: Markdown that a reviewer reads in a minute."""

from __future__ import annotations

from dataclasses import dataclass

from small_numbers import HIDDEN, Shown

CODES_SHOWN = 20
CAUSES_SHOWN = 3


@dataclass
class Measure:
    """A search or an indicator."""

    name: str
    # 'cohorts' or 'indicators', the layer it is in.
    layer: str
    # 'new', 'deleted', 'changed' or 'no change'.
    verdict: str
    title: str
    # In plain words; empty on the side where it does not exist.
    definition_before: str
    definition_now: str
    # What changed of all that it stands on.
    causes: list[str]
    # The patients of the search, or of each part of the indicator.
    patients: dict[str, Shown]


@dataclass
class Codelist:
    name: str
    verdict: str
    codes_now: int
    # (code, term, what happened to it)
    changes: list[tuple[str, str, str]]


@dataclass
class Impact:
    measures: list[Measure]
    codelists: list[Codelist]
    # Names of the marts and published tables that stand on what changed.
    marts: list[str]
    # Names, in the order of the counts by network.
    networks: list[str]
    # What the numbers are of, for the reader.
    compared: str
    # Why everything was built, not only what dbt finds affected; mostly empty.
    reason_for_all: str


def in_markdown(impact: Impact) -> str:
    lines = ['# What this change does to the numbers', '', f'**{summary(impact.measures)}**', '', impact.compared]
    if impact.reason_for_all:
        lines += [f'Everything was built and compared, because {impact.reason_for_all}.']
    if impact.measures:
        lines += [
            f'Counts of {HIDDEN} are hidden, others rounded to 5; after is worked out from the other three as shown.'
        ]
    lines += table(impact.measures)
    same = [measure for measure in impact.measures if measure.verdict == 'no change']
    if same:
        lines += ['', f"Affected, but no change in patients: {', '.join(name_and_size(measure) for measure in same)}."]
    for measure in impact.measures:
        lines += details(measure, impact.networks)
    if impact.codelists:
        lines += ['', '## Codelists']
        for codelist in impact.codelists:
            lines += codes(codelist)
    if impact.marts:
        lines += ['', '## Marts', '', f"Affected: {', '.join(f'`{mart}`' for mart in impact.marts)}."]
    return '\n'.join(lines) + '\n'


def summary(measures: list[Measure]) -> str:
    if not measures:
        return 'Nothing is affected: no search and no indicator stands on what changed.'
    kinds = []
    for layer, one, many in [('cohorts', 'search', 'searches'), ('indicators', 'indicator', 'indicators')]:
        count = sum(measure.layer == layer for measure in measures)
        kinds += [f'{count} {one if count == 1 else many}'] if count else []
    verdicts = []
    for verdict, words in [
        ('new', 'new'), ('deleted', 'deleted'), ('changed', 'changed'), ('no change', 'with no change in patients')
    ]:
        count = sum(measure.verdict == verdict for measure in measures)
        verdicts += [f'{count} {words}'] if count else []
    return f"{' and '.join(kinds)} {'is' if len(measures) == 1 else 'are'} affected: {', '.join(verdicts)}."


def table(measures: list[Measure]) -> list[str]:
    """One row for each search and each part of an indicator that changed."""
    rows = []
    for measure in measures:
        if measure.verdict != 'no change':
            cells = [f'`{measure.name}`', measure.verdict, causes(measure)]
            for part, patients in measure.patients.items():
                numbers = [patients.before, patients.after, patients.joined, patients.left]
                rows.append([*cells[:2], part, *numbers, cells[2]])
                cells = ['', '', '']
    if not rows:
        return []
    head = [['', '', '', 'before', 'after', 'joined', 'left', 'because of'], ['---'] * 3 + ['---:'] * 4 + ['---']]
    return ['', *(f"| {' | '.join(row)} |" for row in head + rows)]


def causes(measure: Measure) -> str:
    more = len(measure.causes) - CAUSES_SHOWN
    return ', '.join(measure.causes[:CAUSES_SHOWN]) + (f' and {more} more' if more > 0 else '')


def name_and_size(measure: Measure) -> str:
    return f'`{measure.name}` ({next(iter(measure.patients.values())).before})'


def details(measure: Measure, networks: list[str]) -> list[str]:
    """What the table has no room for: the definition if it changed, and where patients joined and left."""
    lines = []
    if measure.verdict == 'new':
        lines += [f'- Definition: {measure.definition_now}']
    elif measure.verdict != 'deleted' and measure.definition_now != measure.definition_before:
        lines += [f'- Definition before: {measure.definition_before}', f'- Definition now: {measure.definition_now}']
    for part, patients in measure.patients.items():
        of_part = f' ({part})' if len(measure.patients) > 1 else ''
        for verb, total, counts in [
            ('Joined', patients.joined, patients.joined_by_network), ('Left', patients.left, patients.left_by_network)
        ]:
            if total not in ('0', HIDDEN) and measure.verdict != 'deleted':
                lines += [f'- {verb}{of_part}: {by_network(counts, networks)}.']
    title = f' ({measure.title})' if measure.title else ''
    return ['', f'## `{measure.name}`{title}: {measure.verdict}', '', *lines] if lines else []


def by_network(counts: tuple[str, ...] | None, networks: list[str]) -> str:
    if counts is None:
        return 'not shown by network, because it would tell small numbers'
    here = list(zip(networks, counts))
    large = [(int(count.replace(',', '')), network, count) for network, count in here if count not in ('0', HIDDEN)]
    parts = [f'{count} in {network}' for _, network, count in sorted(large, key=lambda one: (-one[0], one[1]))]
    small = [network for network, count in here if count == HIDDEN]
    if small:
        parts += [f"{HIDDEN}{' each' if len(small) > 1 else ''} in {', '.join(small)}"]
    if '0' in counts:
        parts += [f"nobody in {'the other ' if parts else ''}{counts.count('0')}"]
    return '; '.join(parts)


def codes(codelist: Codelist) -> list[str]:
    if codelist.verdict == 'deleted':
        return ['', f'`{codelist.name}`: deleted.']
    size = f"{codelist.codes_now:,} code{'' if codelist.codes_now == 1 else 's'}"
    lines = ['', f'`{codelist.name}`: {codelist.verdict}, {size} now.', '']
    lines += [f'- {what}: {code} {term}' for code, term, what in codelist.changes[:CODES_SHOWN]]
    more = len(codelist.changes) - CODES_SHOWN
    return lines + ([f'- and {more:,} more'] if more > 0 else [])
