"""The documentation as it looks in a browser: `make browser-test`. The pages are those of `make docs`."""

import json

import pytest
from conftest import PROJECT

FLAGSHIP = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
PARENTS = {'condition_anxiety', 'condition_depression', 'observation_bmi', 'registered_patient', 'vaccination_covid_19'}


@pytest.fixture(scope='session')
def manifest() -> dict:
    return json.loads((PROJECT / 'target' / 'manifest.json').read_text(encoding='utf-8'))


def test_the_lineage_of_the_flagship_is_drawn(look, docs):
    """dbt draws it on a canvas; the graph is in the library that draws (cytoscape), with the places it has drawn to."""
    drawn = look(
        docs / 'models.html',
        """
        const canvas = [...document.querySelectorAll('*')].find(element => element._cyreg && element._cyreg.cy)
        if (!canvas || !canvas._cyreg.cy.edges().length) return
        const frame = canvas.getBoundingClientRect()
        return canvas._cyreg.cy.edges().filter(edge => edge.visible()).map(edge => {
          const place = edge.source().renderedPosition()
          const inside = place.x > 0 && place.y > 0 && place.x < frame.width && place.y < frame.height
          return [edge.source().id(), edge.target().id(), inside]
        })
        """,
        place=f'#!/model/model.phm.{FLAGSHIP}?g_v=1&g_i=%2B{FLAGSHIP}',
    )
    assert {parent for parent, child, _ in drawn if child == f'model.phm.{FLAGSHIP}'} == {
        f'model.phm.{parent}' for parent in PARENTS
    }
    assert 'source.phm.extract.condition' in {parent for parent, _, _ in drawn}
    assert all(inside for _, _, inside in drawn)


def test_the_overview_explains_the_house(look, docs):
    found = look(
        docs / 'models.html',
        """
        const page = document.querySelector('.app-scroll, .app-main') || document.body
        const links = [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))
        const text = page.innerText
        return text.includes('What a row is') && {text, links}
        """,
        place='#!/overview',
    )
    assert 'population health management' in found['text']
    assert f'#!/model/model.phm.{FLAGSHIP}' in found['links']


def test_links_of_the_overview_lead_to_what_is_there(look, docs, manifest):
    links = look(
        docs / 'models.html',
        """
        const links = [...document.querySelectorAll('a[href^="#!/"]')].map(link => link.getAttribute('href'))
        return links.some(link => link.includes('#!/exposure/')) && links
        """,
        place='#!/overview',
    )
    known = manifest['nodes'] | manifest['sources'] | manifest['exposures'] | manifest['macros']
    for link in links:
        kind, _, name = link.removeprefix('#!/').partition('?')[0].partition('/')
        assert kind in ('overview', 'source_list') or name in known, link


@pytest.mark.parametrize('folder', ['docs', 'docs_inside'])
def test_the_catalogue_shows_every_search_and_network(look, docs, manifest, folder):
    found = look(
        docs.parent / folder / 'catalogue.html',
        """
        const words = document.getElementById('words')
        const seen = () => [...document.querySelectorAll('article')].filter(article => article.offsetHeight > 0).map(article => article.id)
        const found = {all: seen(), networks: {}, outside: []}
        for (const article of document.querySelectorAll('article')) {
          const marks = [...article.querySelectorAll('svg .network')]
          found.networks[article.id] = marks.map(mark => mark.dataset.network)
          const frame = article.querySelector('svg').getBoundingClientRect()
          for (const part of article.querySelectorAll('svg .network *')) {
            const place = part.getBoundingClientRect()
            if (place.left < frame.left - 1 || place.right > frame.right + 1) found.outside.push(article.id)
          }
        }
        words.value = 'ANXIETY  covid-19'
        words.dispatchEvent(new Event('input'))
        found.some = seen()
        found.shown = document.getElementById('shown').textContent
        return found
        """,
    )
    measures = {
        node['name'] for node in manifest['nodes'].values()
        if node['resource_type'] == 'model' and node['fqn'][1] in ('cohorts', 'indicators')
    }
    assert set(found['all']) == measures
    networks = sorted(found['networks'][FLAGSHIP])
    assert len(networks) == 15
    assert all(sorted(shown) == networks for shown in found['networks'].values())
    assert not found['outside']
    assert FLAGSHIP in found['some'] and len(found['some']) < 5
    assert found['shown'] == f'{len(found["some"])} of {len(measures)}'


def test_links_of_the_catalogue_lead_to_pages_that_are_there(look, docs):
    for folder in ('docs', 'docs_inside'):
        page = docs.parent / folder / 'catalogue.html'
        links = look(page, "return [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
        assert all((page.parent / link.partition('#')[0]).exists() for link in links)


def test_the_lineage_of_columns_opens(look, docs):
    text = look(docs / 'columns.html', "return document.body.innerText.includes('models') && [document.body.innerText]")
    assert 'phm' in text[0]


def test_the_first_page_leads_to_the_others(look, docs):
    links = look(docs / 'index.html', "return [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    assert links == ['catalogue.html', 'models.html', 'columns.html', '../docs_inside/catalogue.html']
    assert all((docs / link).exists() for link in links)
