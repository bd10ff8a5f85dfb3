"""A pull request as CONTRIBUTING tells it, in a repository of its own: its files, the linters' verdict, its impact."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from conftest import copy_of_the_project as copied

sys.path.insert(0, str(PROJECT / 'tools'))
import impact  # noqa: E402
import impact_report  # noqa: E402
from impact import Side  # noqa: E402
from impact_report import Codelist, Impact, Measure  # noqa: E402
from small_numbers import Shown, shown  # noqa: E402

CODELIST = 'code,term\n37796009,Migraine\n'
CONCEPT = "{{ condition_concept(diagnosis=ref('codelist_migraine')) }}\n"
SEARCH = """\
{{ cohort_search([
    ('Aged 18 or over',     aged(at_least=18)),
    ('Migraine',            has_condition('migraine')),
    ('No BMI in 15 months', none_of(recorded('bmi', within='15 months'))),
]) }}
"""
NEW = 'cohort_migraine_without_bmi'
REMOVED = '282825002,Paroxysmal atrial fibrillation\n'
ADDED = '231504006,Mixed anxiety and depressive disorder\n'


def git(folder: Path, *arguments: str) -> str:
    settings = [
        '-c', 'user.name=An analyst', '-c', 'user.email=analyst@example.org', '-c', 'commit.gpgsign=false',
        '-c', 'core.autocrlf=false',
    ]
    run = subprocess.run(['git', *settings, *arguments], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def copy_of_the_project(folder: Path) -> Path:
    copied(folder)
    git(folder, 'init', '--quiet', '--initial-branch', 'main')
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'Before there was a project')
    git(folder, 'tag', 'empty')
    git(folder, 'add', '.')
    git(folder, 'commit', '--quiet', '--message', 'The project')
    return folder


def run_impact(project: Path, base: str, **variables: str) -> subprocess.CompletedProcess:
    settled = {'PHM_DATABASE': str(project.parent / 'phm.duckdb'), 'GIT_CEILING_DIRECTORIES': str(project.parent)}
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith('PHM_')}
    return subprocess.run(
        [sys.executable, 'tools/impact.py', base],
        cwd=project, env=surroundings | settled | variables, capture_output=True, text=True, encoding='utf-8',
    )


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding='utf-8')
    assert old in text, f'{file} has no {old!r}'
    file.write_text(text.replace(old, new), encoding='utf-8')


def copy_yaml(source: Path, target: Path, *replacements: tuple[str, str]) -> None:
    target.write_text(source.read_text(encoding='utf-8'), encoding='utf-8')
    for old, new in replacements:
        edit(target, old, new)


def follow_contributing(project: Path) -> None:
    """A codelist, a concept and a search are added, by the steps of CONTRIBUTING; two codelists are corrected."""
    codelists, conditions = project / 'seeds' / 'codelists', project / 'models' / 'concepts' / 'conditions'
    (codelists / 'codelist_migraine.csv').write_text(CODELIST, encoding='utf-8')
    copy_yaml(
        codelists / 'codelist_dementia.yml', codelists / 'codelist_migraine.yml',
        ('dementia', 'migraine'), ('OpenCodelists sample of the QOF list', 'SNOMED CT browser'),
        ('NHS Primary Care Domain reference set DEM_COD', 'a published list of migraine'),
    )
    (conditions / 'condition_migraine.sql').write_text(CONCEPT, encoding='utf-8')
    copy_yaml(
        conditions / 'condition_dementia.yml', conditions / 'condition_migraine.yml',
        ("Source: QOF business rules v50, register DEM (DEM_COD), as NCL ICB's published models have it.",
         "Source: the practice's own\n      request; there is no register of it."),
        ('dementia', 'migraine'), ('term: Dementia', 'term: Migraine'), ('52448006', '37796009'),
    )
    laid_down = subprocess.run([sys.executable, 'tools/new_cohort.py', NEW], cwd=project, capture_output=True, text=True)
    assert laid_down.returncode == 0, laid_down.stderr
    search = project / 'models' / 'cohorts' / f'{NEW}.sql'
    search.write_text(SEARCH, encoding='utf-8')
    for old, new in [
        ('(whom the search finds), because (why one asks). Asked for by (whom).',
         'adult with migraine and no BMI in 15 months,\n      because losing weight helps. Asked for by a practice.'),
        ('Migraine without bmi', 'Migraine without a recent BMI'),
        ('group: lifestyle  # its theme, one of models/themes.yml', 'group: neurological'),
    ]:
        edit(search.with_suffix('.yml'), old, new)
    tested = subprocess.run([sys.executable, 'tools/new_cohort.py', NEW, '--tests'], cwd=project, capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    edit(codelists / 'codelist_atrial_fibrillation.csv', REMOVED, '')
    depression = codelists / 'codelist_depression.csv'
    depression.write_text(depression.read_text(encoding='utf-8').rstrip('\n') + f'\n{ADDED}', encoding='utf-8')


@pytest.fixture(scope='module')
def pull_request(tmp_path_factory) -> Path:
    """The repository, on the branch of the pull request."""
    project = copy_of_the_project(tmp_path_factory.mktemp('pull_request') / 'project')
    git(project, 'switch', '--quiet', '--create', 'migraine')
    follow_contributing(project)
    git(project, 'add', '.')
    git(project, 'commit', '--quiet', '--message', 'Adults with migraine and no BMI')
    return project


@pytest.fixture(scope='module')
def report(pull_request) -> str:
    run = run_impact(pull_request, 'main')
    assert run.returncode == 0, run.stdout + run.stderr
    text = (pull_request / 'target' / 'impact' / 'impact.md').read_text(encoding='utf-8')
    assert run.stdout.strip() == text.strip()
    return text


@pytest.fixture(scope='module')
def working_tree(pull_request) -> Run:
    folder = pull_request.parent / 'phm_impact' / 'working_tree'
    return Run(True, '', folder / 'phm_now.duckdb', folder / 'target')


@pytest.fixture(scope='module')
def base(pull_request, report) -> Run:
    """Of main what the report needed."""
    (folder,) = (pull_request.parent / 'phm_impact').glob('base_*')
    return Run(True, '', folder / 'phm.duckdb', folder / 'target')


def test_a_pull_request_needs_these_files(pull_request, record_property):
    changed = git(pull_request, 'diff', '--name-status', 'main').replace('\t', ' ').splitlines()
    assert changed == [
        f'A models/cohorts/{NEW}.sql',
        f'A models/cohorts/{NEW}.yml',
        'A models/concepts/conditions/condition_migraine.sql',
        'A models/concepts/conditions/condition_migraine.yml',
        'M seeds/codelists/codelist_atrial_fibrillation.csv',
        'M seeds/codelists/codelist_depression.csv',
        'A seeds/codelists/codelist_migraine.csv',
        'A seeds/codelists/codelist_migraine.yml',
    ]
    for file in changed:
        record_property('report', file.split())


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which('make'), reason='there is no make here')
def test_the_linters_find_nothing_in_it(pull_request):
    """The whole `make lint`, in this environment instead of one of its own."""
    run = subprocess.run(
        ['make', 'lint', 'all=yes', f'BIN={Path(sys.executable).parent}', '--old-file', '.venv/test.txt'],
        cwd=pull_request, capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def row_of(report: str, name: str) -> list[str]:
    found = [line for line in report.splitlines() if line.startswith(f'| `{name}` |')]
    assert len(found) == 1, f'{name} in\n{report}'
    return [cell.strip() for cell in found[0].strip('|').split('|')]


def test_the_report_begins_with_a_summary(report, record_property):
    assert report.splitlines()[2] == (
        '**7 searches and 1 indicator are affected: 1 new, 6 changed, 1 with no change in patients.**'
    )
    for line in report.splitlines():
        record_property('report', [line])


def test_a_new_search_has_its_patients_and_its_definition(report, working_tree):
    members = working_tree.column(f'select count(*) from cohorts.{NEW}')[0]
    assert members > 20
    in_fives = f'{5 * round(members / 5)}'
    assert row_of(report, NEW) == [
        f'`{NEW}`', 'new', 'patients', '0', in_fives, in_fives, '0',
        'its own file, `codelist_migraine`, `condition_migraine`',
    ]
    assert '- Definition: Aged 18 or over; migraine; no BMI recorded in the 15 months to 31 October 2026.' in report


def test_joiners_and_leavers_are_those_of_the_two_builds(report, working_tree, built):
    """Counted again, patient by patient, in Python."""
    for search in [
        'cohort_atrial_fibrillation_at_risk_of_stroke', 'cohort_atrial_fibrillation_no_anticoagulant',
        'cohort_carers_with_depression', 'cohort_nhs_health_check_due', 'cohort_nhs_health_check_eligible',
    ]:
        query = f'select patient_id from cohorts.{search}'
        before, now = set(built.column(query)), set(working_tree.column(query))
        assert before != now
        expected = shown(len(before), [len(now - before)], [len(before - now)])
        assert row_of(report, search)[3:7] == [expected.before, expected.after, expected.joined, expected.left]
    left = re.findall(r'- Left: (.*)', report)
    assert len(left) == 1 and 'EAST HEREFORDSHIRE PCN' in left[0] and 'nobody in the other' in left[0]


def test_an_indicator_is_shown_part_by_part(report, working_tree, built):
    name = 'indicator_cvd_05_atrial_fibrillation_anticoagulant'
    lines = report.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f'| `{name}`'))
    for line, part in zip(lines[first:], ['denominator', 'excluded', 'numerator']):
        condition = impact.PARTS['indicators'][part]
        before, now = (
            set(run.column(f'select patient_id from indicators.{name} where {condition}')) for run in (built, working_tree)
        )
        expected = shown(len(before), [len(now - before)], [len(before - now)])
        assert [cell.strip() for cell in line.split('|')][3:8] == [
            part, expected.before, expected.after, expected.joined, expected.left
        ]


def test_affected_without_a_change_is_said_to_be_so(report, working_tree, built):
    search = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
    assert f'Affected, but no change in patients: `{search}` (40).' in report
    query = f'select patient_id from cohorts.{search} order by 1'
    assert working_tree.rows(query) == built.rows(query)


def test_codelists_are_compared_code_by_code(report):
    assert '- removed: 282825002 Paroxysmal atrial fibrillation' in report
    assert '- added: 231504006 Mixed anxiety and depressive disorder' in report
    assert '`codelist_migraine`: new, 1 code now.' in report


def test_the_marts_that_are_affected_are_named(report):
    marts = re.findall('`(.*?)`', re.findall('Affected: (`.*)', report)[0])
    assert {'cohort_flags', 'dim_cohort', 'indicator_status', 'published_des_achievement'} <= set(marts)
    assert not {'dim_patient', 'dim_practice', 'data_quality_summary'} & set(marts)


def tables(run: Run) -> list[str]:
    return run.column("""
        select table_name from information_schema.tables
        where table_schema not in ('extract', 'warehouse') and table_name not like '%\\_\\_attrition' escape '\\'
        order by 1
    """)


def test_only_what_is_affected_is_built_and_the_rest_is_read_in_the_base(report, working_tree):
    assert tables(working_tree) == [
        'codelist_atrial_fibrillation', 'codelist_depression', 'codelist_migraine',
        'cohort_atrial_fibrillation_at_risk_of_stroke', 'cohort_atrial_fibrillation_no_anticoagulant',
        'cohort_carers_with_depression', 'cohort_high_bmi_anxiety_depression_no_covid_vaccination', NEW,
        'cohort_nhs_health_check_due', 'cohort_nhs_health_check_eligible',
        'condition_atrial_fibrillation', 'condition_depression', 'condition_migraine',
        'indicator_cvd_05_atrial_fibrillation_anticoagulant',
    ]


def test_of_the_base_only_what_is_compared_or_read_is_built_and_it_is_as_in_a_whole_build(base, built):
    of_base = set(tables(base))
    assert {'cohort_carers_with_depression', 'observation_bmi', 'stg_practice'} <= of_base
    assert not {'cohort_aged_5_without_two_mmr_vaccinations', 'observation_blood_pressure', 'cohort_membership', NEW} & of_base
    for table in ('population.registered_patient', 'concepts.observation_bmi', 'cohorts.cohort_nhs_health_check_due'):
        query = f'from {table} order by 1'
        assert base.rows(query) == built.rows(query), table


@pytest.mark.nightly
def test_a_base_that_is_kept_is_added_to(pull_request, report, base):
    """Another change needs another search of it; what the first needed is not made again."""
    before = set(tables(base))
    search = pull_request / 'models' / 'cohorts' / 'cohort_aged_5_without_two_mmr_vaccinations.sql'
    text = search.read_text(encoding='utf-8')
    search.write_text('{# Looked at again. #}\n' + text, encoding='utf-8')
    run = run_impact(pull_request, 'main')
    search.write_text(text, encoding='utf-8')
    assert run.returncode == 0, run.stderr
    assert re.search(r'Building \d of the base', run.stderr)
    assert set(tables(base)) > before
    assert '`cohort_aged_5_without_two_mmr_vaccinations`' in run.stdout


def test_no_patient_is_in_the_report(report, built):
    words = set(re.findall(r'\w+', report))
    assert not words & set(built.column('select patient_id from population.registered_patient'))


def test_the_guide_shows_the_report_as_it_is(report):
    text = (PROJECT / 'docs' / 'impact.md').read_text(encoding='utf-8')
    sample = [line[4:] for line in text.splitlines() if line.startswith('    ') and line[4] in '*|`-A']
    assert len(sample) > 5
    for line in sample:
        assert line in report.splitlines(), line


# ---- Why there is no report


@pytest.fixture(scope='module')
def repository(tmp_path_factory) -> Path:
    return copy_of_the_project(tmp_path_factory.mktemp('repository') / 'project')


@pytest.mark.parametrize(('base', 'variables', 'sentence'), [
    ('mian', {}, "git knows no branch, tag or commit 'mian': fetch it (git fetch), or give another, for example main."),
    ('--all', {}, 'usage: impact.py'),
    ('empty', {}, 'there is no dbt_project.yml: give a commit that has the project.'),
    ('main', {'PHM_EXTRACT_DIR': 'nowhere'}, 'nowhere: set PHM_EXTRACT_DIR to the folder that has it.'),
    ('main', {'GIT_DIR': 'nowhere'}, 'is not a git repository: there is nothing to compare it with.'),
])
def test_what_cannot_be_compared_is_said_in_a_sentence(repository, base, variables, sentence):
    run = run_impact(repository, base, **variables)
    assert run.returncode != 0
    assert sentence in run.stderr
    assert 'Traceback' not in run.stderr
    assert run.stdout == ''


def test_a_build_that_fails_says_so_in_dbts_words(tmp_path, monkeypatch):
    """On a project of one model, which is parsed in no time."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'models').mkdir()
    (tmp_path / 'models' / 'broken.sql').write_text("select * from {{ ref('nowhere') }}")
    (tmp_path / 'dbt_project.yml').write_text('{name: small, profile: phm}')
    (tmp_path / 'profiles.yml').write_text(
        '{phm: {target: duckdb, outputs: {duckdb: {type: duckdb, path: small.duckdb}}}}'
    )
    with pytest.raises(impact.CannotCompare) as refused:
        impact.Dbt(tmp_path, tmp_path, '{}', 'working tree')('parse')
    assert "depends on a node named 'nowhere' which was not found" in str(refused.value)
    assert str(refused.value).endswith('The working tree cannot be built: dbt says above why.')


