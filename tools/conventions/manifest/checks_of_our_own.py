"""The conventions that no check of dbt-bouncer can say. They are used, and worded, in dbt-bouncer.yml."""

from pathlib import Path, PurePath

import yaml
from dbt_bouncer.check_framework.decorator import check, fail


def undescribed(node) -> list[str]:
    return [name for name, column in (node.columns or {}).items() if not (column.description or '').strip()]


@check
def check_model_has_theme(model):
    """The model has a theme: `config.group`."""
    if not model.config.group:
        fail(f'`{model.name}` has no `group`.')


@check
def check_model_has_columns(model):
    """The YAML of the model names its columns."""
    if not model.columns:
        fail(f'`{model.name}` has no `columns`.')


@check
def check_model_meta_is_one_of(model, *, key: str, values: list[str]):
    """The model's `config.meta` has one of these values under this key."""
    value = (model.config.meta or {}).get(key)
    if value not in values:
        fail(f'`{model.name}` has the {key} {value}: give {", ".join(values)}.')


@check
def check_seed_columns_described(seed):
    """Every column of the seed has a description, and there is one; a codelist may have no more than its code and its term."""
    if not seed.columns and not seed.name.startswith('codelist_') or undescribed(seed):
        fail(f'`{seed.name}` has columns without a description: {undescribed(seed) or "all"}.')


@check
def check_source_columns_described(source):
    """Every column of the source has a description, and there is one."""
    if not source.columns or undescribed(source):
        fail(f'`{source.name}` has columns without a description: {undescribed(source) or "all"}.')


@check
def check_seed_properties_beside_it(seed):
    """The YAML of the seed is beside its CSV and has its name."""
    expected = PurePath(seed.original_file_path).with_suffix('.yml')
    found = PurePath((seed.patch_path or '').rpartition('://')[2])
    if found != expected:
        fail(f'The YAML of `{seed.name}` is {found if seed.patch_path else "missing"}.')


@check
def check_own_codelist_described(seed, *, keys: list[str]):
    """A list in local/codelists that takes the place of the seed has a YAML beside it with these keys."""
    own = Path('local', 'codelists', f"{seed.name.removeprefix('codelist_')}.csv")
    if own.exists():
        described = own.with_suffix('.yml')
        said = yaml.safe_load(described.read_text(encoding='utf-8')) if described.exists() else None
        empty = [key for key in keys if not str((said or {}).get(key) or '').strip()]
        if empty:
            fail(f'{described.as_posix()}, which is to stand beside {own.as_posix()}, has no {", ".join(empty)}.')


@check
def check_seed_meta_filled_in(seed, *, keys: list[str]):
    """The seed's `config.meta` has these keys, and none is empty."""
    empty = [key for key in keys if not str((seed.config.meta or {}).get(key) or '').strip()]
    if empty:
        fail(f'`{seed.name}` has no {", ".join(empty)}.')


@check
def check_codelist_status(seed, *, statuses: list[str]):
    """The codelist has one of these statuses and, unless it is `published`, names the list to replace it with."""
    meta = seed.config.meta or {}
    if meta.get('status') not in statuses:
        fail(f'`{seed.name}` has the status {meta.get("status")}.')
    if meta['status'] != 'published' and not str(meta.get('replace_with') or '').strip():
        fail(f'`{seed.name}` has no replace_with.')


@check
def check_model_meta_filled_in(model, *, keys: list[str]):
    """The model's `config.meta` has these keys, and none is empty."""
    empty = [key for key in keys if not str((model.config.meta or {}).get(key) or '').strip()]
    if empty:
        fail(f'`{model.name}` has no {", ".join(empty)}.')
