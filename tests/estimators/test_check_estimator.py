"""Law 5: scikit-learn's own checks, none of them expected to fail."""

import pytest
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from nnteach import MLPClassifierNet, MLPRegressorNet

SETTINGS = [
    dict(),
    dict(max_iter=100, solver="adamw", learning_rate="cosine"),
    dict(max_iter=100, solver="sgd", learning_rate="adaptive", learning_rate_init=0.01),
    dict(max_iter=100, solver="rmsprop", learning_rate="one_cycle"),
    dict(max_iter=100, solver="adagrad", learning_rate_init=0.05),
    dict(solver="lbfgs"),
    dict(max_iter=100, dropout=0.2),
    dict(max_iter=100, hidden_layer_sizes=(20, 10), activation=("tanh", "relu")),
    dict(
        max_iter=100,
        hidden_layer_sizes=(20, 10, 10),
        activation=("gelu", "silu", "elu"),
        dropout=(0.1, 0, 0.1),
    ),
    dict(max_iter=100, weight_init="he_normal", bias_init="zeros"),
    dict(max_iter=100, weight_init="orthogonal", activation="softplus"),
]
CLASSIFIER_SETTINGS = [
    dict(max_iter=100, class_weight="balanced"),
    dict(max_iter=100, out_activation="logistic"),
]
REGRESSOR_SETTINGS = [
    dict(max_iter=100, loss="absolute_error"),
    dict(max_iter=100, loss="huber"),
    dict(max_iter=100, loss="quantile"),
    dict(loss="poisson", learning_rate_init=0.02),
    dict(loss="poisson", solver="lbfgs"),
]
# the checks fit ten samples, a tenth of which is too small a validation set
EARLY_STOPPING = [
    dict(max_iter=100, early_stopping=True, validation_fraction=0.5),
    dict(max_iter=100, early_stopping=True, validation_fraction=0.3, scoring="loss"),
]


@parametrize_with_checks(
    [MLPClassifierNet(**settings) for settings in SETTINGS + CLASSIFIER_SETTINGS]
    + [MLPRegressorNet(**settings) for settings in SETTINGS + REGRESSOR_SETTINGS]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def early_stopping_checks():
    """Yield the checks that law 1 allows to pass under early stopping.

    The two left out fit the same samples in another order and want the same network.
    scikit-learn's MLPs draw the validation set by position, so that the same seed
    gives another set there, and ours is the same as theirs.
    """
    for estimator in (MLPClassifierNet, MLPRegressorNet):
        for settings in EARLY_STOPPING:
            for net, check in estimator_checks_generator(estimator(**settings)):
                name = getattr(check, "func", check).__name__
                if not name.startswith("check_sample_weight_equivalence"):
                    yield pytest.param(net, check, id=f"{net!r}-{name}")


@pytest.mark.parametrize(("estimator", "check"), list(early_stopping_checks()))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_checks_under_early_stopping(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", [MLPClassifierNet(), MLPRegressorNet()])
def test_no_tag_excuses_a_check(estimator):
    tags = estimator.__sklearn_tags__()
    assert not tags.non_deterministic
    assert not tags._skip_test
    assert not (tags.classifier_tags or tags.regressor_tags).poor_score
