"""The estimators inside scikit-learn's other tools, and with its containers."""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import (
    PartialDependenceDisplay,
    partial_dependence,
    permutation_importance,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    LearningCurveDisplay,
    ValidationCurveDisplay,
    cross_val_predict,
    cross_validate,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nnteach import MLPClassifierNet, MLPRegressorNet

mpl.use("Agg")

FEW = dict(max_iter=40, n_iter_no_change=np.inf, learning_rate_init=0.02)


@pytest.fixture(scope="module")
def blobs():
    X, y = make_classification(
        150, 4, n_informative=4, n_redundant=0, n_classes=3, random_state=0
    )
    return X, y


@pytest.fixture(scope="module")
def curve():
    X = np.random.RandomState(0).uniform(-1, 1, size=(150, 2))
    return X, np.sin(2 * X[:, 0]) + X[:, 1]


def classifier(**settings):
    return MLPClassifierNet((10,), **{**FEW, "random_state": 0, **settings})


def regressor(**settings):
    return MLPRegressorNet(
        hidden_layer_sizes=(10,), **{**FEW, "random_state": 0, **settings}
    )


def test_validation_set_in_a_pipeline_is_transformed(blobs):
    X, y = blobs
    X = 1000 + 50 * X
    with config_context(enable_metadata_routing=True):
        net = classifier().set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline(
            [("scale", StandardScaler()), ("net", net)], transform_input=["X_val"]
        )
        pipeline.fit(X[:100], y[:100], X_val=X[100:], y_val=y[100:])
    scaler = StandardScaler().fit(X[:100])
    expected = classifier().fit(
        scaler.transform(X[:100]),
        y[:100],
        X_val=scaler.transform(X[100:]),
        y_val=y[100:],
    )
    assert_array_equal(
        pipeline["net"].history_["val_loss"], expected.history_["val_loss"]
    )
    assert pipeline["net"].history_["val_score"][-1] == pipeline.score(X[100:], y[100:])


def test_sample_weight_is_routed_through_a_search(blobs):
    X, y = blobs
    weight = np.where(y == 0, 3.0, 0.5)
    with config_context(enable_metadata_routing=True):
        net = classifier().set_fit_request(
            sample_weight=True, X_val=True, y_val=True, sample_weight_val=True
        )
        net.set_score_request(sample_weight=True)
        pipeline = Pipeline(
            [
                ("scale", StandardScaler().set_fit_request(sample_weight=False)),
                ("net", net),
            ],
            transform_input=["X_val"],
        )
        search = GridSearchCV(pipeline, {"net__alpha": [1e-4]}, cv=3)
        # y_val and X_val are as long as X here, and so are cut to the fold as X is
        search.fit(X, y, sample_weight=weight, X_val=X, y_val=y)
    fitted = search.best_estimator_
    expected = classifier().fit(StandardScaler().fit_transform(X), y, weight)
    assert_array_equal(fitted["net"].coefs_[0], expected.coefs_[0])
    assert len(fitted["net"].history_["val_loss"]) == 40


def test_sample_weight_by_the_name_of_the_step(blobs):
    X, y = blobs
    weight = np.where(y == 0, 3.0, 0.5)
    pipeline = Pipeline([("scale", StandardScaler()), ("net", classifier())])
    pipeline.fit(X, y, net__sample_weight=weight)
    expected = classifier().fit(StandardScaler().fit_transform(X), y, weight)
    assert_array_equal(pipeline["net"].coefs_[0], expected.coefs_[0])


def test_column_transformer_on_a_frame(blobs):
    X, y = blobs
    frame = pd.DataFrame(X, columns=list("abcd")).assign(
        kind=np.array(["x", "y", "z"])[y]
    )
    columns = ColumnTransformer(
        [("scale", StandardScaler(), list("abcd")), ("kind", OneHotEncoder(), ["kind"])]
    )
    pipeline = make_pipeline(columns, classifier(max_iter=100)).fit(frame, y)
    assert pipeline[-1].n_features_in_ == 7
    assert pipeline.score(frame, y) > 0.95


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_set_output_gives_the_net_its_feature_names(output, blobs):
    X, y = blobs
    frame = pd.DataFrame(X, columns=list("abcd"))
    pipeline = make_pipeline(StandardScaler(), classifier()).set_output(
        transform=output
    )
    pipeline.fit(frame, y)
    assert_array_equal(pipeline[-1].feature_names_in_, list("abcd"))
    plain = make_pipeline(StandardScaler(), classifier()).fit(X, y)
    assert_allclose(pipeline.predict_proba(frame), plain.predict_proba(X))


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("make", [classifier, regressor])
def test_frames(frame, make, blobs):
    X, y = blobs
    columns = {name: X[:, index] for index, name in enumerate("abcd")}
    inputs = frame(columns)
    targets = pd.Series(y) if frame is pd.DataFrame else pl.Series(y)
    net = make().fit(
        inputs[:100], targets[:100], X_val=inputs[100:], y_val=targets[100:]
    )
    assert_array_equal(net.feature_names_in_, list("abcd"))
    expected = make().fit(X[:100], y[:100], X_val=X[100:], y_val=y[100:])
    assert_array_equal(net.predict(inputs), expected.predict(X))
    assert_array_equal(net.history_["val_loss"], expected.history_["val_loss"])
    reordered = frame({name: columns[name] for name in "badc"})
    with pytest.raises(ValueError, match="must be in the same order"):
        net.predict(reordered)
    with pytest.raises(ValueError, match=r"(?s)X_val does not fit X: .*same order"):
        make().fit(inputs, targets, X_val=reordered, y_val=targets)
    with pytest.raises(ValueError, match="feature names should match"):
        net.predict(frame({name.upper(): columns[name] for name in "abcd"}))
    with pytest.raises(ValueError, match="feature names should match"):
        net.partial_fit(frame({name: X[:, 0] for name in "abce"}), targets)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        net.predict(X)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["red", "green", "blue"]),
        np.array(["red", "green", "blue"], dtype=object),
        np.array([-1, 5, 70]),
        np.array([0.0, 2.0, 4.0]),
    ],
    ids=["str", "object", "int", "float"],
)
def test_labels_come_back_as_they_were(labels, blobs):
    X, y = blobs
    net = classifier(early_stopping=True).fit(X, labels[y])
    assert_array_equal(net.classes_, np.unique(labels))
    assert net.classes_.dtype == net.predict(X).dtype
    plain = classifier(early_stopping=True).fit(X, np.argsort(np.argsort(labels))[y])
    assert_array_equal(net.predict_proba(X), plain.predict_proba(X))
    assert net.score(X, labels[y]) == plain.score(X, np.argsort(np.argsort(labels))[y])


