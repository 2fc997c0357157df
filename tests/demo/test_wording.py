import pytest

from tinygrad_course.demo.wording import percent, scientific, seconds, thousands


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0, "0.0%"), (1, "100.0%"), (0.9999, "99.9%"), (0.29, "29.0%"), (0.95, "95.0%")],
)
def test_percentages_are_rounded_down_so_that_100_means_all(fraction, text):
    assert percent(fraction) == text


def test_every_whole_percentage_is_itself():
    assert [percent(n / 100, 0) for n in range(101)] == [f"{n}%" for n in range(101)]


@pytest.mark.parametrize(
    ("value", "said"), [(2.34e-9, "2×10⁻⁹"), (9.9e-7, "1×10⁻⁶"), (1e-12, "1×10⁻¹²"), (0, "0")]
)
def test_magnitudes(value, said):
    assert scientific(value) == said


def test_counts_and_durations():
    assert (thousands(235146), seconds(1.26)) == ("235,146", "1.3 s")
