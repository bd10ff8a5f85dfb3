"""A browser without a window, and the pages of `make docs`."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
NAMES = [
    'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge', 'msedge',
]
USUAL_PLACES = [
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
    'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
    'C:/Program Files/Microsoft/Edge/Application/msedge.exe',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

# Runs in the page, again and again until the look it takes finds something, and leaves what it found in the page.
PROBE = """
<script>
{
  const timer = setInterval(() => {
    const found = (() => { @look@ })()
    if (!found) return
    clearInterval(timer)
    const note = document.createElement('pre')
    note.id = 'found-by-the-test'
    const asked = performance.getEntriesByType('resource').map(entry => entry.name).filter(name => /^(http|ws)/.test(name))
    note.textContent = JSON.stringify({found, asked})
    document.body.append(note)
  }, 100)
}
</script>
"""


@pytest.fixture(scope='session')
def docs() -> Path:
    folder = PROJECT / 'target' / 'docs'
    assert (folder / 'index.html').exists(), f'{folder} has no pages to look at: run make docs first.'
    return folder


@pytest.fixture(scope='session')
def browser() -> str:
    found = [shutil.which(name) for name in NAMES] + [place for place in USUAL_PLACES if Path(place).exists()]
    found = [path for path in found if path]
    assert found, 'No browser was found to open the documentation: install Chromium, Chrome or Edge.'
    return found[0]


@pytest.fixture
def look(browser, tmp_path) -> Callable:
    """Opens a page as a reader would, and returns what a piece of JavaScript finds in it.

    Fails if the page logs an error, or asks for something from elsewhere.
    """

    def run(page: Path, javascript: str, place: str = '') -> dict | list:
        copy = tmp_path / page.name
        before, end, after = page.read_text(encoding='utf-8').rpartition('</body>')
        copy.write_text(before + PROBE.replace('@look@', javascript) + end + after, encoding='utf-8')
        run = subprocess.run(
            [
                browser, '--headless', '--disable-gpu', '--no-first-run', '--disable-extensions', '--disable-sync',
                '--disable-background-networking', '--disable-component-update', '--host-resolver-rules=MAP * ~NOTFOUND',
                # As root, in a container, Chromium does not start otherwise.
                *(['--no-sandbox'] if sys.platform == 'linux' and os.geteuid() == 0 else []),
                f'--user-data-dir={tmp_path / "profile"}', '--enable-logging=stderr', '--window-size=1400,1000',
                '--virtual-time-budget=30000', '--dump-dom', copy.as_uri() + place,
            ],
            capture_output=True, encoding='utf-8', errors='replace', timeout=180,
        )
        logged = [line for line in run.stderr.splitlines() if ':CONSOLE' in line]
        assert not [line for line in logged if re.search(r'error|refused|failed', line, re.IGNORECASE)], logged
        found = re.search(r'<pre id="found-by-the-test">(.*?)</pre>', run.stdout, re.DOTALL)
        assert found, f'Nothing was found in {page.name}; the browser says: {run.stderr[-2000:]}'
        said = json.loads(html.unescape(found.group(1)))
        assert not said['asked'], f'{page.name} asks for {said["asked"]}'
        return said['found']

    return run