# ---- What dbt does not compare


@pytest.mark.parametrize(('macro', 'reason'), [
    # Loads the seeds: no model calls it.
    ('duckdb__create_csv_table', 'the macro `duckdb__create_csv_table` changed, and dbt does not say what it affects'),
    # Is called by a materialization.
    ('get_incremental_slice_sql', 'the macro `get_incremental_slice_sql` changed, and dbt does not say what it affects'),
    # Runs at the start of a build.
    ('register_extract', 'the macro `register_extract` changed, and dbt does not say what it affects'),
    # dbt knows who calls these; the last runs when all numbers are there.
    ('to_date', ''),
    ('blood_pressure_concept', ''),
    ('create_attrition_table', ''),
    ('publish_statements', ''),
])
def test_a_macro_that_dbt_does_not_follow_affects_everything(built, monkeypatch, macro, reason):
    before, now = Side(built.database, built.manifest()), Side(built.database, built.manifest())
    now.manifest['macros'][f'macro.phm.{macro}']['macro_sql'] += ' changed'
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(impact, 'git', lambda *_: (PROJECT / 'dbt_project.yml').read_text(encoding='utf-8'))
    assert impact.change_that_dbt_does_not_follow(before, now, 'main') == reason


def test_other_variables_affect_everything(built, monkeypatch):
    side = Side(built.database, built.manifest())
    monkeypatch.chdir(PROJECT)
    settings = (PROJECT / 'dbt_project.yml').read_text(encoding='utf-8')
    monkeypatch.setattr(impact, 'git', lambda *_: settings.replace('2026-10-31', '2026-09-30'))
    reason = impact.change_that_dbt_does_not_follow(side, side, 'main')
    assert reason == 'the variables in `dbt_project.yml` changed'


