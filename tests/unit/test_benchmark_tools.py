"""The tools of the benchmarks: the suite has no time to measure."""

import ast
import shutil

import build
import measured
import pytest
import searches
from conftest import PROJECT


# The suite does not install polars, which is large: whether it finds the same patients is checked whenever it is timed.
@pytest.mark.parametrize('module', ['with_pandas', 'with_polars'])
def test_every_search_is_written_in_every_way(module):
    tree = ast.parse((searches.SEARCHES / f'{module}.py').read_text(encoding='utf-8'))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(searches.TEN) <= functions
    assert {file.stem for file in searches.SEARCHES.glob('*.sql')} == {'prologue', *searches.TEN}


def test_another_result_is_refused_with_its_numbers():
    with pytest.raises(SystemExit, match='of 3 it misses 2, and it finds 1 others .2 in all.'):
        searches.compare('SQL', 'asthma', ['a', 'b', 'c'], ['a', 'd'])
    with pytest.raises(SystemExit, match='4 in all'):
        searches.compare('SQL', 'asthma', ['a', 'b', 'c'], ['a', 'b', 'c', 'c'])


def test_a_project_of_many_searches_has_so_many_each_described(tmp_path):
    project = build.with_more_searches(100, tmp_path / 'project')
    searches_there = list((project / 'models/cohorts').glob('cohort_*.sql'))
    assert len(searches_there) == 100
    described = [file.with_suffix('.yml').read_text(encoding='utf-8') for file in searches_there]
    assert all(f'name: {file.stem}\n' in text for file, text in zip(searches_there, described))


def test_too_small_a_machine_is_said_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match='900,000,000 patients need .* of disk .* are free: name another folder'):
        measured.stop_if_too_small(900_000_000, tmp_path)
    monkeypatch.setattr(shutil, 'disk_usage', lambda _: shutil._ntuple_diskusage(10**15, 0, 10**15))
    with pytest.raises(SystemExit, match='900,000,000 patients need .* of memory, and this machine has .*: name fewer'):
        measured.stop_if_too_small(900_000_000, tmp_path)
    measured.stop_if_too_small(100, tmp_path)


def test_results_take_the_place_of_earlier_ones_in_the_readme(tmp_path, monkeypatch):
    readme = tmp_path / 'README.md'
    shutil.copy(PROJECT / 'benchmarks' / 'README.md', readme)
    monkeypatch.setattr(measured, 'README', readme)
    for patients in (2000, 300, 2000):
        measured.save('build', patients, {'patients': patients}, str, tmp_path / 'results')
    text = readme.read_text(encoding='utf-8')
    assert text.count("[{'patients': 300}, {'patients': 2000}]") == 1
    assert text.count('<!-- end of build -->') == text.count('<!-- end of searches -->') == 1
