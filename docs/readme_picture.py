"""Draw the picture of the README: run the README's code and save its figure."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

ROOT = Path(__file__).parent.parent


def readme_code():
    """Return the README's block of Python code."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    return code


if __name__ == "__main__":
    plt.rc("figure", figsize=(6.4, 3.6))
    exec(readme_code(), {"__name__": "__main__"})
    picture = ROOT / "docs" / "images" / "decision_boundary.png"
    picture.parent.mkdir(exist_ok=True)
    plt.gcf().savefig(
        picture, dpi=100, bbox_inches="tight", metadata={"Software": None}
    )
    print(picture)
