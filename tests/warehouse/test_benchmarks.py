"""The benchmarks compare like with like: each way of writing a search finds the same patients."""

import duckdb
import pytest
import searches
import with_pandas
from conftest import DEMO


@pytest.fixture(scope='module')
def expected(built):
    return searches.members(built.database)


@pytest.fixture(scope='module')
def sql():
    return searches.Sql(DEMO, None)


@pytest.fixture(scope='module')
def pandas():
    def read_parquet(file, columns=None, **_):
        """As pandas reads, for the suite has no pyarrow."""
        return duckdb.sql(f"select {', '.join(columns or ['*'])} from '{file}'").df()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(with_pandas.pd, 'read_parquet', read_parquet)
        yield searches.Pandas(DEMO, None)


@pytest.mark.parametrize('search', searches.TEN)
def test_sql_and_pandas_find_by_hand_whom_the_search_finds(search, expected, sql, pandas):
    assert expected[search]
    for way in (sql, pandas):
        way.find(search)
        searches.compare(type(way).__name__, search, expected[search], way.patients())
