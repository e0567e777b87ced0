"""Functions and settings of a lesson, without running the whole of it.

What the site shows beside a lesson, such as a film of its network, is made with the
lesson's own lines, and the lesson's script knows nothing of it.
"""

import ast
from pathlib import Path
from types import SimpleNamespace

GALLERY = Path(__file__).parents[1] / "gallery"


def script_of(lesson):
    """Return the script of the lesson with a name."""
    (script,) = GALLERY.glob(f"*/plot_*_{lesson}.py")
    return script


def read_parts(lesson, *names, **given):
    """Run the imports of a lesson, and what it assigns to these names.

    Parameters
    ----------
    lesson : str
        The name of its file, without ``plot_`` and number.
    *names : str
        Functions and variables at the top level of the script.
    **given : object
        What those lines need besides.

    Returns
    -------
    SimpleNamespace
        With an attribute for each name.
    """
    tree = ast.parse(script_of(lesson).read_text(encoding="utf-8"))
    tree.body = [line for line in tree.body if names_of(line) & {*names, "import"}]
    values = dict(given)
    exec(compile(tree, script_of(lesson).name, "exec"), values)
    return SimpleNamespace(**{name: values[name] for name in names})


def names_of(line):
    """Return the names that a statement gives a value."""
    match line:
        case ast.Import() | ast.ImportFrom():
            return {"import"}
        case ast.FunctionDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            found = [node for target in targets for node in ast.walk(target)]
            return {node.id for node in found if isinstance(node, ast.Name)}
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name}
    return set()