def test_boolean_labels_and_a_series_of_categories(blobs):
    X, y = blobs
    net = classifier().fit(X, y == 1)
    assert net.predict(X).dtype == bool
    series = pd.Series(pd.Categorical.from_codes(y, ["red", "green", "blue"]))
    assert set(classifier().fit(X, series).predict(X)) == {"red", "green", "blue"}


@pytest.mark.parametrize(
    "tool",
    [
        lambda net: CalibratedClassifierCV(net, cv=2),
        lambda net: CalibratedClassifierCV(net, cv=2, method="isotonic"),
        lambda net: StackingClassifier([("net", net)], LogisticRegression(), cv=2),
        lambda net: StackingClassifier([("log", LogisticRegression())], net, cv=2),
        lambda net: VotingClassifier([("a", net), ("b", clone(net))], voting="soft"),
        lambda net: BaggingClassifier(net, 3, random_state=0),
        lambda net: AdaBoostClassifier(net, n_estimators=3, random_state=0),
        lambda net: OneVsRestClassifier(net),
        lambda net: GridSearchCV(net, {"alpha": [1e-4, 1e-2]}, cv=2),
        lambda net: HalvingRandomSearchCV(
            net,
            {"hidden_layer_sizes": [(5,), (10,)], "alpha": [1e-4, 1e-2]},
            cv=2,
            n_candidates=4,
            random_state=0,
        ),
    ],
    ids=lambda tool: str(tool.__code__.co_names[:2]),
)
def test_classifier_inside(tool, blobs):
    X, y = blobs
    names = np.array(["red", "green", "blue"])
    model = tool(classifier()).fit(X[:100], names[y[:100]])
    assert model.score(X[100:], names[y[100:]]) > 0.5
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert_array_equal(model.classes_, np.unique(names))


