"""The script says what was expected, what came instead, and the way out."""

import pytest
from py_mini_racer import JSEvalException

DATA = "const X = [[0, 1], [1, 0], [1, 1]], y = [0, 1, 1];"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"hidden_layers": 3},
            "MLPClassifierNet has no parameter 'hidden_layers', but h",
        ),
        ({"solver": "lbfgs"}, "must be one of ['sgd', 'adam']. Got 'lbfgs' instead."),
        ({"activation": "sin"}, "The 'activation' parameter of MLPClassifierNet must"),
        ({"activation": ["tanh", "sin"]}, "Got ['tanh', 'sin'] instead."),
        ({"activation": ["tanh", "relu"]}, "Got 2 names for 1 hidden layers."),
        ({"hidden_layer_sizes": [8, 0]}, "[1, inf) or an array of these. Got [8, 0]"),
        ({"hidden_layer_sizes": 2.5}, "Got 2.5 instead."),
        ({"alpha": -1}, "must be a float in the range [0, inf). Got -1 instead."),
        ({"alpha": "0.1"}, "Got '0.1' instead."),
        ({"batch_size": 0}, "an int in the range [1, inf) or one of ['auto']. Got 0"),
        ({"learning_rate": "adaptive"}, "must be one of ['constant']."),
        ({"learning_rate_init": 0}, "must be a float in the range (0, inf). Got 0"),
        ({"max_iter": 1.5}, "must be an int in the range [1, inf). Got 1.5 instead."),
        ({"shuffle": 1}, "must be a boolean. Got 1 instead."),
        ({"random_state": -1}, "4294967295], a RandomState or null. Got -1 instead."),
        ({"tol": None}, "Got null instead."),
        ({"momentum": 1.1}, "range [0, 1) or one of [1]. Got 1.1 instead."),
        ({"beta_1": 1}, "must be a float in the range [0, 1). Got 1 instead."),
        ({"n_iter_no_change": 0}, "or one of [Infinity]. Got 0 instead."),
        ({"scoring": "accuracy"}, "one of ['loss', null]. Got 'accuracy' instead."),
        (
            {"early_stopping": True},
            "needs validation data: pass { X_val, y_val } after",
        ),
    ],
)
def test_parameters(parameters, message, browser):
    with pytest.raises(JSEvalException) as error:
        browser.run(
            DATA + "return new nnteach.MLPClassifierNet(parameters).fit(X, y).n_iter_;",
            parameters=parameters,
        )
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("fit([], [])", "X must be an array of arrays. Got [] instead."),
        ("fit([1, 2], y)", "X must be an array of arrays. Got [1, 2] instead."),
        (
            "fit([[1, 2], [3]], y)",
            "must have 2 finite numbers for each sample. Got [3]",
        ),
        ("fit([[1, 2], 0], y)", "must have 2 finite numbers for each sample. Got 0"),
        ("fit([[1, NaN]], y)", "Got [1, NaN] instead."),
        (
            "fit(X, [0, 1])",
            "y must have 3 targets, one for each sample. Got 2 instead.",
        ),
        ("fit(X)", "y must have two or more classes"),
        ("fit(X, [0, 0, 0])", "y must have two or more classes"),
        (
            "fit(X, [0.5, 1, 2])",
            "for numbers there is MLPRegressorNet. Got [0.5, 1, 2]",
        ),
        ("fit(X, [0, '1', 1])", "all integers or all strings"),
        ("fit(X, y, { X_val: X })", "X_val and y_val must be given together."),
        ("fit(X, y, { X_val: [[1]], y_val: [0] })", "X_val must have 2 finite numbers"),
        ("fit(X, y, { X_val: X, y_val: [0] })", "y_val must have 3 targets"),
        (
            "fit(X, y, { X_val: X, y_val: [0, 1, 7] })",
            "y_val must have the classes [0, 1",
        ),
        ("predict(X)", "not fitted yet: call fit, start or initialize first."),
        ("step()", "No training is going on: call start or fit."),
        ("initialize(X, y).step()", "No training is going on: call start or fit."),
        ("fit(X, y).step()", "No training is going on: call start or fit."),
        ("set_weights([], [])", "not fitted yet: call fit, start or initialize first."),
        (
            "initialize(X, y).set_weights([], [])",
            "coefs[0] must have 2 rows. Got undefined instead.",
        ),
        (
            "initialize(X, y).set_weights([[[1], [2]]], [])",
            "coefs[0], intercepts[0] must have 100 finite numbers for each row.",
        ),
        ("fit(X, y).predict([[1]])", "must have 2 finite numbers for each sample. Got"),
    ],
)
def test_calls(call, message, browser):
    with pytest.raises(JSEvalException) as error:
        browser.run(
            f"""{DATA} const net = new nnteach.MLPClassifierNet({{ max_iter: 2 }});
            return net.{call}.n_iter_;"""
        )
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "make_moons({ nois: 1 })",
            "make_moons has no parameter 'nois', but n_samples",
        ),
        ("make_moons({ noise: -1 })", "The 'noise' parameter of make_moons must be a"),
        ("make_circles({ factor: 1 })", "must be a float in the range [0, 1). Got 1"),
        ("make_spiral({ n_samples: 0 })", "The 'n_samples' parameter of make_spiral"),
    ],
)
def test_data_sets(call, message, browser):
    with pytest.raises(JSEvalException) as error:
        browser.run(f"return nnteach.{call};")
    assert message in str(error.value)


def test_targets_of_a_regression(browser):
    for y, message in (
        (
            "[1, NaN, 2]",
            "y must have 1 finite numbers for each sample. Got [NaN] instead.",
        ),
        ("[[1, 2], [3], [4]]", "y must have 2 finite numbers for each sample. Got [3]"),
        ("undefined", "y must be an array of arrays. Got [] instead."),
    ):
        with pytest.raises(JSEvalException) as error:
            browser.run(f"{DATA} new nnteach.MLPRegressorNet().fit(X, {y});")
        assert message in str(error.value)


def test_a_fit_that_fails_changes_nothing(browser):
    before, after = browser.run(
        DATA
        + """
        const net = new nnteach.MLPClassifierNet({ max_iter: 2 }).fit(X, y);
        const describe = () =>
          [net.coefs_, net.classes_, net.n_features_in_, net.n_iter_];
        const before = describe();
        for (const wrong of [["a", "b", "c", "d"], [5, 6, NaN], [5, 6]]) {
          try { net.fit([[1], [2], [3]], wrong); } catch {}
        }
        return [before, describe()];"""
    )
    assert before == after
