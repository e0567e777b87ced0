"""Law 5: scikit-learn's own checks, none of them expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from nnteach import MLPClassifierNet, MLPRegressorNet

SETTINGS = [
    dict(max_iter=100),
    dict(max_iter=100, solver="sgd", learning_rate="adaptive", learning_rate_init=0.01),
    dict(max_iter=100, hidden_layer_sizes=(20, 10), activation=("tanh", "relu")),
    dict(max_iter=100, weight_init="glorot_uniform", bias_init="zeros"),
]


@parametrize_with_checks(
    [
        estimator(**settings)
        for estimator in (MLPClassifierNet, MLPRegressorNet)
        for settings in SETTINGS
    ]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", [MLPClassifierNet(), MLPRegressorNet()])
def test_no_tag_excuses_a_check(estimator):
    tags = estimator.__sklearn_tags__()
    assert not tags.non_deterministic
    assert not tags._skip_test
    assert not (tags.classifier_tags or tags.regressor_tags).poor_score
