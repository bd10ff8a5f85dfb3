"""Every unit test of the project: no build runs them all (selectors.yml)."""


def test_every_unit_test_passes(rebuild, parsed, tmp_path):
    run = rebuild('test', '--select', 'test_type:unit', folder=tmp_path)
    assert run.ok, run.output
    hooks = sum(node.resource_type == 'operation' for node in parsed.nodes.values())
    assert len(parsed.unit_tests) > 200, 'they are enabled at the default as_of_date (dbt_project.yml)'
    assert f'PASS={len(parsed.unit_tests) + hooks} ' in run.output


def test_a_build_runs_none_of_them(built):
    assert 'START unit_test' not in built.output
