"""The method of what may leave, written again from its text, for keys and policies other than those of a build.

Its secret is any text: what is published differs from the build's in the draws of the noise, and in nothing else.
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from .figures import POLICIES, Policy, Published
from .referee import Population

STRUCTURAL = 20


def record_keys(secret: str, patients: list[str]) -> np.ndarray:
    keys = [sha256(f'{secret}|{patient}'.encode()).digest()[:8] for patient in patients]
    return np.frombuffer(b''.join(keys), '<u8')


def noise(secret: str, cell_keys: np.ndarray, suffix: str = '') -> np.ndarray:
    """-2 to 2 with weights 1, 4, 6, 4, 1: how many of four bits of the hash are set, less 2."""
    values, inverse = np.unique(cell_keys, return_inverse=True)
    draws = [(sha256(f'{secret}|{key}{suffix}'.encode()).digest()[0] & 15).bit_count() - 2 for key in values.tolist()]
    return np.array(draws)[inverse].reshape(cell_keys.shape)


def figure(count: np.ndarray, drawn: np.ndarray, rule: Policy) -> np.ndarray:
    """Of what is shown; nan where it is hidden."""
    rounded = 5 * np.floor((count + drawn + 2) / 5)
    is_shown = (count > rule.most_hidden) | (count > 7) & (rounded >= 10)
    return np.where(is_shown, np.maximum(rounded, 10), np.nan)


def zero_is_shown(secret: str, keys: np.ndarray, cells: list[str]) -> np.ndarray:
    """Of each cell, whether it would show a count of nobody: its noise is from a key and from the cell's own name."""
    draws = [sha256(f'{secret}|{key}|{cell}'.encode()).digest()[0] & 15 for key, cell in zip(keys.tolist(), cells)]
    return np.array([draw.bit_count() - 2 <= 0 for draw in draws])


def publish(population: Population, secret: str, policy: str) -> Published:
    """What a release would hold: figures by cell and measure."""
    rule = POLICIES[policy]
    grid = population.grid
    own = record_keys(secret, population.patients)
    measures = sorted(name[2:] for name in population.members if name[0] == 'd')
    by_id: dict[bytes, tuple] = {}

    def drawn(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        members = population.members[name]
        identity = sha256(members.tobytes()).digest()
        if identity not in by_id:
            keys = population.keys(members, own)
            by_id[identity] = population.counts(members), keys, noise(secret, keys)
        return by_id[identity]

    shows_zero: dict[tuple, np.ndarray] = {}

    def nought(name: str, denominator_keys: np.ndarray) -> np.ndarray:
        """By the key of the count in the whole ICB: one draw for each count, the same under every name."""
        of_icb = drawn(name)[1][icb & everyone]
        keys = denominator_keys if rule.noughts_agree else np.repeat(of_icb, grid.cells)
        if keys.tobytes() not in shows_zero:
            shows_zero[keys.tobytes()] = zero_is_shown(secret, keys, cells)
        return shows_zero[keys.tobytes()]

    everyone, icb = grid.everyone, grid.in_areas(lambda area: area[0] == 'icb')
    cells = [f'{area}|{group}' for area in grid.areas for group in grid.groups]
    columns = []
    for measure in measures:
        count, keys, noise_of_denominator = drawn(f'd {measure}')
        denominator = figure(count, noise_of_denominator, rule)
        is_shown = ~np.isnan(denominator)
        x, _, noise_of_numerator = drawn(f'n {measure}')
        y, _, noise_of_complement = drawn(f'c {measure}')
        numerator, complement = figure(x, noise_of_numerator, rule), figure(y, noise_of_complement, rule)
        numerator[~is_shown | np.isnan(complement)] = np.nan
        # What the whole ICB has none of, by its figures for everyone and the group's size.
        share = numerator[icb & everyone] / denominator[icb & everyone]
        is_structural = np.tile((x[icb] == 0) & (share * denominator[icb] >= STRUCTURAL), len(grid.areas))
        numerator[is_structural & is_shown] = 0
        if rule.zero_is_shown:
            numerator[(x == 0) & is_shown & nought(f'n {measure}', keys)] = 0
            denominator[(count == 0) & nought(f'd {measure}', keys)] = 0
        excluded = np.full(grid.cells, np.nan)
        if f'e {measure}' in population.members:
            e, _, noise_of_excluded = drawn(f'e {measure}')
            excluded = np.where(everyone, figure(e, noise_of_excluded, rule), np.nan)
            if rule.zero_is_shown:
                excluded[(e == 0) & everyone & nought(f'e {measure}', keys)] = 0
        columns.append((denominator, numerator, excluded))
    tables = [np.stack([column[i] for column in columns], axis=1) for i in range(3)]
    for table in tables[:2]:
        table[grid.withheld] = np.nan
    return Published(
        rule, grid, measures, *tables, np.array([f'e {measure}' in population.members for measure in measures])
    )
