"""Readers of the published folder see the older version or the newer one, whole, whenever the switch ends."""

import os
import sys
from pathlib import Path

import published_folder
import pytest


def write_version(folder: Path, version: str) -> None:
    """As macros/publish/publish.sql does, with one small file for each part."""
    unfinished = Path(published_folder.publish_prepare(str(folder), 'patient_level aggregate', ''))
    for part in ['patient_level', 'aggregate']:
        (unfinished / part / 'table.csv').write_text(version)


def read_version(folder: Path) -> str:
    current = published_folder.current_version(str(folder))
    patients, aggregates = ((current / part / 'table.csv').read_text() for part in ['patient_level', 'aggregate'])
    assert patients == aggregates == current.name
    return current.name


@pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
def test_a_kill_at_any_line_leaves_the_older_or_the_newer_version_whole(tmp_path):
    seen = []
    for line in range(200):
        folder = tmp_path / str(line)
        write_version(folder, 'older')
        published_folder.publish_switch(str(folder), 'older')
        write_version(folder, 'newer')
        child = os.fork()
        if child == 0:
            kill_at(line, folder)
        killed = os.waitpid(child, 0)[1] != 0
        seen.append(read_version(folder))
        write_version(folder, 'newest')
        published_folder.publish_switch(str(folder), 'newest')
        assert read_version(folder) == 'newest'
        assert set(os.listdir(folder)) == {'current', 'versions'}
        assert set(os.listdir(folder / 'versions')) <= {'older', 'newer', 'newest'}
        assert len(os.listdir(folder / 'versions')) == 2
        if not killed:
            break
    assert not killed and line > 40, line
    assert seen == sorted(seen, reverse=True) and set(seen) == {'older', 'newer'}


def kill_at(line: int, folder: Path) -> None:
    """In a child process: publish, and end without any cleaning up before this line."""
    left = line

    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename != published_folder.__file__:
            return None
        if event == 'line':
            if left == 0:
                os._exit(9)
            left -= 1
        return trace

    sys.settrace(trace)
    published_folder.publish_switch(str(folder), 'newer')
    os._exit(0)


def test_only_the_owner_reads_patients_until_others_are_let_in(tmp_path):
    for version in ['first', 'second', 'third']:
        write_version(tmp_path, version)
        part = Path(published_folder.publish_switch(str(tmp_path), version)) / 'patient_level'
        if version == 'first':
            assert part.stat().st_mode & 0o777 == 0o700
            part.chmod(0o750)
        else:
            assert part.stat().st_mode & 0o777 == 0o750


def test_where_there_are_no_links_a_file_names_the_version(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError

    monkeypatch.setattr(Path, 'symlink_to', refuse)
    for version in ['first', 'second', 'third']:
        write_version(tmp_path, version)
        published_folder.publish_switch(str(tmp_path), version)
        assert read_version(tmp_path) == version
        assert set(os.listdir(tmp_path)) == {'current.txt', 'versions'}
    assert set(os.listdir(tmp_path / 'versions')) == {'second', 'third'}
