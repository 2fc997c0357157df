"""Figures as text: the same on the page and in the terminal."""


def percent(fraction: float, decimals: int = 1) -> str:
    """0.9736 → "97.3%"; rounded down, so that 100.0% means all."""
    scale = 10**decimals
    return f"{int(fraction * 100 * scale + 1e-9) / scale:.{decimals}f}%"


def thousands(count: int) -> str:
    """235146 → "235,146"."""
    return f"{count:,}"


def seconds(duration: float) -> str:
    """1.234 → "1.2 s"."""
    return f"{duration:.1f} s"


def scientific(value: float) -> str:
    """2.34e-9 → "2×10⁻⁹": one digit, since the magnitude matters."""
    if not 0 < value < float("inf"):
        return f"{value:.0f}"
    digit, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit}×10{raised}"
