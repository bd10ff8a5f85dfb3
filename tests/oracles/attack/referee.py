"""The truth, which the attacker never sees: who is counted where, what he got right, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from .figures import Grid, Published, hierarchy, in_order
from .relations import REGISTERS, Relation, by_definition, suggested
from .solve import Attack, linear_programmes

DIMENSIONS = {
    'all': "'all'",
    'deprivation_quintile': 'imd_quintile',
    'deprivation_decile': 'imd_decile',
    'core20': "case is_core20 when true then 'core20' when false then 'not core20' end",
    'ethnic_group': 'ethnic_group',
    'sex': 'sex',
    'age_band': 'age_band',
    'rural_urban': 'rural_urban',
}
# A relation that chance explains is none that a reader knows: so many patients would be expected outside it.
MORE_THAN_CHANCE = 20


@dataclass
class Population:
    """Everyone who may be published, and which of them each count counts, the registers among them."""

    patients: list[str]
    grid: Grid
    practice: np.ndarray
    group: dict[str, np.ndarray]
    members: dict[str, np.ndarray]

    def counts(self, members: np.ndarray) -> np.ndarray:
        """How many of these stand in each cell."""
        return self._summed(members, np.ones(len(members))).astype(np.int64)

    def keys(self, members: np.ndarray, record_keys: np.ndarray) -> np.ndarray:
        """The sum of the record keys of these in each cell, modulo 2^64."""
        low, high = record_keys[members] & np.uint64(2**32 - 1), record_keys[members] >> np.uint64(32)
        # Halves of 32 bits of so many patients add up exactly in double precision.
        low, high = (self._summed(members, half.astype(float)).astype(np.uint64) for half in (low, high))
        return low + (high << np.uint64(32))

    def _summed(self, members: np.ndarray, weights: np.ndarray) -> np.ndarray:
        areas, groups = len(self.grid.areas), len(self.grid.groups)
        by_area = np.zeros((areas, groups))
        for group in self.group.values():
            at = self.practice[members] * groups + group[members]
            by_area += np.bincount(at, weights, areas * groups).reshape(areas, groups)
        index = {area: i for i, area in enumerate(self.grid.areas)}
        # From the narrowest: what lies in an area is complete before it is added to the next.
        for area in reversed(self.grid.areas):
            if area in self.grid.parents:
                by_area[index[self.grid.parents[area]]] += by_area[index[area]]
        return by_area.ravel()


def practices(warehouse: Path) -> list[tuple]:
    """Practice, network and place: public facts, for the attacker too."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql('select distinct practice_code, pcn_code, place from marts.dim_patient').fetchall()


def read_population(warehouse: Path, icb: str = 'QGH') -> Population:
    """From the marts at patient level, of the latest as-of date; who has a national data opt-out is not published."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        groups = ', '.join(f"coalesce(cast({sql} as varchar), 'unknown') as \"{name}\"" for name, sql in DIMENSIONS.items())
        connection.execute(f"""
            create temp table person as
            select patient_id, practice_code, {groups}, row_number() over (order by patient_id) - 1 as n
            from marts.dim_patient
            where as_of_date = (select max(as_of_date) from marts.dim_patient)
                and patient_id not in (from {patients_of(connection, 'population.national_data_opt_out_patient')})
        """)
        person = connection.sql('select * from person order by n').fetchnumpy()
        patients = list(person['patient_id'])
        read = lambda query: connection.sql(query).fetchall()
        all_groups = sorted(read('select distinct dimension, dimension_group from reference.ref_dimension_group'))
        known = read('select distinct practice_code, pcn_code, place from marts.dim_patient')
        members = dict(counted(connection))
        for register in REGISTERS:
            listed = patients_of(connection, f'concepts.condition_{register}', 'is_active')
            members[f'r {register}'] = connection.sql(f"""
                select n from person where patient_id in (from {listed}) order by n
            """).fetchnumpy()['n'].astype(np.int64)
    areas = {('icb', icb)}
    for practice, pcn, place in known:
        areas |= {('practice', practice), ('pcn', pcn or 'unknown'), ('place', place or 'unknown')}
    areas = sorted(areas, key=in_order)
    area_at, group_at = ({key: i for i, key in enumerate(keys)} for keys in (areas, all_groups))
    practice = np.array([area_at['practice', code] for code in person['practice_code']])
    group = {name: np.array([group_at[name, value] for value in person[name]]) for name in DIMENSIONS}
    grid = Grid(areas, all_groups, hierarchy(known, areas))
    return Population(patients, grid, practice, group, members)


def patients_of(connection, table: str, condition: str = 'true') -> str:
    """The patient_id of a table, which may know its patients by a number of the warehouse's own."""
    if 'patient_id' in connection.sql(f'from {table} limit 0').columns:
        return f'(select patient_id from {table} where {condition})'
    return f"""(
        select patient_id from population.registered_patient
        where patient_number in (select patient_number from {table} where {condition})
    )"""


