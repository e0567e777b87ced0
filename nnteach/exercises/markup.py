"""Questions in HTML, with formulas that need no script."""

from functools import cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin


def mathml(formula: str, options: dict[str, bool]) -> str:
    """Write a formula in MathML, which browsers show by themselves."""
    display = "block" if options.get("display_mode") else "inline"
    return convert(formula, display=display)


def tex(formula: str, options: dict[str, bool]) -> str:
    r"""Write a formula between ``\(`` and ``\)``, as learning platforms expect it."""
    left, right = (r"\[", r"\]") if options.get("display_mode") else (r"\(", r"\)")
    return f"{left}{formula}{right}"


@cache
def parser(formulas: str) -> MarkdownIt:
    """Return a parser of Markdown that writes formulas in a way."""
    renderer = {"mathml": mathml, "tex": tex}[formulas]
    return MarkdownIt().use(dollarmath_plugin, renderer=renderer)


def to_html(text: str, formulas: str = "mathml") -> str:
    """Write Markdown as HTML.

    Parameters
    ----------
    text : str
        The text in Markdown, with formulas between dollar signs.
    formulas : {"mathml", "tex"}, default="mathml"
        Formulas as MathML, or as TeX for a page that brings MathJax.

    Returns
    -------
    str
        The text in HTML.
    """
    return parser(formulas).render(text)


def to_html_line(text: str, formulas: str = "mathml") -> str:
    """Write a line of Markdown as HTML, without a paragraph around it."""
    return parser(formulas).renderInline(text)
