"""Which extract it is, by what is in its files: a file that was touched or copied is still the same."""

from __future__ import annotations

import hashlib
from pathlib import Path


def checksums(files: str, known: str) -> str:
    """A line for each file: checksum, size, time of its last change, path.

    Arguments: files, a path a line; known, an earlier result: a file that it has as it is now is not read again.
    """
    checksum_of = {state: checksum for checksum, _, state in (line.partition(' ') for line in known.splitlines())}
    lines = []
    for file in files.splitlines():
        stat = Path(file).stat()
        state = f'{stat.st_size} {stat.st_mtime_ns} {Path(file).resolve().as_posix()}'
        lines.append(f'{checksum_of.get(state) or checksum(file)} {state}')
    return '\n'.join(lines)


def checksum(file: str) -> str:
    with open(file, 'rb') as handle:
        return hashlib.file_digest(handle, 'sha256').hexdigest()
