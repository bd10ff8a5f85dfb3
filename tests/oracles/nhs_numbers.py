"""Numbers that look like NHS numbers, for tests of what keeps those out."""


def nhs_number(n: int) -> str:
    """A number of ten digits with the check digit of an NHS number; 943 476 5919 is the one NHS examples use."""
    while True:
        nine = f'{943476591 + n}'
        digit = -sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1))) % 11
        if digit < 10:
            return f'{nine}{digit}'
        n += 10_000