def test_a_teams_own_list_in_the_place_of_a_starter_is_a_change_of_it(monkeypatch):
    def seed(name):
        return {'resource_type': 'seed', 'name': f'codelist_{name}'}

    nodes = {name: seed(name) for name in ['edited', 'added', 'same']}
    files = {'diff': 'local/codelists/edited.csv\nlocal/codelists/edited.yml', 'ls-files': 'local/codelists/added.csv'}
    monkeypatch.setattr(impact, 'git', lambda command, *_: files[command])
    assert impact.own_codelists_that_changed(Side(Path(), {'nodes': nodes}), 'main') == {'edited', 'added'}


def test_a_code_can_be_added_removed_or_mean_something_else():
    before = {'1': {'code': '1', 'term': 'Asthma'}, '2': {'code': '2', 'term': 'COPD', 'category': None}}
    now = {'2': {'code': '2', 'term': "Patient's COPD", 'category': 'lung'}, '3': {'code': '3', 'term': 'Cough'}}
    assert list(impact.changed_codes(before, now)) == [
        ('1', 'Asthma', 'removed'),
        ('2', "Patient's COPD", "term was 'COPD', is 'Patient''s COPD'"),
        ('2', "Patient's COPD", "category was nothing, is 'lung'"),
        ('3', 'Cough', 'added'),
    ]


