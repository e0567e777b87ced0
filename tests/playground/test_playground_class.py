"""``Playground`` gives the page a fitted network as it is, or says why it cannot."""

import json
import re
import warnings
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nnteach import MLPClassifierNet, MLPRegressorNet, Playground
from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 2))
SUM = X.sum(axis=1)
LABELS = np.array(["<b>", "low", "zenith"])[np.digitize(SUM, [-0.7, 0.7])]
TARGETS = {
    "two classes": (SUM > 0).astype(int),
    "float labels": (SUM > 0) * 1.0,
    "three classes": np.digitize(SUM, [-0.7, 0.7]) * 10 - 5,
    "strings": LABELS,
    "objects": LABELS.astype(object),
    "numbers": np.sin(SUM),
}
# as the page begins with a state
START = "const net = nnteach.start_net(nnteach.complete_state(state), data);"
REPORT = f"""
const state = JSON.parse(text, (_, v) => v === "Infinity" ? Infinity : v);
const data = nnteach.make_data(nnteach.complete_state(state));
{START}
return {{
  name: net.constructor.name, classes: net.classes_, loss_curve: net.loss_curve_,
  X: data.train.X, y: data.train.y, validation: data.validation, test: data.test,
  outputs: [net.predict_proba?.(data.X) ?? net.predict(data.X), net.predict(data.X)],
}};
"""


def fitted(kind, inputs=X, **settings):
    y = TARGETS[kind]
    Net = MLPRegressorNet if kind == "numbers" else MLPClassifierNet
    settings = dict(hidden_layer_sizes=(5, 4), solver="lbfgs", max_iter=40) | settings
    net = Net(**settings, random_state=0)
    # 40 iterations are not always enough, which is not the question here
    with _ignoring():
        return net.fit(inputs, y), y


def _ignoring():
    return warnings.catch_warnings(action="ignore")


def opened(browser, playground):
    """What the page makes of the playground's state."""
    text = json.dumps(playground.state).replace("Infinity", '"Infinity"')
    return browser.run(REPORT, text=text)


def assert_same_outputs(page, net, inputs):
    outputs, predictions = page["outputs"]
    expected = getattr(net, "predict_proba", net.predict)(inputs)
    assert_allclose(outputs, expected, rtol=1e-9, atol=1e-15)
    if hasattr(net, "classes_"):
        assert_array_equal(predictions, net.predict(inputs))
        assert_array_equal(page["classes"], net.classes_)


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("n_features", [1, 2])
def test_the_page_computes_what_the_network_computes(kind, n_features, browser):
    inputs = X[:, :n_features]
    net, y = fitted(kind, inputs)
    page = opened(browser, Playground(net, inputs, y))
    assert page["name"] == type(net).__name__
    assert page["loss_curve"] == []
    assert page["X"] == inputs.tolist()
    assert_array_equal(page["y"], y)
    assert page["validation"] is None
    assert page["test"] is None
    assert_same_outputs(page, net, inputs)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_every_activation_is_shown(activation, browser):
    net, y = fitted("two classes", activation=[activation, "tanh"])
    assert_same_outputs(opened(browser, Playground(net, X, y)), net, X)


@pytest.mark.parametrize("sizes", [(), (3,), (4, 3, 2, 3, 2, 3, 2), (150,)])
def test_any_number_of_layers_is_shown(sizes, browser):
    net, y = fitted("strings", hidden_layer_sizes=sizes)
    assert_same_outputs(opened(browser, Playground(net, X, y)), net, X)


