"""Writes the documentation as pages that open in a browser, from the folder or sent to somebody.

    dbt build
    dbt docs generate --static
    python tools/documentation.py                  (or all three: make docs)

    target/docs/index.html               where to start
    target/docs/catalogue.html           every search and indicator, with figures that may leave
    target/docs/models.html              every model and column, and the lineage: the page of dbt
    target/docs/columns.html             from which columns a column is computed
    target/docs_inside/catalogue.html    the catalogue with small numbers and attrition: it stays inside

The figures are those of the published copy (docs/bi_tools.md), so of the last build in which everything passed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

from catalogue import about_published, catalogue, words
from published_folder import current_version

PROJECT = Path(__file__).resolve().parents[1]


def main(target: Path) -> None:
    version, manifest = published_version(), target / 'manifest.json'
    if version is None:
        sys.exit('There is no published copy of the marts to take figures from: run dbt build, and look at what it says.')
    for file in [manifest, target / 'catalog.json', target / 'static_index.html']:
        if not file.exists():
            sys.exit(f'{file} is missing: run dbt docs generate --static first.')
    read = manifest.read_text(encoding='utf-8')
    described = describe_every_column(json.loads(read), json.loads((target / 'catalog.json').read_text(encoding='utf-8')))
    docs, docs_inside = target / 'docs', target / 'docs_inside'
    for folder in (docs, docs_inside):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
    # dbt's page holds its manifest as it wrote it: without those columns, and with where on this machine the project is.
    page = (target / 'static_index.html').read_text(encoding='utf-8')
    if read not in page:
        sys.exit(f'{target / "static_index.html"} is of another run than {manifest}: run dbt docs generate --static again.')
    now = json.dumps(described).replace(f'"root_path": {json.dumps(str(PROJECT))}', '"root_path": ""')
    (docs / 'models.html').write_text(page.replace(read, now), encoding='utf-8')
    column_lineage(described, target / 'catalog.json', docs / 'columns.html')
    pages = {
        docs / 'catalogue.html': catalogue(version, described, is_inside=False),
        docs_inside / 'catalogue.html': catalogue(version, described, is_inside=True),
        docs / 'index.html': words('documentation.html.jinja').render(about=about_published(version, is_inside=False)),
    }
    for file, page in pages.items():
        file.write_text(page, encoding='utf-8')
    print(f'Open {docs / "index.html"}; {docs_inside / "catalogue.html"} stays inside.')


def published_version() -> Path | None:
    """As macros/publish/publish.sql finds the folder."""
    warehouse = Path(os.environ.get('PHM_DATABASE', PROJECT / 'warehouse' / 'phm.duckdb'))
    beside = warehouse.with_name(f'{warehouse.stem}_published')
    return current_version(os.environ.get('PHM_PUBLISHED_DIR', str(beside)))


def describe_every_column(manifest: dict, catalog: dict) -> dict:
    """A column that its YAML leaves out has the comment of the warehouse, or else the block of its name in models/docs.md."""
    blocks = {block['name']: block['block_contents'] for block in manifest['docs'].values()}
    for key, built in catalog['nodes'].items():
        columns = manifest['nodes'][key]['columns'] if key in manifest['nodes'] else {}
        for name, column in built['columns'].items():
            described = columns.setdefault(name, {'name': name, 'description': '', 'meta': {}, 'tags': [], 'data_type': None})
            described['description'] = described['description'] or column['comment'] or blocks.get(name, '')
    return manifest


def column_lineage(manifest: dict, catalog: Path, page: Path) -> None:
    """The page of dbt-colibri, which neither counts its readers nor asks whether there is a newer version.

    What it cannot follow it logs as an error, and leaves out: then there is no page.
    """
    from dbt_colibri.lineage_extractor.extractor import DbtColumnLineageExtractor
    from dbt_colibri.report.generator import DbtColibriReportGenerator

    errors = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: errors.append(record.getMessage())
    logger = logging.getLogger('colibri')
    logger.propagate = False
    logger.addHandler(listener)
    try:
        with tempfile.TemporaryDirectory() as folder:
            described = Path(folder) / 'manifest.json'
            described.write_text(json.dumps(manifest), encoding='utf-8')
            extractor = DbtColumnLineageExtractor(str(described), str(catalog))
            report = DbtColibriReportGenerator(extractor, disable_telemetry=True)
            report.generate_report(output_dir=folder)
            if errors:
                sys.exit(
                    f'dbt-colibri could not follow {len(errors)} columns, the first: {errors[0]}. '
                    'Are dbt-colibri and sqlglot those of requirements/build.txt?'
                )
            shutil.copy(Path(folder) / 'index.html', page)
    finally:
        logger.removeHandler(listener)


if __name__ == '__main__':
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument('--target', type=Path, default=PROJECT / 'target', help='the folder dbt wrote to')
    main(given.parse_args().target)
