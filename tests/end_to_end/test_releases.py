"""What may leave is published anew when someone asks and the ledger allows it (tests/unit/test_release_plan.py); the secret behind its figures is shown nowhere."""

import json
import os
import shutil
from pathlib import Path

import disclosure_key
import duckdb
import pytest
from conftest import DEMO, dbt_here, part_of_project
from releases import read_ledger


def count_by_practice(manifest) -> None:
    """In the place of dim_practice: a table that may leave, with a slice for each date."""
    node = manifest.nodes['model.phm.dim_patient']
    released = type(node).from_dict(node.to_dict() | {
        'unique_id': 'model.phm.published_count', 'name': 'published_count', 'alias': 'published_count', 'schema': 'published',
        'fqn': ['phm', 'published', 'published_count'], 'refs': [{'name': 'dim_patient', 'package': None, 'version': None}],
        'depends_on': {'macros': [], 'nodes': ['model.phm.dim_patient']},
        'raw_code': """
            select as_of_date, 'practice' as area_type, practice_code as area_code, count(*) as numerator,
                sha256({{ disclosure_key() }} || practice_code) as record_key
            from {{ ref('dim_patient') }} where as_of_date = {{ as_of_date() }} group by all
        """,
    })
    released.config.contract.enforced = released.contract.enforced = False
    released.columns, released.constraints = {}, []
    manifest.nodes['model.phm.published_count'] = released
    manifest.build_flat_graph()
    manifest.build_parent_and_child_maps()


@pytest.fixture(scope='module')
def build(parsed):
    """A whole build of the project with dim_patient and one table that may leave: seconds."""
    def run(folder: Path, *options: str, extract: Path = DEMO, **variables):
        manifest = part_of_project(parsed.deepcopy(), 'dim_patient', tests=False)
        count_by_practice(manifest)
        done = dbt_here(manifest, 'build', *options, folder=folder, extract=extract, variables=variables, write_json=True)
        assert done.ok, done.output
        return done.output
    return run


def release(folder: Path) -> Path:
    return folder / 'published' / 'current' / 'published'


def released(folder: Path) -> list[tuple[str, int]]:
    with duckdb.connect(str(release(folder) / 'phm_published.duckdb'), read_only=True) as reader:
        return reader.execute(
            'select cast(as_of_date as text), sum(numerator) from published.published_count group by 1 order by 1'
        ).fetchall()


def inside(folder: Path) -> str:
    about = folder / 'published' / 'current' / 'patient_level' / 'about.json'
    return json.loads(about.read_text(encoding='utf-8'))['as_of_date']


def test_what_may_leave_is_published_when_asked(build, tmp_path):
    output = build(tmp_path, as_of_date='2026-08-31')
    assert 'Released as of 2026-08-31, the first of series 1' in output
    first = {file.name: file.read_bytes() for file in release(tmp_path).iterdir()}
    about = json.loads(first['about.json'])
    assert about['series'] == 1 and about['is_demo'] and about['disclosure_key'] == 'the key of the demo extract, which is no secret'
    assert about['disclosure_policy'] and about['as_of_date'] == about['as_of_dates'] == '2026-08-31'
    assert 'counts of 7 or fewer' in about['hidden'] and 'extract_folder' not in about

    output = build(tmp_path, as_of_date='2026-09-20')
    assert "Not released, since nobody asked (--vars '{release: true}'): what may leave is as it was" in output
    assert {file.name: file.read_bytes() for file in release(tmp_path).iterdir()} == first
    assert inside(tmp_path) == '2026-09-20'

    output = build(tmp_path, as_of_date='2026-09-20', release=True)
    assert 'Not released, because the release of 2026-08-31 is 20 days from 2026-09-20' in output
    assert {file.name: file.read_bytes() for file in release(tmp_path).iterdir()} == first

    output = build(tmp_path, as_of_date='2026-10-31', release=True)
    assert 'Released as of 2026-10-31, in series 1' in output
    assert [day for day, _ in released(tmp_path)] == ['2026-08-31', '2026-10-31'], 'and not the date that was never released'
    assert [line.as_of_date for line in read_ledger(tmp_path / 'published')] == ['2026-08-31', '2026-10-31']
    assert not any(path.name == 'disclosure_controlled' for path in (tmp_path / 'published').rglob('*'))


def in_eights(secret: str) -> set[bytes]:
    return {secret[start:start + 8].encode() for start in range(len(secret) - 7)}


