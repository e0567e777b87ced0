"""What the pages offer to download can be opened."""

import io
import tarfile
import zipfile
from urllib.parse import urljoin

import nbformat


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