def test_settings_that_the_page_has_are_the_networks(browser):
    settings = dict(
        solver="sgd",
        alpha=0.01,
        batch_size=np.int64(16),
        learning_rate_init=0.05,
        momentum=0.5,
        nesterovs_momentum=False,
        max_iter=np.int64(7),
        n_iter_no_change=np.inf,
        tol=0.0,
        shuffle=False,
    )
    net, y = fitted("numbers", **settings)
    state = Playground(net, X, y, X_val=X, y_val=y).state
    assert {name: state[name] for name in settings} == settings
    trained = browser.run(
        f"""const state = JSON.parse(text, (_, v) => v === "Infinity" ? Infinity : v);
        const data = nnteach.make_data(nnteach.complete_state(state));
        {START}
        while (!net.is_finished) net.epoch();
        return net.history_;""",
        text=json.dumps(state).replace("Infinity", '"Infinity"'),
    )
    # without shuffling, the page goes on as Python does from the same weights
    again = MLPRegressorNet(hidden_layer_sizes=(5, 4), **settings, warm_start=True)
    again.initialize(X, y).set_weights(net.coefs_, net.intercepts_)
    with _ignoring():
        again.fit(X, y, X_val=X, y_val=y)
    assert_allclose(trained["loss"], again.history_["loss"], rtol=1e-12)
    assert_allclose(trained["val_loss"], again.history_["val_loss"], rtol=1e-12)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_what_the_page_does_not_have_becomes_its_default(early_stopping, browser):
    y = TARGETS["two classes"]
    net = MLPClassifierNet(
        (4,),
        solver="adamw",
        dropout=0.2,
        learning_rate="cosine",
        scoring="roc_auc" if early_stopping else None,
        early_stopping=early_stopping,
        max_iter=3,
        random_state=np.random.RandomState(1),
    )
    with _ignoring():
        net.fit(X, y)
    playground = Playground(net, X, y)
    state = playground.state
    assert (state["solver"], state["random_state"]) == ("adam", 0)
    assert (state["early_stopping"], state["scoring"]) == (False, None)
    assert_same_outputs(opened(browser, playground), net, X)


def test_early_stopping_goes_on_with_a_validation_set(browser):
    y = TARGETS["strings"]
    net = MLPClassifierNet((4,), early_stopping=True, scoring="loss", max_iter=3)
    with _ignoring():
        net.fit(X, y)
    playground = Playground(net, X, y, X_val=X[:9], y_val=y[:9])
    assert playground.state["early_stopping"]
    page = opened(browser, playground)
    assert page["validation"] == {"X": X[:9].tolist(), "y": y[:9].tolist()}


def test_float32_weights_are_shown(browser):
    net, y = fitted("two classes", X.astype(np.float32))
    assert net.coefs_[0].dtype == np.float32
    page = opened(browser, Playground(net, X, y))
    assert_allclose(page["outputs"][0], net.predict_proba(X), rtol=1e-4, atol=1e-6)


# -- pipelines and data frames ------------------------------------------------------


@pytest.mark.parametrize("steps", [[StandardScaler()], [StandardScaler(), PCA(2)], []])
def test_a_pipeline_shows_what_its_network_gets(steps, browser):
    inputs = np.column_stack([100 * X, X[:, :1] ** 2])[:, : 3 if steps[1:] else 2]
    net, y = MLPClassifierNet((4,), solver="lbfgs"), TARGETS["strings"]
    with _ignoring():
        pipeline = make_pipeline(*steps, net).fit(inputs, y)
    playground = Playground(pipeline, inputs, y)
    page = opened(browser, playground)
    assert_allclose(page["outputs"][0], pipeline.predict_proba(inputs), rtol=1e-9)
    assert playground.state["feature_names"] == ["x1", "x2"]
    said = f"leave {', '.join(type(step).__name__ for step in steps)}."
    assert (said in playground.to_html()) == bool(steps)


def test_axes_have_the_names_of_the_columns():
    frame, y = pd.DataFrame(X, columns=["height", "width"]), TARGETS["numbers"]
    net, _ = fitted("numbers", frame)
    assert Playground(net, frame, y).state["feature_names"] == ["height", "width"]
    with _ignoring():
        on_arrays, _ = fitted("numbers")
        named = Playground(on_arrays, frame, y).state["feature_names"]
        unnamed = Playground(net, X, y).state["feature_names"]
    assert named == unnamed == ["height", "width"]
    net, _ = fitted("numbers", frame[["width"]])
    assert Playground(net, frame[["width"]], y).state["feature_names"] == ["width"]
    net, _ = fitted("numbers", X[:, :1])
    assert Playground(net, X[:, :1], y).state["feature_names"] == ["x"]


