"""What the grader does in the kernel that runs a submitted notebook.

Answers stay there: what leaves the kernel are judgements.
"""

import sys
from typing import Any

from nnteach.exercises.run_submission import LONGEST, MIME

# what the grader knows in the kernel
judged: set[str] = set()  # the exercise whose answer was judged, if there was one
streams: list[Any] = []  # of the kernel, which a cell may replace


def load() -> None:
    """Import, in the kernel, what takes seconds, before the first cell is timed."""
    from nnteach.exercises.catalogue import all_exercises

    all_exercises()
    streams[:] = sys.stdout, sys.stderr
    # the kernel cannot run another cell without its streams
    kernel().events.register("post_run_cell", restore_streams)


def restore_streams(result: object) -> None:
    """Give the kernel its streams again, whatever a cell has put in their place."""
    sys.stdout, sys.stderr = streams


def kernel() -> Any:
    """Return what runs the cells."""
    from IPython import get_ipython

    return get_ipython()


def user_names() -> dict[str, Any]:
    """Return the names in the kernel that cells have defined."""
    names: dict[str, Any] = kernel().user_ns
    return names


def forget() -> None:
    """Forget, in the kernel, the answer of the exercise before."""
    user_names()["answer"] = None
    judged.clear()


def report(name: str, mark: str) -> None:
    """Publish, in the kernel, the judgement of the answer, and forget the answer."""
    from IPython.display import display

    from nnteach.exercises.catalogue import all_exercises
    from nnteach.exercises.judgement import UNANSWERED

    judgement = all_exercises()[name].judge(user_names().get("answer"))
    user_names()["answer"] = None
    unanswered = judgement.feedback == UNANSWERED
    if not unanswered:
        judged.add(name)
    content = {
        "name": name,
        "mark": mark,
        "right": judgement.right,
        "feedback": judgement.feedback[:LONGEST],
        "unanswered": unanswered,
        "trouble": judgement.trouble,
    }
    display({MIME: content}, raw=True)


def report_if_new(name: str, mark: str) -> None:
    """Publish, in the kernel, a judgement unless a check has found an answer before."""
    if name not in judged:
        report(name, mark)
