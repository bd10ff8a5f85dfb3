"""What a document names is there, and the lists of requirements agree."""

import re

import pytest
from conftest import PROJECT


def test_the_benchmarks_time_the_very_packages_of_the_build():
    """And they are installed over the others: another version of one would break what needs this one."""
    def pins(name):
        return set(re.findall(r'(?m)^([\w.-]+==[\w.]+)', (PROJECT / 'requirements' / f'{name}.txt').read_text(encoding='utf-8')))

    assert pins('build')
    assert pins('build') - pins('benchmarks') == set(), 'run make requirements'


DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'demo/README.md', 'benchmarks/README.md', *(
    f'docs/{file.name}' for file in sorted((PROJECT / 'docs').glob('*.md'))
)]


@pytest.mark.parametrize('document', DOCUMENTS)
def test_files_that_a_document_names_exist(document):
    text = (PROJECT / document).read_text(encoding='utf-8')
    for path in re.findall(r'`((?:[a-z][\w.-]*/)+[\w.-]+)`', text):
        beside = (PROJECT / document).parent / path
        # Made by a command, by a team in its own rooms, or by the reader who follows CONTRIBUTING's examples.
        made_later = path.startswith(('target/', 'warehouse/', 'current/', 'local/')) or 'migraine' in path or '_old.' in path
        assert made_later or (PROJECT / path).exists() or beside.exists(), f'{document} names {path}'


@pytest.mark.parametrize('document', DOCUMENTS)
def test_a_link_leads_to_a_file_and_to_a_heading_of_it(document):
    text = (PROJECT / document).read_text(encoding='utf-8')
    for path, heading in re.findall(r'\]\((?!http)([^)#]*)#?([^)]*)\)', text):
        file = (PROJECT / document).parent / path if path else PROJECT / document
        assert file.exists(), f'{document} leads to {path}'
        if heading:
            # As GitHub makes anchors of headings.
            headings = re.findall(r'^#+ (.+)$', file.read_text(encoding='utf-8'), re.MULTILINE)
            assert heading in [re.sub(r'[^\w -]', '', line).lower().replace(' ', '-') for line in headings], f'{document}: {heading}'