@pytest.mark.parametrize(
    ("step", "names"),
    [
        (StandardScaler(), ["height", "width"]),
        (PCA(2), ["pca0", "pca1"]),
        (FunctionTransformer(np.tanh), ["height", "width"]),
        (FunctionTransformer(lambda frame: frame.to_numpy()), ["x1", "x2"]),
    ],
)
def test_axes_have_the_names_that_a_pipeline_gives(step, names):
    frame, y = pd.DataFrame(X, columns=["height", "width"]), TARGETS["strings"]
    net = MLPClassifierNet((4,), solver="lbfgs")
    with _ignoring():
        pipeline = make_pipeline(step, net).fit(frame, y)
    assert Playground(pipeline, frame, y).state["feature_names"] == names


# -- what is refused ----------------------------------------------------------------


def refused(net, *data, **validation):
    return lambda: Playground(net, *data, **validation)


Y = TARGETS["two classes"]
WIDE = np.column_stack([X, X[:, 0]])


def wide():
    return MLPClassifierNet((3,)).initialize(WIDE, Y)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (
            NotFittedError,
            "not fitted yet",
            lambda: Playground(MLPClassifierNet(), X, Y),
        ),
        (
            NotFittedError,
            "not fitted yet",
            lambda: Playground(
                make_pipeline(StandardScaler(), MLPClassifierNet()), X, Y
            ),
        ),
        (
            TypeError,
            "Got LinearRegression instead; .*from_sklearn",
            lambda: Playground(LinearRegression().fit(X, Y), X, Y),
        ),
        (TypeError, "instance", lambda: Playground(5, X, Y)),
        (TypeError, "Got Pipeline instead", lambda: Playground(Pipeline([]), X, Y)),
        (
            TypeError,
            "Got GridSearchCV instead; .* best_estimator_",
            lambda: Playground(
                GridSearchCV(LinearRegression(), {}, cv=2).fit(X, Y), X, Y
            ),
        ),
        (
            ValueError,
            "that knows only .*Fit it to points of another class",
            lambda: Playground(MLPClassifierNet().initialize(X, 0 * Y), X, 0 * Y),
        ),
        (
            ValueError,
            r"Got 4611686018427387904; fit the network to y.astype\(str\)",
            lambda: Playground(
                MLPClassifierNet().initialize(X, Y * 2**62), X, Y * 2**62
            ),
        ),
        (
            ValueError,
            r"one or two inputs. Got one of 3. .*PCA\(2\)",
            lambda: Playground(wide(), WIDE, Y),
        ),
        (
            ValueError,
            "colours for 6 classes. Got a network of 7",
            lambda: Playground(
                MLPClassifierNet().initialize(X, np.arange(60) % 7),
                X,
                np.arange(60) % 7,
            ),
        ),
        (
            ValueError,
            "Got a network of 2 outputs with 'identity'",
            lambda: Playground(MLPRegressorNet().initialize(X, X), X, X),
        ),
        (
            ValueError,
            "Got a network of 1 outputs with 'exp'",
            lambda: Playground(MLPRegressorNet("poisson").initialize(X, Y), X, Y),
        ),
        (
            ValueError,
            "Got a network of 2 outputs with 'logistic'",
            lambda: Playground(MLPClassifierNet().initialize(X, X > 0), X, X > 0),
        ),
        (
            ValueError,
            "Got a network of 3 outputs with 'logistic'",
            lambda: Playground(
                MLPClassifierNet(out_activation="logistic").initialize(X, LABELS),
                X,
                LABELS,
            ),
        ),
        (
            ValueError,
            r"Got booleans instead; fit the network to y.astype\(int\)",
            lambda: Playground(MLPClassifierNet().initialize(X, Y == 1), X, Y == 1),
        ),
    ],
)
def test_networks_that_it_cannot_show(error, message, call):
    with pytest.raises(error, match=message):
        call()


def test_weights_that_were_edited_out_of_shape():
    net, y = fitted("two classes")
    net.coefs_[0] = net.coefs_[0][:1]
    with pytest.raises(ValueError, match="set_weights"):
        Playground(net, X, y)


