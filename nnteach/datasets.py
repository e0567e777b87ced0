"""Made-up data that several lessons share."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_moons

Numbers = TypeVar("Numbers", float, NDArray[np.floating])


def two_moons(
    n_samples: int = 1000,
    *,
    noise: float = 0.2,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Make points of two classes along two interlocking half circles.

    These are the points of :func:`sklearn.datasets.make_moons`, with the noise of the
    lessons, in single precision, in which networks train faster.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of points; half of them, rounded down, belong to class 0.
    noise : float, default=0.2
        Standard deviation of the normal noise that is added to both features; at
        least 0.
    random_state : int, RandomState instance or None, default=None
        What decides the noise and the order of the points. An int gives the same points
        in each call. Their places along the half circles are fixed.

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
        The points, as float32.
    y : ndarray of shape (n_samples,)
        Their classes, 0 or 1.

    Raises
    ------
    ValueError
        If a parameter is not of the type or range above.

    Examples
    --------
    >>> from nnteach import two_moons
    >>> X, y = two_moons(400, random_state=0)
    >>> X.shape, X.dtype, y.shape
    ((400, 2), dtype('float32'), (400,))
    """
    X, y = make_moons(n_samples, noise=noise, random_state=random_state)
    return X.astype(np.float32), y


def wavy_parabola(x: Numbers) -> Numbers:
    r"""Compute the function that the lessons on universal approximation fit.

    .. math:: f(x) = 0.2 + 0.4\, x^2 + 0.3\, x \sin(9x)

    Parameters
    ----------
    x : float or ndarray
        Where to compute it; the lessons stay between 0 and 1.

    Returns
    -------
    float or ndarray of the shape of x
        The values of the function, in the precision of ``x``.

    Examples
    --------
    >>> import numpy as np
    >>> from nnteach import wavy_parabola
    >>> wavy_parabola(np.array([0.0, 0.5, 1.0])).round(3)
    array([0.2  , 0.153, 0.724])
    """
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x)
