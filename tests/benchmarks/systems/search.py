"""Searches for the best learning rate and penalty."""

from math import prod

from sklearn.model_selection import GridSearchCV

from nnteach import VectorizedGridSearchCV
from systems import nnteach_net, sklearn_mlp
from worker import N_THREADS
from works import SEARCH, SEARCH_FOLDS, SEARCH_GRID

SEARCHES = {
    "nnteach": (VectorizedGridSearchCV, nnteach_net, {}),
    "scikit-learn": (GridSearchCV, sklearn_mlp, {"n_jobs": N_THREADS}),
}


def run_search(name):
    """Fit all candidates on all folds, and the best on all data; return its score."""
    search, module, options = SEARCHES[name]
    trainer = module.Trainer(SEARCH)
    search = search(
        trainer.estimator(**trainer.settings, random_state=0),
        SEARCH_GRID,
        cv=SEARCH_FOLDS,
        **options,
    ).fit(trainer.X, trainer.y)
    n_candidates = prod(len(values) for values in SEARCH_GRID.values())
    return float(search.best_score_), n_candidates * SEARCH_FOLDS
