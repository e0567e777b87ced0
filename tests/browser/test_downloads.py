"""What the pages offer to download can be opened."""

import io
import tarfile
import zipfile
from urllib.parse import urljoin
from urllib.request import urlopen

import nbformat
from bs4 import BeautifulSoup


def test_the_downloads_of_a_lesson_open(lesson, site, server):
    html = BeautifulSoup((site / lesson).read_text(encoding="utf-8"), "html.parser")
    addresses = {link["href"] for link in html.select(".bd-article a[download]")}
    kinds = {address.rsplit(".")[-1] for address in addresses}
    assert kinds == {"py", "ipynb"}
    for address in addresses:
        with urlopen(urljoin(server + lesson, address)) as response:
            open_download(address, response.read())


def open_download(address, content):
    """Read a download as what its name says it is."""
    if address.endswith(".py"):
        compile(content, address, "exec")
    elif address.endswith(".ipynb"):
        notebook = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(notebook)
        assert notebook.cells
    elif address.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            assert any(name.endswith("/pyproject.toml") for name in archive.getnames())
    else:
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        assert any(
            name.endswith((".ipynb", "/METADATA")) for name in archive.namelist()
        )


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
                open_download(address, response.body())
