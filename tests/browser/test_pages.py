"""The documentation as it looks in a browser: `make browser-test`. The pages are those of `make docs`."""

import json
import re

import pytest

FLAGSHIP = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
PARENTS = {'condition_anxiety', 'condition_depression', 'observation_bmi', 'registered_patient', 'vaccination_covid_19'}


@pytest.fixture(scope='session')
def manifest(docs) -> dict:
    return json.loads((docs.parent / 'manifest.json').read_text(encoding='utf-8'))


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


def test_the_overview_explains_the_house_and_its_links_lead_to_what_is_there(look, docs, manifest):
    found = look(
        docs / 'models.html',
        """
        const links = [...document.querySelectorAll('a[href^="#!/"]')].map(link => link.getAttribute('href'))
        const titles = [...document.querySelectorAll('h2')].map(title => title.innerText)
        const house = [...document.querySelectorAll('pre')].map(drawing => drawing.innerText)
        return links.some(link => link.includes('#!/exposure/')) && {titles, house, links}
        """,
        place='#!/overview',
    )
    assert {'The house', 'Where to start', 'How to read the lineage', 'What may leave'} <= set(found['titles'])
    assert any('─▶ published' in drawing for drawing in found['house'])
    assert f'#!/model/model.phm.{FLAGSHIP}' in found['links']
    known = {key for kind in ('nodes', 'sources', 'exposures', 'macros') for key in manifest[kind]}
    for link in found['links']:
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
        assert all((page.parent / re.split('[#?]', link)[0]).exists() for link in links)


def test_the_lineage_of_columns_is_drawn(look, docs):
    found = look(
        docs / 'columns.html',
        """
        const drawn = [...document.querySelectorAll('.react-flow__node')].map(node => node.dataset.id)
        const edges = window.colibriData.lineage.edges.map(edge => [edge.source, edge.sourceColumn, edge.target, edge.targetColumn])
        return drawn.length > 1 && {drawn, edges}
        """,
        place=f'?model=model.phm.{FLAGSHIP}&column=evidence&parents=1&children=0',
    )
    assert set(found['drawn']) == {f'model.phm.{name}' for name in PARENTS | {FLAGSHIP}}
    bmi = ['model.phm.observation_bmi', 'latest_value', f'model.phm.{FLAGSHIP}', 'evidence_2']
    # Through a union of all searches.
    recall = [f'model.phm.{FLAGSHIP}', 'evidence', 'model.phm.cohort_recall_list', 'evidence']
    assert bmi in found['edges'] and recall in found['edges']


def test_the_first_page_leads_to_the_others(look, docs):
    links = look(docs / 'index.html', "return [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    assert links == ['catalogue.html', 'models.html', 'columns.html', '../docs_inside/catalogue.html']
    assert all((docs / link).exists() for link in links)
