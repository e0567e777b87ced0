"""A lesson without a mouse: from the address bar to the last link."""

FOCUS = """
async () => {
  await Promise.all(document.getAnimations().map(animation => animation.finished));
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none"
    || style.textDecorationLine.includes("underline");
  window.stops ??= [];
  const place = window.stops.includes(element) ? "again" : "new";
  window.stops.push(element);
  const previous = window.stops.at(-2);
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  const forward = !previous
    || (previous.compareDocumentPosition(element) & follows) > 0;
  return {
    html: element.outerHTML.slice(0, 120),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    marked, place, forward,
  };
}
"""
MOST_STOPS = 120


def test_tab_leads_through_a_lesson(lesson, open_page, server):
    with open_page(server + lesson) as page:
        stops = []
        while len(stops) <= MOST_STOPS:
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if stop is None or stop["place"] == "again":
                break
            stops.append(stop)
        assert "Skip to main content" in stops[0]["html"] or "#main" in stops[0]["html"]
        assert len(stops) <= MOST_STOPS, "too many stops"
        assert [s["html"] for s in stops if not s["seen"]] == [], "focus out of sight"
        assert [s["html"] for s in stops if not s["marked"]] == [], "focus not marked"
        assert [s["html"] for s in stops if not s["forward"]] == [], "focus goes back"
        links = page.locator(".bd-main a[href]:visible").count()
        assert len([s for s in stops if s["html"].startswith("<a")]) >= links


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
