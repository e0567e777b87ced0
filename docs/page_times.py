"""Print how long each page of the gallery took, the slowest first.

Usage: ``python docs/page_times.py docs/_build/page_times.xml``, where the file is
the report that sphinx-gallery writes with its option ``junit``.
"""

import sys
from xml.etree import ElementTree


def format_page_times(report):
    """Return the table of a sphinx-gallery report, given as an XML element."""
    pages = [
        (float(page.get("time")), page.get("file").removeprefix("../"))
        for page in report
    ]
    lines = [f"{seconds:8.1f} s  {file}" for seconds, file in sorted(pages)[::-1]]
    total = sum(seconds for seconds, _ in pages)
    return "\n".join([*lines, f"{total:8.1f} s  in total, {len(pages)} pages"])


if __name__ == "__main__":
    print(format_page_times(ElementTree.parse(sys.argv[1]).getroot()))
