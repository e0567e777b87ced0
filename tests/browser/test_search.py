"""The search finds, and shows excerpts, from a server and from a disk."""


def test_the_search_page_shows_excerpts(root, open_page):
    with open_page(f"{root}search.html?q=overfitting") as page:
        excerpts = page.locator("#search-results li p.context")
        excerpts.first.wait_for()
        assert "overfitting" in " ".join(excerpts.all_inner_texts()).lower()
        assert page.locator("#search-results li a[href*='glossary']").count() > 0
        assert page.complaints == []


def test_the_search_dialog_opens_by_keyboard_and_leads_to_results(open_page, server):
    with open_page(f"{server}index.html") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("momentum")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=momentum")
        page.locator("#search-results li a").first.wait_for()
