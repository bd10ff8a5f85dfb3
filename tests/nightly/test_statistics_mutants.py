"""Would the checks notice a wrong formula? One token of a macro at a time is changed, and a check must fail."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import jinja2
from statistics_checks import CHECKS, Refused, asker, light_compiler, read_macros

# What may stand for what: a sign, a comparison, an operation, a bound, a level, an argument, a constant.
SWAPS = [
    (r' \+ ', ' - '), (r' - ', ' + '), (r"'\+'", "'-'"), (r"'-'", "'+'"), (r'-(?=sqrt|{{)', ''),
    (r' \* ', ' / '), (r' / ', ' * '),
    (r' > ', ' >= '), (r' >= ', ' > '), (r' < ', ' <= '), (r' <= ', ' < '), (r' > (?=0)', ' < '),
    (r'(?<= )and(?= )', 'or'),
    (r'\bsqrt\(', 'abs('), (r'\bln\(', 'sqrt('), (r'\bexp\(', 'abs('), (r'\basin\(', 'sin('), (r'\bsin\(', 'asin('),
    (r'\bceil\(', 'floor('), (r'\bfloor\(', 'ceil('), (r'\bgreatest\(', 'least('), (r'\bleast\(', 'greatest('),
    (r'\bsum\(', 'max('), (r'\bavg\(', 'sum('), (r'\bcoalesce\(', 'nullif('),
    (r'\boperand\(numerator\)', 'operand(denominator)'), (r'\boperand\(denominator\)', 'operand(numerator)'),
    (r'\boperand\(lower\)', 'operand(upper)'), (r'\boperand\(upper\)', 'operand(lower)'),
    (r"\b'most'", "'least'"), (r"\b'least'", "'most'"), (r'\bmost_deprived_weight', 'least_deprived_weight'),
    (r'\bwilson_lower\(', 'wilson_upper('), (r'\bwilson_upper\(', 'wilson_lower('),
    (r'\bbyar_approximation_lower\(', 'byar_approximation_upper('), (r'\bbyar_lower\(', 'byar_upper('), (r'\bbyar_upper\(', 'byar_lower('),
    (r'\blevel=95\b', 'level=99.8'), (r'(?<=[(, ])level(?=\))(?<!known\[level)', '95'),
    (r"'better'", "'worse'"), (r"'worse'", "'better'"), (r"'higher'", "'lower'"),
]
NUMBER = re.compile(r'(?<![\w.\[])(\d+(?:\.\d+)?)(e0)?(?![\w.])')


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f'{self.file}:{self.line}: {self.before} -> {self.after}'


def without_comments(source: str) -> str:
    """The same places, with blanks for comments and for messages."""
    blank = lambda match: re.sub(r'[^\n]', ' ', match.group())
    source = re.sub(r'{#.*?#}', blank, source, flags=re.DOTALL)
    return re.sub(r'raise_compiler_error\(.*?\) }}', blank, source)


def changes(text: str):
    """Where and what to change, in the order of the text."""
    found = []
    for pattern, replacement in SWAPS:
        found += [(match.start(), match.end(), replacement) for match in re.finditer(pattern, text)]
    for match in NUMBER.finditer(text):
        number, exponent = match.group(1), match.group(2) or ''
        if number in ('10', '9') and not exponent:
            other = {'10': '9', '9': '10'}[number]
        elif '.' in number:
            # One unit in the sixth significant figure.
            digits = re.sub(r'^[0.]*', '', number)
            place = number.index(digits) + min(6, len(digits) - 2)
            place += number[place] == '.'
            other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1:]
        else:
            other = str(int(number) + 1)
        found.append((match.start(), match.end(), other + exponent))
    return sorted(found)


def mutants(sources: dict[str, str]):
    for file, source in sources.items():
        for start, end, replacement in changes(without_comments(source)):
            line = source.count('\n', 0, start) + 1
            begin, finish = source.rfind('\n', 0, start) + 1, source.find('\n', end)
            before, after = source[begin:finish], source[begin:start] + replacement + source[end:finish]
            yield Mutant(file, line, before.strip(), after.strip()), sources | {file: source[:start] + replacement + source[end:]}


# Faults of a mutant's SQL or Jinja count as noticed: no check would pass.
NOTICED = (AssertionError, Refused, duckdb.Error, jinja2.TemplateError, TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError, IndexError)

# Every so many of the thousand that the rules give: all of them take minutes, with 1.
EVERY = 13

# What is changed in a line of the macros (before, after) without changing a result, and why.
EQUIVALENT = [
    (r'count\(', r'then 2 end\)', 'count counts what is not null, whatever it is'),
    (r'count\(', r'(column|y|s)\)? }} / ', 'DuckDB: a quotient is null where the product is'),
    (r'most_deprived_weight\) = ', r'least_deprived_weight\) = ', 'one weight is null where the other is'),
    (r"'(better|worse|higher|lower)'$", r'(l }} >= {{ c|u }} <= {{ c)', "the branch 'similar' stands before it"),
    (r'z }} < {{ low', r'z }} (<=|>) {{ (low|high)', 'at the bound the score is the bound'),
    (r'z }} < {{ low', r'z }} >= {{ high', 'at the bound the score is the bound'),
    (r'^(case )?when {{ (n|e) }} > 0 and', r'when {{ (n|e) }} >= 0 and', 'without a size the rest of the expression is null'),
    (r'= {{ n }} then 1e0$', r'{{ n }} > 1 and', 'of one patient out of one the formula gives 1 as well'),
    (r'^then least\(1, \($', r'least\(2', 'beyond 1 the score goes by rounding only'),
    (r'indent\(12\)', r'indent\(13\)', 'blanks'),
    (r'over }}, 0\)$', r'over }}, 1\)$', 'the spread of ridits is below 1, and 0 with one group, which is refused later'),
    (r'and {{ a }} > 0$', r'>= 0$', 'a difference of doubles, never 0'),
    (r'> {{ critical', r'>= {{ critical', 'a sum of doubles, never the critical value'),
]


def equivalence(mutant: Mutant) -> str | None:
    """Why a mutant gives the same results, if it does."""
    return next((
        reason for before, after, reason in EQUIVALENT
        if re.search(before, mutant.before) and re.search(after, mutant.after)
    ), None)



def is_noticed(sources: dict[str, str], order: list) -> bool:
    try:
        ask = asker(light_compiler(sources))
    except NOTICED:
        return True
    for position, check in enumerate(order):
        try:
            check(ask)
        except NOTICED:
            # The check that noticed goes first: neighbouring mutants fall to the same.
            order.insert(0, order.pop(position))
            return True
    return False


def test_every_wrong_token_is_noticed():
    sources, order = read_macros(), list(CHECKS)
    sample = list(mutants(sources))[::EVERY]
    survivors = [mutant for mutant, changed in sample if not is_noticed(changed, order)]
    unexplained = [str(mutant) for mutant in survivors if not equivalence(mutant)]
    print(f'{len(sample)} mutants, {len(sample) - len(survivors)} noticed, {len(survivors) - len(unexplained)} equivalent')
    assert 60 <= len(sample)
    assert not unexplained, '\n'.join(unexplained)
