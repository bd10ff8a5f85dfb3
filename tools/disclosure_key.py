"""The secret on which the noise of published counts rests.

Whoever knows it, and the pseudonyms, can take the noise away. So it goes into the engine as the value of a function, and
no statement, log or file of dbt holds it. It is, in this order:

- of the demo extract a key of its own, which is no secret;
- PHM_DISCLOSURE_KEY;
- what an earlier build made and left beside the warehouse, with rights for its owner only;
- a new one, made and left there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from pathlib import Path

VARIABLE, SHORTEST = 'PHM_DISCLOSURE_KEY', 32
DEMO_KEY = 'the key of the demo extract, which is no secret'
DEMO_EXTRACT = Path(__file__).resolve().parents[1] / 'demo' / 'extract'
making = threading.Lock()


def key(warehouse: Path) -> str:
    """The secret. Errors: see problem."""
    if is_demo():
        return DEMO_KEY
    found = problem(warehouse)
    if found:
        raise ValueError(found)
    # The engine's threads may ask at once.
    with making:
        return os.environ.get(VARIABLE) or kept_key(warehouse) or new_key(warehouse)


def key_id(warehouse: Path) -> str:
    """What tells one key from another and nothing of either: for the ledger of releases."""
    return hmac.new(key(warehouse).encode(), b'PHM series of releases', hashlib.sha256).hexdigest()[:16]


def problem(warehouse: Path) -> str | None:
    """What is wrong with the key, in a sentence; none if nothing is, or if there is none yet. It makes none."""
    if is_demo():
        return None
    given = os.environ.get(VARIABLE)
    if not given and str(warehouse) == ':memory:':
        return f'A warehouse in memory has no folder for the key of what is published: set {VARIABLE}.'
    found = given or kept_key(warehouse)
    if found is not None and len(found) < SHORTEST:
        where = f'The environment variable {VARIABLE}' if given else str(key_file(warehouse))
        return f'{where} has {len(found)} characters: give {SHORTEST} or more that nobody can guess.'
    return None


def is_demo() -> bool:
    """Whether the build is of the demo extract of this repository, and not of files that somebody put in its place."""
    patients = DEMO_EXTRACT / 'patient.csv'
    if Path(os.environ.get('PHM_EXTRACT_DIR') or DEMO_EXTRACT).resolve() != DEMO_EXTRACT or not patients.exists():
        return False
    with patients.open(encoding='utf-8') as lines:
        next(lines)
        return all(line.startswith(('SYN', ',')) for line in lines)


def key_file(warehouse: Path) -> Path:
    return warehouse.with_name(f'{warehouse.stem}_disclosure_key')


def kept_key(warehouse: Path) -> str | None:
    file = key_file(warehouse)
    return file.read_text(encoding='utf-8').strip() if file.exists() else None


def new_key(warehouse: Path) -> str:
    """A new key, in a file that only its owner reads."""
    made = secrets.token_hex(32)
    handle = os.open(key_file(warehouse), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, 'w', encoding='utf-8') as file:
        file.write(f'{made}\n')
    return made
