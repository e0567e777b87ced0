"""The playground's data: shares of a test set, functions of x, and CSV files."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from py_mini_racer import JSEvalException
from sklearn.datasets import make_circles, make_moons

CSV = "x1,x2,class\n0,1,a\n1,0.5,b\n-1,2,b\n3,4,a\n"


def data_of(browser, **given):
    return browser.run(
        "return nnteach.make_data(nnteach.complete_state(given));", given=given
    )


def test_parts_are_cut_by_position(browser):
    data = data_of(browser, n_samples=50, validation_fraction=0.2, test_fraction=0.1)
    X, y = make_moons(50, noise=0.2, random_state=0)
    for part, begin, end in (
        ("train", 0, 35),
        ("validation", 35, 45),
        ("test", 45, 50),
    ):
        assert_allclose(data[part]["X"], X[begin:end], atol=1e-15)
        assert_array_equal(data[part]["y"], y[begin:end])
    assert data["classes"] == [0, 1]


def test_a_share_of_nothing_is_no_set(browser):
    data = data_of(browser, validation_fraction=0, test_fraction=0)
    assert data["validation"] is data["test"] is None
    assert len(data["train"]["X"]) == 300


def test_circles_lie_apart(browser):
    X, y = make_circles(300, noise=0.1, random_state=3, factor=0.5)
    data = data_of(browser, data="circles", noise=0.1, data_seed=3)
    assert_allclose(data["X"], X, atol=1e-15)
    assert_array_equal(data["y"], y)


def test_three_spirals_are_one_turned_twice(browser):
    data = data_of(browser, data="three_spirals", noise=0)
    X, y = np.array(data["X"]), np.array(data["y"])
    t = np.hypot(*X.T) / 2
    angle = np.arctan2(*X.T[::-1])
    turned = (angle - 1.5 * np.pi * t - 2 * np.pi * y / 3) / (2 * np.pi)
    assert_allclose(turned, turned.round(), atol=1e-12)
    assert_array_equal(np.bincount(y.astype(int)), [100, 100, 100])
    assert data["task"] == "classification"


def test_a_function_is_drawn_without_its_noise(browser):
    noisy = data_of(browser, data="wavy_parabola", noise=0.05, data_seed=1)
    random = np.random.RandomState(1)
    x = random.uniform(0, 1, 300)
    y = 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x) + random.normal(0, 0.05, 300)
    assert_allclose(np.ravel(noisy["X"]), x)
    assert_allclose(noisy["y"], y)
    assert noisy["task"] == "regression"
    assert noisy["classes"] is False


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("x", lambda x: x),
        ("0.4*x^2 + sin(9*x)", lambda x: 0.4 * x**2 + np.sin(9 * x)),
        ("-x^2", lambda x: -(x**2)),
        ("2^-x", lambda x: 2**-x),
        ("2^3^x", lambda x: 2 ** (3**x)),
        ("2 ** x", lambda x: 2**x),
        ("2 * -x^2 - -x^2 + (-x)^2", lambda x: 0 * x),
        ("1 - 2 - x", lambda x: -1 - x),
        ("8 / 4 / (1 + x)", lambda x: 2 / (1 + x)),
        ("-2 * -x - -1", lambda x: 2 * x + 1),
        ("abs(x - pi/4) * exp(-x)", lambda x: abs(x - np.pi / 4) * np.exp(-x)),
        ("tanh(sqrt(x)) + log(1 + x) + cos(tan(x))", None),
        ("1.5e-1 + .5", lambda x: 0.65 + 0 * x),
    ],
)
def test_a_typed_function_is_what_it_says(text, f, browser):
    x = np.linspace(0, 1, 11)
    mine = browser.run("return x.map(nnteach.parse_function(text));", x=x, text=text)
    if f is None:
        f = lambda x: np.tanh(np.sqrt(x)) + np.log(1 + x) + np.cos(np.tan(x))  # noqa: E731
    assert_allclose(mine, f(x), rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("", "Got '' instead"),
        ("x +", "Got 'x +' instead: Unexpected"),
        ("2 x", "Got '2 x' instead"),
        ("(x", "Got '(x' instead"),
        ("x)", "Got 'x)' instead"),
        ("sin x", "Got 'sin x' instead"),
        ("sin", "Got 'sin' instead"),
        ("x(2)", "Got 'x(2)' instead"),
        ("/x/", "Got '/x/' instead"),
        ("alert(1)", "Got 'alert(1)' instead: there is no alert."),
        ("x.constructor", "there is no ."),
        ("x;alert", "there is no ;."),
        ("[x]", "there is no [."),
        ("x => x", "there is no =."),
        ("`x`", "there is no `."),
        ("1.2.3", "there is no 1.2.3."),
        ("Function", "there is no Function."),
        ("y", "Got 'y' instead: there is no y."),
    ],
)
def test_what_is_no_function_is_named(text, got, browser):
    with pytest.raises(JSEvalException) as error:
        browser.run("nnteach.parse_function(text);", text=text)
    assert got in str(error.value)


def read(browser, text):
    return browser.run("return nnteach.read_csv(text);", text=text)


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        CSV.replace(",", ";"),
        CSV.replace(",", ";").replace(".", ","),
        CSV.replace(",", "\t").replace("\n", "\r\n"),
        CSV.replace("x1,x2,class", '"x1","x2","class"') + "\n\n",
        CSV.replace("a\n", '"a"\n'),
    ],
)
def test_a_csv_file_is_read(text, browser):
    read_state = read(browser, text)
    assert read_state == {
        "data": "points",
        "X": [[0, 1], [1, 0.5], [-1, 2], [3, 4]],
        "y": ["a", "b", "b", "a"],
        "sizes": None,
        "task": "classification",
        "feature_names": ["x1", "x2"],
    }


def test_the_target_tells_the_task(browser):
    rows = "0,1,{}\n1,0,{}\n1,1,{}\n2,2,{}\n"
    assert read(browser, rows.format(0, 1, 1, 0))["task"] == "classification"
    assert read(browser, rows.format(0.5, 1, 1, 0))["task"] == "regression"
    assert read(browser, "0,1\n1,2\n2,1\n3,0\n")["task"] == "regression"
    one_feature = read(browser, "x,class\n0,1\n1,2\n2,1\n3,2\n")
    assert one_feature["task"] == "classification"
    assert one_feature["feature_names"] == ["x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Line 1 must have two or three columns"),
        ("1\n2\n3\n4\n", "Line 1 must have two or three columns"),
        ("1,2,3,4,5\n", "Got '1,2,3,4,5' instead."),
        ("x1,x2,class\n1,two,a\n", "Line 2 must have 2 numbers such as 0.5"),
        (
            "1,2,a\n1\n",
            "Line 2 must have 2 numbers such as 0.5, then a class or a number. Got '1'",
        ),
        ("0,1\n" * 2001, "at most 2000 points, to be drawn in time. Got 2001"),
        (
            "x,y,set\n0,1,train\n1,2,tset\n",
            "such as 0.5, then a class or a number, then train, validation, test. Got",
        ),
        (CSV.replace("1,0.5,b", "1,b"), "then a class or a number. Got '1,b'"),
        (CSV.replace("1,0.5,b", "1,half,b"), "Line 3 must have 2 numbers such as 0.5"),
        (CSV.replace("3,4,a", "3,,a"), "Line 5 must have 2 numbers"),
        (CSV.replace("3,4,a", "3,Infinity,a"), "Line 5 must have 2 numbers"),
        (CSV.replace("3,4,a", "3,4,"), "Line 5 must have 2 numbers"),
        (
            "".join(f"0,{k},{k}\n" for k in range(9)),
            "must have at most 6 classes. Got 9 instead.",
        ),
    ],
)
def test_a_bad_file_is_told_where(text, message, browser):
    with pytest.raises(JSEvalException) as error:
        read(browser, text)
    assert message in str(error.value)


@pytest.mark.parametrize("data", ["moons", "three_spirals", "wavy_parabola"])
def test_a_saved_file_is_the_same_points(data, browser):
    before, after = browser.run(
        """const data = nnteach.make_data(nnteach.complete_state({ data: name }));
        const feature_names = data.X[0].map((_, k) => `x${k + 1}`);
        const text = nnteach.write_csv({ ...data, feature_names });
        return [data, nnteach.read_csv(text)];""",
        name=data,
    )
    kept = ("X", "y", "task", "sizes")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert before["sizes"] == [180, 60, 60]


def test_a_file_names_the_set_of_each_point(browser):
    read_state = read(browser, "x,y,set\n1,5,test\n2,6,train\n3,7,train\n4,8,test\n")
    assert read_state["X"] == [[2], [3], [1], [4]]
    assert read_state["y"] == [6, 7, 5, 8]
    assert read_state["sizes"] == [2, 0, 2]
    assert read_state["feature_names"] == ["x"]


def test_own_points_are_shuffled_before_they_are_cut(browser):
    X = [[k, 0] for k in range(10)]
    points = dict(data="points", X=X, y=[0] * 5 + [1] * 5, data_seed=4)
    order = np.random.RandomState(4).permutation(10)
    assert_array_equal(data_of(browser, **points)["X"], np.array(X)[order])
    whole = data_of(browser, **points, validation_fraction=0, test_fraction=0)
    assert whole["X"] == X


def test_given_sets_are_the_sets(browser):
    X, y = [[0, 0], [1, 1], [2, 2], [5, 5]], [0, 1, 1, 1]
    data = data_of(browser, data="points", X=X, y=y, sizes=[3, 1, 0])
    assert data["train"] == {"X": X[:3], "y": y[:3]}
    assert data["validation"] == {"X": X[3:], "y": y[3:]}
    assert data["test"] is None


@pytest.mark.parametrize(
    ("X", "y", "sizes", "is_short"),
    [
        ([], [], [0, 0, 0], True),
        ([[0, 0]], [0], [1, 0, 0], True),
        ([[0, 0], [1, 1]], [0, 1], [2, 0, 0], False),
        ([[0, 0], [1, 1], [2, 2]], [0, 1, 2], [2, 1, 0], True),
    ],
)
def test_training_needs_points_of_each_class(X, y, sizes, is_short, browser):
    points = dict(data="points", X=X, y=y, sizes=sizes, task="classification")
    assert data_of(browser, **points)["is_short"] is is_short
    n_features = browser.run(
        """const state = nnteach.complete_state(given);
        return nnteach.start_net(state, nnteach.make_data(state)).n_features_in_;""",
        given=points,
    )
    assert n_features == 2
