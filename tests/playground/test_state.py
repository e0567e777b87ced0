"""The playground's settings: whole, checked, and the same in an address."""

import pytest
from py_mini_racer import JSEvalException


def complete(browser, **given):
    return browser.run("return nnteach.complete_state(given);", given=given)


STATES = [
    {},
    {"data": "circles", "noise": 0.05, "n_samples": 100, "data_seed": 7},
    {"data": "function", "function": "x^2 + sin(9*x)/2"},
    {"hidden_layer_sizes": [], "solver": "sgd", "momentum": 0.5},
    {"hidden_layer_sizes": [4, 3], "activation": ["relu", "gelu"], "alpha": 1e-05},
    {"hide": ["solver", "twenty_seeds"], "scale": "log", "measure": "score"},
    {"early_stopping": True, "n_iter_no_change": 5, "tol": 0.001, "scoring": "loss"},
    {"batch_size": "auto", "validation_fraction": 0, "test_fraction": 0},
]


@pytest.mark.parametrize("given", STATES)
def test_an_address_holds_the_whole_state(given, browser):
    before, after, address = browser.run(
        """const state = nnteach.complete_state(given);
        const address = nnteach.to_address(state);
        const after = nnteach.complete_state(nnteach.from_address(address));
        return [state, after, address];""",
        given=given,
    )
    assert after == before
    assert address.startswith("#")
    assert "%2C" not in address


def test_an_address_has_only_what_differs_from_the_defaults(browser):
    address = browser.run(
        """return nnteach.to_address(nnteach.complete_state(
          { noise: 0.3, hidden_layer_sizes: [4, 4], hide: ["solver", "alpha"] }));"""
    )
    assert address == "#noise=0.3&hidden_layer_sizes=4,4&hide=solver,alpha"


def test_an_address_holds_own_points(browser):
    points = {
        "data": "points",
        "X": [[0, 1], [1, 0.25], [-1, 2], [3, 4]],
        "y": ["a", "b", "b", "a"],
        "task": "classification",
    }
    address, after = browser.run(
        """const address = nnteach.to_address(nnteach.complete_state(points));
        return [address, nnteach.complete_state(nnteach.from_address(address))];""",
        points=points,
    )
    rows = "0,1,a;1,0.25,b;-1,2,b;3,4,a"
    assert address == f"#data=points&points=x1,x2,class;{rows}"
    assert {name: after[name] for name in points} == points


@pytest.mark.parametrize("X", [[], [[1, 2]], [[1, 2], [3, 4], [5, 6]]])
def test_an_address_holds_the_sets_of_own_points(X, browser):
    points = {"data": "points", "X": X, "y": [0] * len(X), "sizes": [0, 0, len(X)]}
    points |= {"task": "classification", "feature_names": ["length", "width"]}
    after = browser.run(
        """const address = nnteach.to_address(nnteach.complete_state(points));
        return nnteach.complete_state(nnteach.from_address(address));""",
        points=points,
    )
    assert {name: after[name] for name in points} == points


def test_points_keep_their_sets_until_they_are_dealt_out_anew(browser):
    points = {"data": "points", "X": [[1, 2]] * 3, "y": [0, 1, 0], "sizes": [2, 1, 0]}
    changes = [
        {"alpha": 1},
        {"random_state": 3},
        {"data_seed": 1},
        {"test_fraction": 0},
    ]
    kept = browser.run(
        """const before = nnteach.complete_state(points);
        return changes.map((change) =>
          nnteach.complete_state(change, before).sizes);""",
        points=points,
        changes=changes,
    )
    assert kept == [[2, 1, 0], [2, 1, 0], None, None]


