"""A fitted network in the playground: in a notebook, or in a file of its own."""

import html
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from nnteach.estimators.base import BaseMLPNet
from nnteach.playground.files import FRAGMENT, SCRIPTS, STANDALONE_STYLE, STYLE
from nnteach.playground.fitted_state import network_and_steps, state_of

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<noscript><p>The playground needs JavaScript.</p></noscript>
<div data-playground>
{form}</div>
</main>
<script>
{script}
new nnteach.Playground(document.querySelector("[data-playground]"), {state});
</script>
</body>
</html>
"""
FRAME = (
    '<iframe title="{title}" srcdoc="{page}" loading="lazy" '
    'style="width: 100%; height: 60rem; border: 0"></iframe>'
)


class Playground:
    """A fitted network in the site's playground, to look at and to train on.

    A notebook shows it below the cell; `save` writes it into one HTML file, which opens
    in any browser, without Python and without a network connection. Readers see the
    data, the fitted weights and what the network computes from them, and can train on
    from there or start anew.

    Parameters
    ----------
    net : MLPClassifierNet, MLPRegressorNet or sklearn.pipeline.Pipeline
        A fitted network of one or two inputs, or a fitted pipeline that ends with one.
        The playground shows the inputs as the pipeline's last step gets them.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Inputs to train on, for a pipeline those that its first step gets. The columns
        of a DataFrame name the axes.
    y : array-like of shape (n_samples,)
        Targets to train on, with all classes that the network knows.
    X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
        Inputs of a validation set.
    y_val : array-like of shape (n_val,), default=None
        Targets of the validation set.

    Attributes
    ----------
    state : dict of str to object
        What the playground starts with: data, settings and weights, as they were when
        the object was made.

    Raises
    ------
    TypeError
        If `net` is no network of nnteach, or X has entries that are not numbers.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If the playground cannot show the network or the data, since it has one or two
        inputs, one number or one of at most 6 classes as output, and at most 2000
        points; or if the data are not valid or do not fit the network. The message says
        which, and the way out.

    Notes
    -----
    The playground computes what Python computes, to rounding, in float64. A solver, a
    schedule, a loss or a dropout that it does not have changes the training but not the
    network that is shown: to train on, "adam" takes the place of the solver, a constant
    rate that of the schedule and the squared error that of the loss of a regressor.

    Examples
    --------
    >>> from nnteach import MLPClassifierNet, Playground, two_moons
    >>> X, y = two_moons(200, random_state=0)
    >>> net = MLPClassifierNet((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> playground = Playground(net, X, y)
    >>> playground.state["hidden_layer_sizes"]
    [8]
    """

    state: dict[str, Any]

    def __init__(
        self,
        net: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> None:
        check_is_fitted(net)
        network, steps = network_and_steps(net)
        self.state = state_of(network, steps, X, y, X_val, y_val)
        self._title = f"A fitted {type(network).__name__}"
        self._text = _introduction(network, steps)

    def to_html(self) -> str:
        """Return the playground as the text of an HTML page.

        Returns
        -------
        str
            The page. Scripts, styles, data and weights are in it, and it asks for no
            other file.

        Examples
        --------
        >>> import numpy as np
        >>> from nnteach import MLPRegressorNet, Playground
        >>> X = np.linspace(0, 1, 50)[:, np.newaxis]
        >>> net = MLPRegressorNet(hidden_layer_sizes=5, solver="lbfgs")
        >>> net, y = net.fit(X, X[:, 0] ** 2), X[:, 0] ** 2
        >>> Playground(net, X, y).to_html().splitlines()[0]
        '<!DOCTYPE html>'
        """
        read = [path.read_text(encoding="utf-8") for path in SCRIPTS]
        # < would end the script where it begins a tag
        state = json.dumps(self.state).replace("<", r"\u003c")
        return PAGE.format(
            title=self._title,
            text=html.escape(self._text),
            style=STANDALONE_STYLE.read_text(encoding="utf-8")
            + STYLE.read_text(encoding="utf-8"),
            form=FRAGMENT.read_text(encoding="utf-8"),
            script="\n".join(read),
            state=state,
        )

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the playground into an HTML file.

        The file is there as a whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file, such as ``"network.html"``, in a folder that exists.
        overwrite : bool, default=False
            Whether to replace a file that is there.

        Returns
        -------
        pathlib.Path
            The file's path.

        Raises
        ------
        FileExistsError
            If the file is there, and `overwrite` is False.
        FileNotFoundError
            If there is no such folder.
        IsADirectoryError
            If `path` is a folder.

        Examples
        --------
        >>> import tempfile
        >>> from nnteach import MLPClassifierNet, Playground, two_moons
        >>> X, y = two_moons(200, random_state=0)
        >>> net = MLPClassifierNet((8,), solver="lbfgs", random_state=0).fit(X, y)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Playground(net, X, y).save(f"{folder}/moons.html").name
        'moons.html'
        """
        target = Path(path)
        if not target.parent.is_dir():
            raise FileNotFoundError(
                f"There is no folder {target.parent}. Make it first, or name another."
            )
        if target.is_dir():
            raise IsADirectoryError(
                f"{target} is a folder. Name a file in it, such as "
                f"{target / 'network.html'}."
            )
        if target.exists() and not overwrite:
            raise FileExistsError(
                f"{target} is there already. Name another file, or replace it with "
                "overwrite=True."
            )
        text = self.to_html()
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            draft = Path(folder, "page.html")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        return target

    def _repr_html_(self) -> str:
        """Show the playground in a frame, whose styles do not mix with a notebook's."""
        return FRAME.format(title=self._title, page=html.escape(self.to_html()))


def _introduction(network: BaseMLPNet, steps: Pipeline | None) -> str:
    before = ""
    if steps is not None:
        names = ", ".join(type(step).__name__ for step in steps)
        before = f" The inputs are shown as they leave {names}."
    return (
        f"Trained in Python for {network.n_iter_} epochs. “Run” trains on from its "
        "weights, “Same start” goes back to them, and “Another seed” starts anew."
        f"{before}"
    )
