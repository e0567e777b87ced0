"""Which notebooks in a folder belong to which student."""

from pathlib import Path


def find_submissions(folder: Path) -> dict[str, list[Path]]:
    """Return each student's notebooks, the oldest first.

    Who has handed in nothing has an empty list.
    """
    found: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if hidden(entry.name):
            continue
        if entry.is_dir():
            found.setdefault(printable(entry.name), []).extend(notebooks_in(entry))
        elif entry.suffix == ".ipynb" and entry.is_file():
            found.setdefault(printable(entry.stem), []).append(entry)
    for paths in found.values():
        paths.sort(key=lambda path: (path.stat().st_mtime, path.name))
    return found


def notebooks_in(folder: Path) -> list[Path]:
    """Return the notebooks in a folder, without those that Jupyter or a Mac hides."""
    return [
        path
        for path in folder.rglob("*.ipynb")
        if path.is_file()
        and not any(hidden(part) for part in path.relative_to(folder).parts)
    ]


def hidden(name: str) -> bool:
    """Tell a file's or folder's name that Jupyter or a Mac has made for itself."""
    return name.startswith((".", "__"))


def printable(name: str) -> str:
    """Write a file's name so that it can be printed, whatever its bytes are."""
    return name.encode(errors="backslashreplace").decode()