@pytest.mark.parametrize(
    "tool",
    [
        lambda net: TransformedTargetRegressor(net, transformer=StandardScaler()),
        lambda net: StackingRegressor([("net", net)], LinearRegression(), cv=2),
        lambda net: StackingRegressor([("line", LinearRegression())], net, cv=2),
        lambda net: VotingRegressor([("a", net), ("b", clone(net))]),
        lambda net: BaggingRegressor(net, 3, random_state=0),
        lambda net: AdaBoostRegressor(net, n_estimators=3, random_state=0),
        lambda net: GridSearchCV(net, {"alpha": [1e-4, 1e-2]}, cv=2),
    ],
    ids=lambda tool: str(tool.__code__.co_names[:2]),
)
def test_regressor_inside(tool, curve):
    X, y = curve
    model = tool(regressor(max_iter=100)).fit(X[:100], y[:100])
    assert model.score(X[100:], y[100:]) > 0.8


def test_adaboost_uses_the_weights(blobs):
    X, y = blobs
    boosted = AdaBoostClassifier(classifier(), n_estimators=2, random_state=0).fit(X, y)
    first, second = boosted.estimators_
    assert np.abs(first.predict_proba(X) - second.predict_proba(X)).max() > 0.01


def test_cross_validate(blobs):
    X, y = blobs
    result = cross_validate(
        classifier(), X, y, cv=3, scoring=["accuracy", "neg_log_loss"],
        return_estimator=True, return_train_score=True,
    )  # fmt: skip
    assert result["test_accuracy"].min() > 0.5
    assert [net.n_iter_ for net in result["estimator"]] == [40, 40, 40]
    probabilities = cross_val_predict(classifier(), X, y, cv=3, method="predict_proba")
    assert probabilities.shape == (150, 3)


def test_several_outputs(curve):
    X, y = make_multilabel_classification(100, 6, n_classes=3, random_state=0)
    for tool in (MultiOutputClassifier, ClassifierChain):
        predicted = tool(classifier()).fit(X, y).predict(X)
        assert predicted.shape == (100, 3)
        assert (predicted == y).mean() > 0.7
    with pytest.raises(AttributeError, match="partial_fit"):
        MultiOutputClassifier(classifier(solver="lbfgs")).partial_fit  # noqa: B018
    X, y = curve
    targets = np.stack([y, -y], axis=1)
    model = MultiOutputRegressor(regressor(max_iter=100)).fit(X, targets)
    assert model.score(X, targets) > 0.8


def test_inspection(curve):
    X, y = curve
    X = np.column_stack([X, np.random.RandomState(1).normal(size=len(X))])
    net = regressor(max_iter=100).fit(X, y)
    importance = permutation_importance(net, X, y, n_repeats=3, random_state=0)
    assert importance.importances_mean[:2].min() > importance.importances_mean[2]
    averages = partial_dependence(net, X, [1])["average"][0]
    assert np.all(np.diff(averages) > 0)
    display = PartialDependenceDisplay.from_estimator(net, X, [0, 1])
    assert display.axes_.shape == (1, 2)


def test_curves_of_scores(blobs):
    X, y = blobs
    display = LearningCurveDisplay.from_estimator(
        classifier(max_iter=5), X, y, cv=2, train_sizes=[0.5, 1.0]
    )
    assert display.test_scores.shape == (2, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        display = ValidationCurveDisplay.from_estimator(
            classifier(max_iter=5), X, y, cv=2, param_name="alpha", param_range=[0.1, 1]
        )
    assert display.test_scores.shape == (2, 2)


def test_a_search_in_processes_equals_one_in_this(blobs):
    X, y = blobs
    scores = [
        GridSearchCV(classifier(), {"alpha": [1e-4, 1.0]}, cv=2, n_jobs=n_jobs)
        .fit(X, y)
        .cv_results_["mean_test_score"]
        for n_jobs in (1, 2)
    ]
    assert_allclose(*scores, rtol=1e-12)
