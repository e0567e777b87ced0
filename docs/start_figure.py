"""The figure of the start page: a network's map after 1, 5, 20 and 100 epochs."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay

from nnteach import MLPClassifierNet
from nnteach.displays.palette import CLASS_COLORS, DIVERGING_COLORMAP

EPOCHS = (1, 5, 20, 100)


def draw():
    """Draw the same network, trained for longer in each panel."""
    X, y = make_moons(1400, noise=0.2, random_state=0)
    X_train, y_train, X_test, y_test = X[:1000], y[:1000], X[1000:], y[1000:]
    figure, axes = plt.subplots(1, len(EPOCHS), figsize=(10, 2.9), layout="constrained")
    for ax, n_epochs in zip(axes, EPOCHS, strict=True):
        net = MLPClassifierNet((100, 25), batch_size=64, random_state=0)
        net.set_params(max_iter=n_epochs, n_iter_no_change=np.inf)
        net.fit(X_train, y_train)
        DecisionBoundaryDisplay.from_estimator(
            net, X_test, response_method="predict_proba", ax=ax, eps=0.3,
            levels=np.linspace(0, 1, 21), cmap=DIVERGING_COLORMAP, vmin=-0.5, vmax=1.5,
        ).plot(plot_method="contour", levels=[0.5], colors="black", ax=ax)  # fmt: skip
        ax.scatter(*X_test.T, 5, np.take(CLASS_COLORS, y_test), linewidths=0)
        epochs = "1 epoch" if n_epochs == 1 else f"{n_epochs} epochs"
        ax.set_title(f"{epochs}: {100 * net.score(X_test, y_test):.0f} % right")
        ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
        ax.spines[:].set_visible(False)
    figure.suptitle(
        "A network learns to tell two moons apart. It says orange or blue at every "
        "point, and draws its line between them; the points and the percentages are "
        "of a test set that it was not trained on."
    )
    figure.alt_text = (
        "Four maps of the plane with the points of two interlocking moons, after "
        f"{', '.join(map(str, EPOCHS))} epochs: the boundary starts as a straight line "
        "and ends winding between the moons."
    )
    return figure
