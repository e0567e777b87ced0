"""Searches for the best learning rate and penalty."""

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
    """Search; return the best candidate's score and how many fits it was among."""
    search, module, options = SEARCHES[name]
    trainer = module.Trainer(SEARCH)
    search = search(
        trainer.estimator(**trainer.settings, random_state=0),
        SEARCH_GRID,
        cv=SEARCH_FOLDS,
        **options,
    ).fit(trainer.X, trainer.y)
    n_fits = len(search.cv_results_["params"]) * search.n_splits_
    return float(search.best_score_), n_fits
