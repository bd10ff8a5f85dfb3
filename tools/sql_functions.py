"""What SQL cannot do of itself: files, folders, and a secret that no statement shows.

dbt-duckdb loads this file (see profiles.yml), and these functions become SQL functions of dbt's connection. Each is
called by one macro.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import disclosure_key
import extract_files
import published_folder
import releases
from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    def configure_connection(self, conn):
        for function, arguments in [(published_folder.publish_prepare, 3), (published_folder.publish_switch, 2)]:
            conn.create_function(
                function.__name__, function, ['VARCHAR'] * arguments, 'VARCHAR', side_effects=True
            )
        conn.create_function(
            'publish_commit', published_folder.publish_commit, [], 'VARCHAR', side_effects=True, null_handling='special'
        )
        conn.create_function(
            'file_checksums', extract_files.checksums, ['VARCHAR', 'VARCHAR'], 'VARCHAR', side_effects=True
        )
        # Without side effects, so that the engine asks once for a statement and not once for a row.
        warehouse = Path(self.creds.path)
        conn.create_function('phm_disclosure_key', lambda: disclosure_key.key(warehouse), [], 'VARCHAR')
        conn.create_function(
            'phm_disclosure_key_problem', lambda: disclosure_key.problem(warehouse), [], 'VARCHAR',
            side_effects=True, null_handling='special',
        )
        # The key stays out of the statement.
        for function in [releases.plan_release, releases.enter_release]:
            conn.create_function(
                function.__name__, with_key(function, warehouse), ['VARCHAR', 'VARCHAR'], 'VARCHAR', side_effects=True
            )


def with_key(function: Callable[[str, str, str, bool], str], warehouse: Path) -> Callable[[str, str], str]:
    """The function with its last two arguments: what tells the key from another, and whether it is the demo's."""
    return lambda folder, request: function(folder, request, disclosure_key.key_id(warehouse), disclosure_key.is_demo())
