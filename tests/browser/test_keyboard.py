"""A lesson without a mouse: from the address bar to the last link."""

from focus import focus_faults


def test_tab_leads_through_a_lesson(lesson, open_page, server):
    with open_page(server + lesson) as page:
        problems = focus_faults(page)
    assert not problems, f"{len(problems)} faults\n" + "\n".join(problems)


def test_the_skip_link_leads_to_the_text(open_page, server):
    with open_page(f"{server}index.html") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#main-content")


def test_the_theme_switch_changes_the_page_and_its_figures(open_page, server):
    address = f"{server}gallery/2_two_moons/plot_1_decision_boundary.html"
    with open_page(address) as page:
        figure = page.locator(".themed-figure").first
        for theme in ("Dark", "Light"):
            page.locator(".bd-header .theme-switch-button:visible").click()
            page.get_by_role("button", name=theme, exact=True).locator(
                "visible=true"
            ).click()
            shown = figure.locator(f"img:visible[src*='-{theme.lower()}']")
            shown.wait_for()
            assert figure.locator("img:visible").count() == 1
