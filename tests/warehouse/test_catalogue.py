"""The catalogue says what each search and indicator is, and the page that may leave tells no small number."""

import re
from collections import Counter
from html.parser import HTMLParser

import documentation
import pytest
from catalogue import catalogue

FLAGSHIP = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
# The least figure that is shown, but for 0.
LEAST_SHOWN = 10


class Page(HTMLParser):
    """The cells of each table and the marks of each picture, by the article they are in; and tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.articles, self.article = [], [], {}, None
        self.feed(text)
        self.wrong += self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == 'article':
            self.article = self.articles[given['id']] = {'rows': [], 'marks': {}, 'text': ''}
        elif tag == 'tr':
            self.article['rows'].append([])
        elif tag in ('td', 'th'):
            self.article['rows'][-1].append('')
        elif given.get('class') == 'network':
            self.network = given['data-network']
            self.article['marks'][self.network] = {'text': []}
        if tag not in ('meta', 'input', 'br'):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        given = dict(attributes)
        if given.get('class', '').startswith('interval'):
            self.article['marks'][self.network] |= {'from': float(given['x1']), 'to': float(given['x2'])}
        elif given.get('class', '').startswith('dot'):
            self.article['marks'][self.network]['at'] = float(re.match(r'M([\d.]+)', given['d']).group(1))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if not self.article:
            return
        self.article['text'] += data
        if self.open[-1] in ('td', 'th', 'a') and {'td', 'th'} & set(self.open):
            self.article['rows'][-1][-1] += data.strip()
        elif 'g' in self.open:
            self.article['marks'][self.network]['text'] += [data.strip()] if data.strip() else []


@pytest.fixture(scope='module')
def text(built):
    version = built.database.parent / 'published' / 'current'
    return {is_inside: catalogue(version, built.manifest(), is_inside=is_inside) for is_inside in (False, True)}


@pytest.fixture(scope='module')
def pages(text):
    return {is_inside: Page(page) for is_inside, page in text.items()}


@pytest.mark.parametrize('is_inside', [False, True])
def test_every_search_and_indicator_is_in_it_and_the_page_is_well_formed(built, pages, is_inside):
    page = pages[is_inside]
    assert not page.wrong
    described = built.rows("""
        select cohort, title, definition, codelists from marts.dim_cohort
        union all select indicator, title, definition, codelists from marts.dim_indicator
    """)
    assert set(page.articles) == {name for name, *_ in described}
    for name, title, definition, codelists in described:
        article = page.articles[name]
        assert title in article['text'] and definition in article['text']
        cells = {cell for row in article['rows'] for cell in row}
        assert not codelists or set(codelists.split(', ')) <= cells


@pytest.mark.parametrize('is_inside', [False, True])
def test_its_figures_are_those_of_the_table_that_it_may_show(built, pages, is_inside):
    table = 'marts.inequality_metrics' if is_inside else 'published.published_inequality_metrics'
    names = dict(built.rows('select distinct pcn_code, pcn_name from marts.dim_practice'))
    hidden = Counter()
    for measure, area_type, area, denominator, numerator, proportion, lower, upper in built.rows(f"""
        select measure, area_type, area_code, denominator, numerator, proportion, proportion_lower, proportion_upper
        from {table} where dimension = 'all' and area_type in ('icb', 'pcn')
    """):
        article = pages[is_inside].articles[measure]
        row = next(row for row in article['rows'] if row[0] == ('ICB' if area_type == 'icb' else names[area]))
        shown = ['hidden' if count is None else f'{count:,}' for count in (denominator, numerator)]
        assert row[1:3] == shown
        if proportion is None:
            missing = 'nobody counted' if denominator == 0 else 'hidden'
            assert row[3:] == [missing]
            assert area_type == 'icb' or article['marks'][area] == {'text': [names[area], missing]}
            hidden[measure] += area_type == 'pcn'
        else:
            assert row[3:5] == [f'{proportion:.1%}', f'{lower:.1%} to {upper:.1%}']
            if area_type == 'pcn':
                mark = article['marks'][area]
                assert mark['text'][-1] == f'{proportion:.1%}'
                # The picture is to scale: from the mark to an end of the interval is as far as the numbers say.
                long, wide = upper - lower, mark['to'] - mark['from']
                assert abs((mark['at'] - mark['from']) * long - (proportion - lower) * wide) <= 0.11 * long
    for measure, networks in hidden.items():
        assert is_inside or not networks or f'Hidden: {networks} of ' in pages[False].articles[measure]['text']
    assert is_inside or hidden


def test_the_page_that_may_leave_shows_no_small_number_and_no_attrition(text, pages):
    counts = [
        int(cell.replace(',', '')) for article in pages[False].articles.values() for row in article['rows']
        for cell in row if re.fullmatch(r'[\d,]+', cell)
    ]
    assert len(counts) > 1000
    assert not [count for count in counts if 0 < count < LEAST_SHOWN or count % 5]
    assert 'class="attrition"' not in text[False] and 'This page may leave' in text[False]
    assert 'This page stays inside' in text[True]


def test_the_page_that_stays_inside_has_the_attrition(built, pages):
    steps = built.rows(f"""
        select criterion, patients from marts.cohort_attrition where cohort = '{FLAGSHIP}' order by step
    """)
    rows = [(row[0], row[1]) for row in pages[True].articles[FLAGSHIP]['rows']]
    assert [row for row in rows if row[0] in dict(steps)] == [(label, f'{patients:,}') for label, patients in steps]


def test_no_patient_is_in_it(built, text):
    patients = set(built.column('select patient_id from marts.dim_patient'))
    for page in text.values():
        assert patients and not patients & set(re.findall(r'[\w-]+', page))


def test_it_needs_nothing_from_elsewhere_and_says_that_the_demo_is_synthetic(text):
    for page in text.values():
        assert not re.search(r'(src|href)="(https?:)?//|@import|url\(', page)
        assert 'Synthetic data.' in page


def test_without_a_published_copy_or_the_page_of_dbt_it_says_what_to_run(built, tmp_path, monkeypatch):
    monkeypatch.setenv('PHM_PUBLISHED_DIR', str(tmp_path / 'nowhere'))
    with pytest.raises(SystemExit, match='run dbt build'):
        documentation.main(tmp_path)
    monkeypatch.setenv('PHM_PUBLISHED_DIR', str(built.database.parent / 'published'))
    with pytest.raises(SystemExit, match='manifest.json is missing: run dbt docs generate --static first'):
        documentation.main(tmp_path)