def test_weights_that_are_not_finite():
    net, y = fitted("two classes")
    net.coefs_[1][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"NaN or infinity .* learning_rate_init"):
        Playground(net, X, y)


def test_sparse_inputs_are_shown():
    net, y = fitted("two classes")
    state = Playground(net, csr_array(X), y, X_val=csr_array(X[:9]), y_val=y[:9]).state
    assert state == Playground(net, X, y, X_val=X[:9], y_val=y[:9]).state
    assert state["sizes"] == [60, 9, 0]


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (ValueError, "expecting 2 features", dict(X=X[:, :1], y=Y)),
        (ValueError, "contains NaN", dict(X=X * np.nan, y=Y)),
        (ValueError, "inconsistent numbers of samples", dict(X=X, y=Y[:7])),
        (ValueError, "labels that the training targets do not", dict(X=X, y=Y + 1)),
        (ValueError, r"all classes .* none of \[1\]", dict(X=X[Y == 0], y=Y[Y == 0])),
        (ValueError, "Got only X_val; pass both", dict(X=X, y=Y, X_val=X)),
        (ValueError, "Got only y_val; pass both", dict(X=X, y=Y, y_val=Y)),
        (ValueError, "inconsistent", dict(X=X, y=Y, X_val=X, y_val=Y[:7])),
        (ValueError, "y_val has labels", dict(X=X, y=Y, X_val=X, y_val=Y + 1)),
        (TypeError, "dict", dict(X=np.array([[{}, 1.0]] * 60, dtype=object), y=Y)),
        (
            ValueError,
            "at most 2000 points in time. Got 2040.*resample",
            dict(X=np.tile(X, (33, 1)), y=np.tile(Y, 33), X_val=X, y_val=Y),
        ),
    ],
)
def test_data_that_it_cannot_show(error, message, arguments):
    net, _ = fitted("two classes")
    with pytest.raises(error, match=message):
        Playground(net, **arguments)


# -- the page ------------------------------------------------------------------------


def test_the_page_is_whole_and_asks_for_nothing():
    net, y = fitted("strings")
    page = Playground(net, X, y).to_html()
    assert "\ufffd" not in page
    assert not re.search(
        r"\b(src|href)=|@import|url\(|\bfetch\(|https?://(?!www\.w3)", page
    )
    # the label "<b>" must not be read as a tag, nor end the script
    assert r"\u003cb>" in page
    assert page.count("</script>") == 1


def test_a_frame_holds_the_whole_page():
    net, y = fitted("strings")
    playground = Playground(net, X, y)
    frame = playground._repr_html_()
    srcdoc = re.fullmatch(
        r'<iframe title="[^"]+" srcdoc="([^"]+)" [^<>]*></iframe>', frame
    )
    assert unescape(srcdoc[1]) == playground.to_html()


def test_a_file_is_replaced_only_when_that_is_wanted(tmp_path):
    net, y = fitted("two classes")
    playground, path = Playground(net, X, y), tmp_path / "network.html"
    assert playground.save(str(path)) == path
    assert path.read_text(encoding="utf-8") == playground.to_html()
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"overwrite=True"):
        playground.save(path)
    assert path.read_text(encoding="utf-8") == "mine"
    playground.save(path, overwrite=True)
    assert path.read_text(encoding="utf-8") == playground.to_html()
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    net, y = fitted("two classes")
    path = tmp_path / "network.html"
    path.write_text("mine", encoding="utf-8")

    def fail(self, text, **options):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="no space left"):
        Playground(net, X, y).save(path, overwrite=True)
    assert path.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_missing_is_named(tmp_path):
    net, y = fitted("two classes")
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing"):
        Playground(net, X, y).save(tmp_path / "missing" / "network.html")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_no_file(overwrite, tmp_path):
    net, y = fitted("two classes")
    with pytest.raises(
        IsADirectoryError, match=r"a file in it, such as .*network.html"
    ):
        Playground(net, X, y).save(tmp_path, overwrite=overwrite)
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_the_network_as_it_was():
    net, y = fitted("two classes")
    playground = Playground(net, X, y)
    before = playground.to_html()
    net.initialize(X, y)
    assert playground.to_html() == before
