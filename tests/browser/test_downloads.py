"""What the pages offer to download can be opened."""

import ast
import io
import json
import zipfile
from urllib.parse import urljoin


def test_the_downloads_of_a_lesson_open(lesson, open_page, server):
    with open_page(server + lesson) as page:
        links = page.locator(".bd-article a[download]")
        addresses = {link.get_attribute("href") for link in links.all()}
        kinds = {address.rsplit(".")[-1] for address in addresses}
        assert kinds == {"py", "ipynb"}
        for address in addresses:
            content = page.request.get(urljoin(page.url, address)).body()
            open_download(address, content)


def open_download(address, content):
    """Read a download as what its name says it is."""
    if address.endswith(".py"):
        ast.parse(content.decode())
    elif address.endswith(".ipynb"):
        assert json.loads(content)["cells"]
    else:
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_the_library_and_the_course_can_be_downloaded(open_page, server):
    with open_page(f"{server}install.html") as page:
        links = page.locator(".bd-article a[href]")
        addresses = {link.get_attribute("href") for link in links.all()}
        kinds = {
            kind
            for kind in (".whl", ".tar.gz", ".zip")
            for a in addresses
            if a.endswith(kind)
        }
        assert kinds == {".whl", ".tar.gz", ".zip"}
        for address in addresses:
            if address.endswith((".whl", ".tar.gz", ".zip")):
                response = page.request.get(urljoin(page.url, address))
                assert response.ok, address
                assert len(response.body()) > 10_000, address