def places_with(secret: str, folder: Path, output: str) -> list[str]:
    """Where eight consecutive characters of the secret stand, as text, hex or base64."""
    import base64
    parts = in_eights(secret) | in_eights(secret.encode().hex()) | in_eights(base64.b64encode(secret.encode()).decode().rstrip('='))
    texts = {'the output': output.encode()}
    for name in ['target', 'logs', 'published']:
        texts |= {str(file): file.read_bytes() for file in (folder / name).rglob('*') if file.is_file()}
    return [name for name, text in texts.items() if any(part in text for part in parts)]


@pytest.fixture
def own_extract(tmp_path) -> Path:
    """The demo's data, brought as a team's own."""
    return shutil.copytree(DEMO, tmp_path / 'extract')


SECRET = 'Zq7-vermilion-otters-juggle-19-teapots'


def test_a_secret_that_is_given_is_shown_nowhere(build, tmp_path, own_extract, monkeypatch):
    monkeypatch.setenv('PHM_DISCLOSURE_KEY', SECRET)
    output = build(tmp_path, '--debug', extract=own_extract)
    assert 'Released as of 2026-10-31' in output
    assert json.loads((release(tmp_path) / 'about.json').read_text(encoding='utf-8'))['disclosure_key'] == 'a secret key'
    assert places_with(SECRET, tmp_path, output) == []
    assert places_with('phm_disclosure_key', tmp_path, output), 'else this looks in the wrong places'
    assert not (tmp_path / 'phm_disclosure_key').exists()
    with duckdb.connect(str(tmp_path / 'phm.duckdb'), read_only=True) as reader:
        found = reader.execute("select record_key = sha256(? || area_code) from published.published_count", [SECRET]).fetchall()
    assert found and all(is_equal for is_equal, in found)


def test_a_secret_that_is_made_is_the_owners_and_stays(build, tmp_path, own_extract):
    output = build(tmp_path, '--debug', extract=own_extract)
    file = tmp_path / 'phm_disclosure_key'
    made = file.read_text(encoding='utf-8').strip()
    assert len(made) == 64 and (os.name == 'nt' or file.stat().st_mode & 0o777 == 0o600)
    assert places_with(made, tmp_path, output) == []
    disclosure_key_now = file.read_bytes()
    build(tmp_path, extract=own_extract, as_of_date='2026-09-30', release=True)
    assert file.read_bytes() == disclosure_key_now
    assert len({line.key for line in read_ledger(tmp_path / 'published')}) == 1


def test_another_key_is_refused_and_the_inside_parts_are_published(build, tmp_path, own_extract, monkeypatch):
    build(tmp_path, extract=own_extract, as_of_date='2026-09-30')
    monkeypatch.setenv('PHM_DISCLOSURE_KEY', SECRET)
    output = build(tmp_path, extract=own_extract, as_of_date='2026-10-31', release=True)
    assert 'Not released, because series 1 has another key' in output
    assert inside(tmp_path) == '2026-10-31' and [day for day, _ in released(tmp_path)] == ['2026-09-30']
    output = build(tmp_path, extract=own_extract, as_of_date='2026-10-31', release='new_series')
    assert 'Released as of 2026-10-31, the first of series 2' in output
    assert [day for day, _ in released(tmp_path)] == ['2026-10-31']


def test_a_short_secret_stops_the_build_with_one_sentence(parsed, tmp_path, own_extract, monkeypatch):
    monkeypatch.setenv('PHM_DISCLOSURE_KEY', 'short')
    run = dbt_here(part_of_project(parsed.deepcopy(), 'dim_patient', tests=False), 'build', folder=tmp_path, extract=own_extract)
    assert not run.ok
    assert 'PHM_DISCLOSURE_KEY has 5 characters: give 32 or more that nobody can guess.' in run.output
    assert 'Traceback' not in run.output and not (tmp_path / 'phm_disclosure_key').exists()


def test_the_demo_has_a_key_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv('PHM_DISCLOSURE_KEY', SECRET)
    monkeypatch.setenv('PHM_EXTRACT_DIR', str(DEMO))
    assert disclosure_key.key(tmp_path / 'phm.duckdb') == disclosure_key.DEMO_KEY
    monkeypatch.setenv('PHM_EXTRACT_DIR', str(tmp_path))
    assert disclosure_key.key(tmp_path / 'phm.duckdb') == SECRET


def test_a_release_that_is_asked_for_in_other_words_is_refused(parsed, tmp_path):
    run = dbt_here(
        part_of_project(parsed.deepcopy(), 'dim_patient', tests=False), 'build', folder=tmp_path, variables={'release': 'yes'}
    )
    assert not run.ok and "The variable release is 'yes': give true, false or new_series." in run.output
