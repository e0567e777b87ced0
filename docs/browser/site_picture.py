"""Photograph the start page of the built site for the README."""

from chromium import SITE, chromium, served
from PIL import Image

PICTURE = SITE.parents[1] / "images" / "site.png"

if __name__ == "__main__":
    with chromium() as browser, served(SITE) as root:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{root}index.html")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE)
    Image.open(PICTURE).convert("RGB").quantize(128).save(PICTURE, optimize=True)
    print(PICTURE)
