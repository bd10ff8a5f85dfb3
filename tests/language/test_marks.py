"""White space and invisible marks at the ends of a value."""

import json

from pseudonymise import EDGE_MARKS


def test_pseudonyms_and_staging_leave_out_the_same(compile_jinja):
    ok, marks = compile_jinja('{{ tojson(edge_marks()) }}')
    assert ok and set(json.loads(marks)) == set(EDGE_MARKS)
