"""Every page is sound in every mode."""

from faults import faults


def test_a_page(address, mode, open_page, server):
    with open_page(server + address, mode) as page:
        problems = faults(page, mode, server)
    assert not problems, f"{len(problems)} faults\n" + "\n".join(problems)
