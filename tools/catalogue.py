"""The catalogue of all searches and indicators, as one HTML page that needs nothing else.

There are two of it. The one that may leave takes its figures from the schema `published` alone. The one that stays
inside takes them from the marts, with small numbers, and has the attrition of each search, whose counts have no noise and
include patients with a national data opt-out.

tools/documentation.py writes both; the words of the page are in tools/catalogue.html.jinja.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import yaml

POLICIES = {
    'opensafely': 'Counts have a little noise and are rounded to 5. Counts of 7 or fewer are hidden, none too, and with them those '
                  'whose complement is so small.',
    'nhs_england': 'Counts have a little noise and are rounded to 5. Counts of 1 to 7 are hidden, some of none too, and with them those '
                   'whose complement is so small.',
}

MEASURES = """
    select
        cohort as name, 'search' as kind, title, description, theme, owner, definition, codelists,
        null as counted_over, null as contract_id
    from inside.marts.dim_cohort where as_of_date = $as_of_date
    union all
    select
        indicator, 'indicator', title, description, theme, owner, definition, codelists, counted_over, contract_id
    from inside.marts.dim_indicator where as_of_date = $as_of_date
"""

NETWORKS = 'select distinct pcn_code, pcn_name from inside.marts.dim_practice where as_of_date = $as_of_date'

FIGURES = """
    select
        measure, area_type, area_code, denominator, numerator, proportion, proportion_lower, proportion_upper,
        area_comparison
    from {source} where dimension = 'all' and area_type in ('icb', 'pcn') and as_of_date = $as_of_date
"""

THRESHOLDS = """
    select distinct indicator, threshold_year, lower_threshold, upper_threshold
    from {source}
    where as_of_date = $as_of_date and coalesce(lower_threshold, upper_threshold) is not null
"""

ATTRITION = """
    select cohort, criterion, patients from inside.marts.cohort_attrition
    where as_of_date = $as_of_date order by cohort, step
"""

# Of the picture, in pixels: the names on the left, the line of 0 to the most, the figures on the right.
LABELS, LINE, ROW, TOP = 296, 276, 18, 26


class Published:
    """The published copy of the warehouse (docs/bi_tools.md), read and closed."""

    def __init__(self, version: Path):
        self.connection = duckdb.connect()
        for name, part in [('inside', 'aggregate'), ('outside', 'published')]:
            file = (version / part / f'phm_{part}.duckdb').as_posix().replace("'", "''")
            self.connection.execute(f"attach '{file}' as {name} (read_only)")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.connection.close()

    def rows(self, query: str, **given) -> list[dict]:
        answer = self.connection.execute(query, given or None)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row)) for row in answer.fetchall()]


def catalogue(version: Path, manifest: dict, is_inside: bool) -> str:
    """The page. Arguments: version, a published one; manifest, of dbt; is_inside, whether small numbers are shown."""
    about = about_published(version, is_inside)
    with Published(version) as published:
        date = {'as_of_date': about['as_of_date']}
        source = 'inside.marts.inequality_metrics' if is_inside else 'outside.published.published_inequality_metrics'
        achievement = 'inside.marts.des_achievement' if is_inside else 'outside.published.published_des_achievement'
        measures = published.rows(MEASURES, **date)
        figures = published.rows(FIGURES.format(source=source), **date)
        thresholds = {row['indicator']: row for row in published.rows(THRESHOLDS.format(source=achievement), **date)}
        attrition = published.rows(ATTRITION, **date) if is_inside else []
        names = published.rows(NETWORKS, **date)
    names = {row['pcn_code']: row['pcn_name'] or row['pcn_code'] for row in names} | {'unknown': 'In no network'}
    # What was added since the last release has no figure that may be shown.
    measures = [measure for measure in measures if measure['name'] in {figure['measure'] for figure in figures}]
    for measure in measures:
        of_it = [figure for figure in figures if figure['measure'] == measure['name']]
        icb = next(figure for figure in of_it if figure['area_type'] == 'icb')
        networks = [figure | {'name': names.get(figure['area_code'], figure['area_code'])}
                    for figure in of_it if figure['area_type'] == 'pcn']
        measure['icb'] = icb
        measure['networks'] = sorted(networks, key=lambda network: (network['area_code'] == 'unknown', network['name']))
        measure['threshold'] = thresholds.get(measure['name'])
        measure['most'] = end_of_line([*of_it, measure['threshold'] or {}])
        measure['codelists'] = [codelist(name, manifest) for name in measure['codelists'].split(', ') if name]
        measure['attrition'] = [step for step in attrition if step['cohort'] == measure['name']]
    themes = {}
    for measure in sorted(measures, key=lambda measure: (measure['theme'], measure['kind'] == 'indicator')):
        themes.setdefault(measure['theme'], []).append(measure)
    return words('catalogue.html.jinja').render(
        about=about, policy=POLICIES[about['disclosure_policy']], themes=themes, is_inside=is_inside,
        LABELS=LABELS, LINE=LINE, ROW=ROW, TOP=TOP,
    )


def about_published(version: Path, is_inside: bool) -> dict:
    """What a published version says of itself: of the part that may leave, which is as of its last release, or of what stays inside."""
    with Published(version) as published:
        about = published.rows('from outside.about')[0]
        return about | published.rows('from inside.about')[0] if is_inside else about


def words(template: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), undefined=jinja2.StrictUndefined,
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters |= {'percent': percent, 'count': count, 'day': day, 'plain': plain}
    return environment.get_template(template)


def codelist(name: str, manifest: dict) -> dict:
    """What the YAML says of a codelist: that in local/codelists, if a team has put a list there (docs/own_rooms.md)."""
    node = next(node for node in manifest['nodes'].values() if node['resource_type'] == 'seed' and node['name'] == name)
    own = Path(__file__).parents[1] / 'local' / 'codelists' / f"{name.removeprefix('codelist_')}.csv"
    described = own.with_suffix('.yml')
    said = node['config']['meta']
    if own.exists():
        said = yaml.safe_load(described.read_text(encoding='utf-8')) if described.exists() else {}
    return {'name': name} | {key: said.get(key) for key in ('source', 'version', 'date', 'status')}


def end_of_line(figures: list[dict]) -> float:
    """The right end of a picture: a round proportion that holds every interval and threshold."""
    shown = [figure.get(key) or 0 for figure in figures for key in ('proportion_upper', 'upper_threshold')]
    most = max(shown, default=0)
    rounds = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
    return next((end for end in rounds if end >= most), 1.0)


def percent(proportion: float | None) -> str:
    return '' if proportion is None else f'{100 * proportion:.1f}%'


def count(number: int | None) -> str:
    return 'hidden' if number is None else f'{number:,}'


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace('`', '').replace('**', '')


def day(date) -> str:
    return f'{date.day} {date:%B %Y}'
