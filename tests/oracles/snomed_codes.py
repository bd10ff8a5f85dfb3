"""What a valid identifier of a SNOMED CT concept or of dm+d is, in plain Python."""

# Verhoeff's scheme, which SNOMED CT prescribes for the last digit of an identifier
# (SNOMED CT Release File Specification, 5.5): multiplication in the dihedral group D5,
# and the permutation of each position.
MULTIPLY = [
    [a + b if a + b < 5 else a + b - 5 for b in range(5)] + [5 + (a + b) % 5 for b in range(5)] for a in range(5)
] + [
    [5 + (a - b) % 5 for b in range(5)] + [(a - b) % 5 for b in range(5)] for a in range(5)
]
FIRST_PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def permute(digit: int, position: int) -> int:
    for _ in range(position % 8):
        digit = FIRST_PERMUTATION[digit]
    return digit


def has_valid_check_digit(code: str) -> bool:
    check = 0
    for position, digit in enumerate(reversed(code)):
        check = MULTIPLY[check][permute(int(digit), position)]
    return check == 0


def is_concept(code: str) -> bool:
    """The two digits before the check digit: 00 for a concept, 10 for one of an extension (all of dm+d)."""
    return (
        code.isascii() and code.isdigit() and 6 <= len(code) <= 18 and code[0] != '0'
        and code[-3:-1] in ('00', '10') and has_valid_check_digit(code)
    )