# ---- The report


def measure(verdict: str, patients: Shown, **given) -> Measure:
    values = {
        'name': 'cohort_a', 'layer': 'cohorts', 'title': 'A', 'definition_before': 'Old.', 'definition_now': 'Old.',
        'causes': [], 'patients': {'patients': patients}, 'verdict': verdict,
    }
    return Measure(**values | given)


def markdown(measures: list[Measure], codelists: list[Codelist] = (), marts: list[str] = (), reason='') -> str:
    return impact_report.in_markdown(Impact(measures, codelists, marts, ['East', 'North', 'West'], 'Compared.', reason))


def test_where_nothing_is_affected_the_report_says_so():
    text = markdown([], marts=['dim_practice'])
    assert '**Nothing is affected: no search and no indicator stands on what changed.**' in text
    assert 'Affected: `dim_practice`.' in text
    assert '|' not in text


def test_a_definition_in_other_words_is_shown_even_if_no_patient_changed():
    text = markdown([measure('no change', shown(100, [0, 0, 0], [0, 0, 0]), definition_now='New.')])
    assert '**1 search is affected: 1 with no change in patients.**' in text
    assert '- Definition before: Old.\n- Definition now: New.' in text
    assert 'no change in patients: `cohort_a` (100).' in text


def test_a_deleted_search_keeps_only_its_row():
    text = markdown([measure('deleted', shown(100, [0, 0, 0], [0, 50, 50]), definition_now='')])
    assert '**1 search is affected: 1 deleted.**' in text
    assert '| `cohort_a` | deleted | patients | 100 | 0 | 0 | 100 |  |' in text
    assert 'North' not in text


