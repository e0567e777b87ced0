"""Questions in HTML, with formulas that need no script."""

from collections.abc import Callable
from functools import cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

Formula = Callable[[str, dict[str, bool]], str]


def mathml(formula: str, options: dict[str, bool]) -> str:
    """Write a formula in MathML, which browsers show by themselves."""
    display = "block" if options.get("display_mode") else "inline"
    return convert(formula, display=display)


def tex(formula: str, options: dict[str, bool]) -> str:
    r"""Write a formula between ``\(`` and ``\)``, as learning platforms expect it."""
    left, right = (r"\[", r"\]") if options.get("display_mode") else (r"\(", r"\)")
    return f"{left}{formula}{right}"


@cache
def parser(formula: Formula) -> MarkdownIt:
    """Return a parser of Markdown that writes formulas in a way."""
    return MarkdownIt().enable("table").use(dollarmath_plugin, renderer=formula)


def to_html(text: str, formula: Formula = mathml) -> str:
    """Write Markdown, with formulas between dollar signs, as HTML.

    Parameters
    ----------
    text : str
        The text in Markdown.
    formula : callable, default=mathml
        Writes a formula: :func:`mathml`, or :func:`tex` for a page that has MathJax.

    Returns
    -------
    str
        The text in HTML.
    """
    return parser(formula).render(text)


def to_html_line(text: str, formula: Formula = mathml) -> str:
    """Write a line of Markdown as HTML, without a paragraph around it."""
    return parser(formula).renderInline(text)
