"""Every page is sound in every mode."""

import re

from faults import faults

from conftest import live_pages


def test_a_page(address, mode, open_page, server):
    with open_page(server + address, mode) as page:
        problems = faults(page, mode, server)
    assert not problems, f"{len(problems)} faults\n" + "\n".join(problems)


def test_all_that_readers_play_with_is_opened(site):
    html = "".join((site / page).read_text("utf-8") for page in live_pages(site))
    kinds = set(re.findall('data-live="([^"]+)"', html))
    assert kinds == {"film", "step_by_step", "playground"}
