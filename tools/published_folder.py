"""What publishing needs of the file system and SQL cannot do; macros/publish/publish.sql does the rest.

Its functions become SQL functions of dbt's connection (tools/sql_functions.py).

    <published>/versions/unfinished/   what is being written; a killed build leaves it, the next removes it
    <published>/versions/<version>/    what was published; the current version and the one before it are kept
    <published>/current                a link to the current version, replaced in one step
    <published>/current.txt            its name, where there are no such links (Windows, some network drives)
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def publish_prepare(folder: str, parts: str, kept: str) -> str:
    """Make an empty folder to write the parts of a version into; no reader looks there.

    The part that is kept is taken over from the current version, if it is there.
    """
    unfinished = Path(folder) / 'versions' / 'unfinished'
    if unfinished.exists():
        shutil.rmtree(unfinished)
    for part in parts.split():
        (unfinished / part).mkdir(parents=True)
    before = current_version(folder)
    if kept and before and (before / kept).exists():
        shutil.copytree(before / kept, unfinished / kept)
    return str(unfinished)


def publish_switch(folder: str, version: str) -> str:
    """Make what was written the current version, in one step; a reader of the one before keeps it."""
    unfinished, new = (Path(folder) / 'versions' / name for name in ('unfinished', version))
    before = current_version(folder)
    set_permissions(unfinished, before)
    for path in unfinished.rglob('*'):
        write_to_disk(path)
    write_to_disk(unfinished)
    unfinished.rename(new)
    write_to_disk(new.parent)
    point_to(Path(folder), version)
    for other in new.parent.iterdir():
        if other not in (new, before):
            # Windows keeps a file that a reader has open: the next build tries again.
            shutil.rmtree(other, ignore_errors=True)
    return str(new)


def publish_commit() -> str | None:
    """The commit of the project, with -dirty if a tracked file was changed since; none outside git."""
    if os.environ.get('PHM_COMMIT'):
        return os.environ['PHM_COMMIT']
    describe = ['git', 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
    try:
        return subprocess.run(describe, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def current_version(folder: str) -> Path | None:
    """The folder that readers are shown, or none."""
    link, name = Path(folder) / 'current', Path(folder) / 'current.txt'
    if link.is_symlink():
        return Path(folder) / os.readlink(link)
    return Path(folder) / 'versions' / name.read_text(encoding='utf-8').strip() if name.exists() else None


def point_to(folder: Path, version: str) -> None:
    new = folder / 'current.new'
    new.unlink(missing_ok=True)
    pointer = folder / 'current'
    try:
        if os.name == 'nt':
            raise OSError('Windows does not replace a link to a folder in one step')
        new.symlink_to(Path('versions') / version, target_is_directory=True)
    except OSError:
        pointer = folder / 'current.txt'
        new.write_text(version, encoding='utf-8')
        write_to_disk(new)
    os.replace(new, pointer)
    write_to_disk(folder)


def set_permissions(unfinished: Path, before: Path | None) -> None:
    """Each part is open to whom the version before was open; at first only its owner reads patients."""
    for part in [path for path in unfinished.iterdir() if path.is_dir()]:
        if before and (before / part.name).exists():
            shutil.copymode(before / part.name, part)
            if hasattr(os, 'chown'):
                os.chown(part, -1, (before / part.name).stat().st_gid)
        elif part.name == 'patient_level':
            part.chmod(0o700)


def write_to_disk(path: Path) -> None:
    """So that a power cut after the switch finds whole files."""
    if path.is_dir() and os.name == 'nt':
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
