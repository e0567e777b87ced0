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


def read_parts(lesson, *names):
    """Run the imports of a lesson, and what it first assigns to these names.

    Parameters
    ----------
    lesson : str
        The name of its file, without ``plot_`` and number.
    *names : str
        Functions and variables at the top level of the script.

    Returns
    -------
    SimpleNamespace
        With an attribute for each name.
    """
    tree = ast.parse(script_of(lesson).read_text(encoding="utf-8"))
    wanted, lines = set(names), []
    for line in tree.body:
        is_change = isinstance(line, ast.AugAssign)
        if is_import(line) or names_of(line) & (set(names) if is_change else wanted):
            lines.append(line)
            wanted -= names_of(line)
    values = {}
    exec(compile(ast.Module(lines, []), script_of(lesson).name, "exec"), values)
    return SimpleNamespace(**{name: values[name] for name in names})


def is_import(line):
    """Tell whether a statement imports something."""
    return isinstance(line, ast.Import | ast.ImportFrom)


def names_of(line):
    """Return the names that a statement gives a value."""
    match line:
        case ast.FunctionDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            found = [node for target in targets for node in ast.walk(target)]
            return {node.id for node in found if isinstance(node, ast.Name)}
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name}
    return set()