def counted(connection) -> Iterable[tuple[str, np.ndarray]]:
    """Of each count its name and the numbers of its patients."""
    everyone = connection.sql('select n from person order by n').fetchnumpy()['n'].astype(np.int64)
    rows = connection.sql("""
        select cohort as measure, 'cohort' as status, n
        from marts.cohort_membership inner join person using (patient_id)
        where as_of_date = (select max(as_of_date) from marts.dim_patient)
        union all
        select indicator, status, n
        from marts.indicator_status inner join person using (patient_id)
        where as_of_date = (select max(as_of_date) from marts.dim_patient)
        order by measure, n
    """).fetchnumpy()
    measures = connection.sql('select measure, measure_type from marts.dim_measure order by 1').fetchall()
    measure, status, n = rows['measure'].astype(str), rows['status'].astype(str), rows['n'].astype(np.int64)
    starts = {name: (np.searchsorted(measure, name), np.searchsorted(measure, name, 'right')) for name, _ in measures}
    for name, measure_type in measures:
        at = slice(*starts[name])
        own, own_status = n[at], status[at]
        if measure_type == 'cohort':
            yield f'd {name}', everyone
            yield f'n {name}', own
            yield f'c {name}', np.setdiff1d(everyone, own, assume_unique=True)
        else:
            yield f'd {name}', own[own_status != 'excluded']
            yield f'n {name}', own[own_status == 'achieved']
            yield f'c {name}', own[own_status == 'not achieved']
            yield f'e {name}', own[own_status == 'excluded']


@dataclass
class Score:
    """What an attack came to; counts that have one column are one."""

    small: int
    known: int
    told: dict[str, int]
    between_1_and_7: int
    large_shown: float
    programmes: int
    found: list[str]


class Referee:
    """Knows who is counted where, and what the attacker was told besides."""

    def __init__(self, population: Population):
        self.population = population
        self.truth = {name: population.counts(members) for name, members in population.members.items()}
        self.is_member: dict[str, np.ndarray] = {}
        self.keys = np.random.default_rng(1).integers(0, 2**64, len(population.patients), dtype=np.uint64)

    def confirmed(self, relations: Iterable[Relation]) -> list[Relation]:
        """Of what figures suggest, what holds of the patients themselves, and not by chance."""
        members, everyone = self.population.members, len(self.population.patients)

        def is_in(name: str) -> np.ndarray:
            if name not in self.is_member:
                self.is_member[name] = np.zeros(everyone, bool)
                self.is_member[name][members[name]] = True
            return self.is_member[name]

        def holds(relation: Relation) -> bool:
            left = members[relation.left]
            if relation.is_equal:
                together = np.logical_or.reduce([is_in(name) for name in relation.right])
                return sum(len(members[name]) for name in relation.right) == len(left) and np.array_equal(together, is_in(relation.left))
            expected_outside = len(left) * (1 - len(members[relation.right[0]]) / everyone)
            return expected_outside >= MORE_THAN_CHANCE and bool(is_in(relation.right[0])[left].all())

        return [relation for relation in relations if holds(relation)]

    def table(self, attack: Attack) -> np.ndarray:
        """The true counts of the attacker's columns; he was not misled."""
        table = np.zeros(attack.low.shape, np.int64)
        for name, column in attack.column.items():
            table[:, column] = self.truth[name]
        wrong = np.argwhere((attack.low > table) | (table > attack.high))
        assert not len(wrong), f'the attacker was misled: {attack.describe(*wrong[0])}, not {table[tuple(wrong[0])]}'
        return table

    def small(self, attack: Attack) -> np.ndarray:
        """The counts of 1 to 7 that have a row in what is published: registers have none, nor deciles below place a figure."""
        table, grid = self.table(attack), self.population.grid
        has_row = np.zeros(table.shape, bool)
        for name, column in attack.column.items():
            if name[0] in 'dnc':
                has_row[:, column] |= ~grid.withheld
            elif name[0] == 'e':
                has_row[:, column] |= grid.everyone
        return (table >= 1) & (table <= 7) & has_row

    def known(self, attack: Attack) -> np.ndarray:
        """Which of them are known for certain."""
        return self.small(attack) & (attack.low == attack.high)

    def told(self, attack: Attack, register: str) -> Attack:
        """The attacker, told the true size of a register in every area and group."""
        return attack.told(f'r {register}', self.truth[f'r {register}'])

    def learned(self, before: Attack, after: Attack, register: str) -> np.ndarray:
        """What he knows more, without counts of the very patients he was told of."""
        learned = self.known(after) & ~self.known(before)
        name_of = {column: name for name, column in after.column.items()}
        told = set(self.population.keys(self.population.members[f'r {register}'], self.keys).tolist())
        for column in np.flatnonzero(learned.any(axis=0)):
            keys = self.population.keys(self.population.members[name_of[column]], self.keys)
            learned[:, column] &= [key not in told for key in keys.tolist()]
        return learned

    def large_shown(self, published: Published) -> float:
        """The share of numerators that are shown of those that are over 7 with a complement over 7."""
        counts = [np.stack([self.truth[f'{kind} {name}'] for name in published.measures], axis=1) for kind in 'nc']
        is_large = (counts[0] > 7) & (counts[1] > 7) & ~published.grid.withheld[:, None]
        return float((~np.isnan(published.numerators))[is_large].mean())


def play(referee: Referee, published: Published, widest: int = 0) -> Score:
    """The whole attack, and what it came to.

    Arguments: widest, for linear programmes (`linear_programmes`); 0 for none.
    """
    relations = [*by_definition(published), *referee.confirmed(suggested(published))]
    attack = Attack(published, relations).conclude()
    programmes = linear_programmes(attack, widest) if widest else 0
    known = referee.known(attack)
    told, found = {}, [attack.describe(*at) for at in np.argwhere(known)]
    for register in REGISTERS:
        after = referee.told(attack, register)
        learned = referee.learned(attack, after, register)
        told[register] = int(learned.sum())
        found += [f'told of {register}: {after.describe(*at)}' for at in np.argwhere(learned)]
    small = referee.small(attack)
    between = small & (attack.low >= 1) & (attack.high <= 7)
    return Score(
        int(small.sum()), int(known.sum()), told, int(between.sum()), referee.large_shown(published), programmes, found
    )
