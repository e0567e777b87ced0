"""The RandomStates that users pass, which a training that fails leaves as they were."""

import numpy as np


class RandomStates:
    """The ``random_state`` of estimators as it is now, to go back to.

    Networks draw from a RandomState itself and not from a copy: whatever else it was
    passed to, a splitter, a scorer or a network in another thread, draws other numbers.

    Parameters
    ----------
    estimators : list of BaseMLPNet
    """

    def __init__(self, estimators):
        self._states = {
            id(estimator.random_state): (
                estimator.random_state,
                estimator.random_state.get_state(legacy=False),
            )
            for estimator in estimators
            if isinstance(estimator.random_state, np.random.RandomState)
        }

    def restore(self):
        """Go back to where all of them were."""
        for random_state, state in self._states.values():
            random_state.set_state(state)