def test_a_further_layer_takes_the_activation_of_the_one_before(browser):
    for activation, completed in (
        ("relu", ["relu"] * 3),
        (["relu"], ["relu"] * 3),
        (["relu", "tanh"], ["relu", "tanh", "tanh"]),
        (["relu", "tanh", "elu", "silu"], ["relu", "tanh", "elu"]),
    ):
        state = complete(browser, hidden_layer_sizes=[2, 3, 4], activation=activation)
        assert state["activation"] == completed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"nois": 1}, "The playground has no setting 'nois', but data, n_samples"),
        ({"hidden_layer_sizes": [4] * 7}, "At most 6 hidden layers of 100 neurons"),
        ({"hidden_layer_sizes": [101]}, "At most 6 hidden layers of 100 neurons"),
        ({"hidden_layer_sizes": [0]}, "'hidden_layer_sizes' parameter of MLPCl"),
        ({"learning_rate_init": "0,1"}, "range (0, inf). Got '0,1' instead."),
        ({"solver": "lbfgs"}, "must be one of ['sgd', 'adam']. Got 'lbfgs' instead."),
        ({"validation_fraction": 0.8}, "must leave a tenth of the points"),
    ],
)
def test_what_cannot_be_is_refused(given, message, browser):
    with pytest.raises(JSEvalException) as error:
        complete(browser, **given)
    assert message in str(error.value)


def test_early_stopping_needs_a_validation_set(browser):
    with pytest.raises(JSEvalException, match="raise its share, or turn early"):
        browser.run(
            """const state = nnteach.complete_state(
              { early_stopping: true, validation_fraction: 0 });
            nnteach.start_net(state, nnteach.make_data(state));"""
        )


def test_a_network_starts_with_given_weights(browser):
    coefs = [[[1, 2], [3, 4]], [[5], [6]]]
    intercepts = [[7, 8], [9]]
    mine = browser.run(
        """const state = nnteach.complete_state(
          { hidden_layer_sizes: [2], activation: "relu", coefs, intercepts });
        const net = nnteach.start_net(state, nnteach.make_data(state));
        return [net.coefs_, net.intercepts_, net.is_finished];""",
        coefs=coefs,
        intercepts=intercepts,
    )
    assert mine == [coefs, intercepts, False]


def test_given_weights_last_until_others_are_meant(browser):
    coefs, intercepts = [[[1], [2]]], [[3]]
    kept = browser.run(
        """const before = nnteach.complete_state(
          { hidden_layer_sizes: [], coefs, intercepts });
        const changes = [{ alpha: 1 }, { random_state: 1 }, { data: "circles" },
          { data: "moons" }, { hidden_layer_sizes: [2] }, { coefs }];
        return changes.map((change) =>
          nnteach.complete_state(change, before).coefs !== null);""",
        coefs=coefs,
        intercepts=intercepts,
    )
    assert kept == [True, False, False, True, False, True]


@pytest.mark.parametrize(("n_units", "is_heavy"), [(2, False), (49, False), (50, True)])
def test_an_address_holds_few_weights(n_units, is_heavy, browser):
    coefs = [[[1 / 3] * n_units, [-1e-7] * n_units], [[2]] * n_units]
    weights = {"coefs": coefs, "intercepts": [[0.5] * n_units, [0.1]]}
    told, before, after = browser.run(
        """const state = nnteach.complete_state(given);
        const address = nnteach.to_address(state);
        const after = nnteach.complete_state(nnteach.from_address(address));
        return [!address.includes("weights="), state, after];""",
        given=weights | {"hidden_layer_sizes": [n_units]},
    )
    assert told is is_heavy
    assert before["coefs"] == coefs
    assert after["coefs"] == (None if is_heavy else coefs)
    assert (after == before) is not is_heavy


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"coefs": [[[1]]]}', "5"])
def test_what_are_no_weights_is_refused(text, browser):
    with pytest.raises(JSEvalException, match="must be JSON with coefs and intercepts"):
        browser.run("return nnteach.read_weights(text);", text=text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.25, "−0.25"), (1234.5, "1230"), (1e-5, "1.00e−5"), (1e9, "1.00e+9")],
)
def test_numbers_are_short(value, shown, browser):
    assert browser.run("return nnteach.show_number(value);", value=value) == shown


def test_texts_are_filled_with_facts(browser):
    text = browser.run(
        """const facts = { a: 1 / 3, b: ["x"], c: { d: 123456, e: -0.5 } };
        return nnteach.fill("{a} of {b.0}: {c.d}, {c.e}, {c.f.g}", facts);"""
    )
    assert text == "0.3333 of x: 123456, −0.5, ?"
