"""Attack what a build has published, or what the method makes of its counts with other keys and policies.

    cd tests/oracles && python -m attack --warehouse ../../warehouse/phm.duckdb --published .../current/published
    cd tests/oracles && python -m attack --warehouse ../../warehouse/phm.duckdb --keys 3
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

from .figures import Published, read_published
from .method import publish
from .referee import Referee, play, practices, read_population

HEADINGS = 'published', 'counts of 1 to 7', 'P', 'T', 'of it by register', '1 to 7 for certain', 'large shown', 'programmes', 'seconds'


def attacked(referee: Referee, published: Iterable[tuple[str, Published]], widest: int) -> Iterable[tuple]:
    """A row of figures for each, as HEADINGS, and what was found."""
    for name, tables in published:
        started = time.process_time()
        score = play(referee, tables, widest)
        yield (
            name, f'{score.small:,}', score.known, sum(score.told.values()), '+'.join(map(str, score.told.values())),
            f'{score.between_1_and_7:,}', f'{score.large_shown:.1%}', score.programmes, round(time.process_time() - started),
        ), score.found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--warehouse', type=Path, required=True, help='what the referee knows')
    parser.add_argument('--published', type=Path, help='the folder of the part published: what the attacker has')
    parser.add_argument('--keys', type=int, default=3, help='without --published: how many keys to try the method with')
    parser.add_argument('--policy', nargs='+', default=['opensafely', 'nhs_england'])
    parser.add_argument('--widest', type=int, default=2, help='linear programmes for counts left open by so much; 0: none')
    parser.add_argument('--list', type=int, default=10, help='so many of the counts found')
    arguments = parser.parse_args()
    referee = Referee(read_population(arguments.warehouse))
    if arguments.published:
        tables = read_published(arguments.published, practices(arguments.warehouse))
        published = [(f'as published, {tables.policy.name}', tables)]
    else:
        published = (
            (f'{policy}, key {key}', publish(referee.population, f'key {key} of the attack suite', policy))
            for policy in arguments.policy for key in range(1, arguments.keys + 1)
        )
    print(' | '.join(HEADINGS))
    for row, found in attacked(referee, published, arguments.widest):
        print(' | '.join(map(str, row)), *found[:arguments.list], sep='\n    ', flush=True)


if __name__ == '__main__':
    main()