def test_joiners_are_shown_where_they_are():
    text = markdown([measure('changed', shown(100, [12, 0, 3], [1, 0, 0]), causes=['its own file', '`b`', '`c`', '`d`'])])
    assert '| 100 | about 115 | 15 | 1 to 7 | its own file, `b`, `c` and 1 more |' in text
    assert '- Joined: 10 in East; 1 to 7 in West; nobody in the other 1.' in text
    assert '- Left' not in text
    unsafe = markdown([measure('changed', shown(100, [8, 8, 1], [0, 0, 0]))])
    assert '- Joined: not shown by network, because it would tell small numbers.' in unsafe


def test_a_long_codelist_is_cut_short():
    changes = [(str(code), 'Term', 'added') for code in range(2500)]
    text = markdown([], [Codelist('codelist_a', 'new', 2500, changes), Codelist('codelist_b', 'deleted', 0, [])])
    assert '`codelist_a`: new, 2,500 codes now.' in text and '- and 2,480 more' in text
    assert '`codelist_b`: deleted.' in text


# ---- Small numbers


def counts_up_to(total: int, networks: int):
    if networks == 0:
        yield ()
        return
    for count in range(total + 1):
        for others in counts_up_to(total - count, networks - 1):
            yield (count, *others)


def known_small_counts(worlds, seen_and_true) -> list:
    """The counts of 1 to 7 that are the same in all worlds that look the same: a reader knows them."""
    possible = {}
    for world in worlds:
        seen, true = seen_and_true(world)
        values = possible.setdefault(seen, [set() for _ in true])
        for value, count in zip(values, true):
            value.add(count)
    return [
        (seen, value) for seen, values in possible.items() for value in values if len(value) == 1 and 0 < min(value) < 8
    ]


