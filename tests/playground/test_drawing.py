"""Numbers and ticks on the playground's canvases."""

import pytest


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0, 4, "0"),
        (-0.25, 4, "−0.25"),
        (1234.56, 4, "1235"),
        (250_000, 4, "2.5e5"),
        (1_000_000, 2, "1e6"),
        (-1.234e-5, 2, "−1.2e−5"),
        (9999.9, 2, "1e4"),
    ],
)
def test_numbers_are_short(value, digits, shown, browser):
    call = "return nnteach.short(value, digits);"
    assert browser.run(call, value=value, digits=digits) == shown
