"""What the tests of films, steps and playgrounds in lessons have in common."""

SUMMARY = "details.fold-live:has({}) > summary"


def open_fold(page, selector):
    """Open the fold around what a selector finds, by the keyboard; return the fold."""
    summary = page.locator(SUMMARY.format(selector)).first
    summary.focus()
    page.keyboard.press("Enter")
    return summary.locator("xpath=..")


def loads(page, name):
    """Tell whether a page has asked for a script."""
    return any(url.endswith(f"/{name}") for url in page.requests)