@pytest.mark.parametrize(('networks', 'total'), [(1, 42), (2, 42), (3, 42), (4, 22), (5, 17)])
def test_no_small_count_of_a_network_can_be_worked_out(networks, total):
    """Of all numbers there can be, up to a total at which a rounded figure ends."""
    def seen_and_true(joined):
        seen = shown(0, list(joined), [0] * networks)
        return (seen.joined, seen.joined_by_network), (sum(joined), *joined)

    assert known_small_counts(counts_up_to(total, networks), seen_and_true) == []


def test_no_small_total_can_be_worked_out():
    worlds = [(before, joined, left) for before in range(48) for joined in range(48) for left in range(before + 1)]
    assert known_small_counts(worlds, lambda world: (
        shown(world[0], [world[1]], [world[2]]), (*world, world[0] + world[1] - world[2])
    )) == []


@pytest.mark.parametrize(('joined', 'by_network'), [
    ([8, 8, 2], ('10', '10', '1 to 7')),
    # Shown 15 in all, at most 17, and 8 or more in two: only 1 would be left.
    ([8, 8, 1], None),
    # At most 12 in twelve networks, at least 28 in four: each would be known.
    ([1] * 12, None),
    ([7] * 4, None),
    ([3, 0, 0], None),
    ([0, 0, 0], ('0', '0', '0')),
    ([1000, 1002, 1003], ('1,000', '1,000', '1,005')),
])
def test_networks_are_shown_where_they_tell_nothing(joined, by_network):
    assert shown(0, joined, [0] * len(joined)).joined_by_network == by_network


@pytest.mark.parametrize(('before', 'joined', 'left', 'after'), [
    (40, 0, 0, '40'), (5, 0, 0, '1 to 7'), (0, 5, 0, '1 to 7'), (0, 88, 0, '90'),
    (40, 5, 0, 'about 40'), (40, 12, 20, 'about 30'), (5, 3, 0, 'not shown'), (40, 0, 40, '0'), (41, 0, 40, 'about 0'),
    (40, 20, 40, '20'),
])
def test_after_is_worked_out_from_what_is_shown(before, joined, left, after):
    assert shown(before, [joined], [left]).after == after
