"""A fitted network's page: opened from a disk, it shows the network and trains on."""

import numpy as np
import pytest
from faults import RULES, Axe, report
from playwright.sync_api import expect

from nnteach import MLPClassifierNet, MLPRegressorNet, Playground, two_moons

X, Y = two_moons(120, random_state=0)
X = X.astype(np.float64)
LBFGS = dict(solver="lbfgs", max_iter=2000)
LOSS = ".nnteach-playground tbody tr:first-child td:nth-of-type(2)"
READ = """() => {
  const { net, data } = document.querySelector(".nnteach-playground").playground;
  return { outputs: net.predict_proba?.(data.X) ?? net.predict(data.X),
    n_iter: net.n_iter_, loss: net.loss_and_gradients(data.X, data.y)[0] };
}"""


def plane():
    settings = dict(activation=["gelu", "tanh"], alpha=0.5, **LBFGS)
    return MLPClassifierNet((6, 4), **settings, random_state=0).fit(X, Y), X, Y


def labels():
    y = np.array(["</script>", "<b>", "&amp;"])[(X[:, 0] > 0).astype(int) + Y]
    return MLPClassifierNet((5,), alpha=1, **LBFGS).fit(X, y), X, y


def line():
    x = np.linspace(0, 1, 50)[:, np.newaxis]
    net = MLPRegressorNet(hidden_layer_sizes=5, alpha=0.01, **LBFGS)
    return net.fit(x, np.sin(5 * x[:, 0])), x, np.sin(5 * x[:, 0])


FITTED = {"plane": plane, "labels": labels, "line": line}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The networks, their data and the files that show them."""
    folder = tmp_path_factory.mktemp("playgrounds")
    made = {name: make() for name, make in FITTED.items()}
    return {
        name: (net, x, Playground(net, x, y).save(folder / f"{name}.html"))
        for name, (net, x, y) in made.items()
    }


@pytest.fixture
def open_file(browser):
    """Open a file in a scheme of colours; note what it says and what it asks for."""
    contexts = []

    def opened(path, scheme="light", width=1280):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(color_scheme=scheme, viewport=size))
        page = contexts[-1].new_page()
        page.complaints, page.requests = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", FITTED)
def test_it_shows_the_network_and_trains_on(name, saved, open_file):
    net, x, path = saved[name]
    page = open_file(path)
    assert page.complaints == []
    assert page.requests == [path.as_uri()]
    shown = page.evaluate(READ)
    expected = getattr(net, "predict_proba", net.predict)(x)
    np.testing.assert_allclose(shown["outputs"], expected, rtol=1e-9, atol=1e-12)
    assert shown["n_iter"] == 0
    before = page.locator(LOSS).inner_text()
    page.get_by_role("button", name="One epoch", exact=True).click()
    trained = page.evaluate(READ)
    assert trained["n_iter"] == 1
    assert trained["loss"] != shown["loss"]
    page.get_by_role("button", name="Same start", exact=True).click()
    assert page.evaluate(READ) == shown
    expect(page.locator(LOSS)).to_have_text(before)
    page.get_by_role("button", name="Another seed", exact=True).click()
    assert page.evaluate(READ)["outputs"] != shown["outputs"]
    assert page.complaints == []
    assert page.requests == [path.as_uri()]


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 320)],
)
def test_it_has_no_faults(name, scheme, width, saved, open_file):
    page = open_file(saved[name][2], scheme, width)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [*report(found)]
    body = page.evaluate("[document.body.scrollWidth, innerWidth]")
    assert body[0] <= body[1]


def test_colors_follow_the_scheme(saved, open_file):
    path = saved["plane"][2]
    color = "getComputedStyle(document.body).backgroundColor"
    light, dark = (open_file(path, s).evaluate(color) for s in ("light", "dark"))
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 24, 30)")


def test_a_notebook_shows_it_in_a_frame(saved, open_file, tmp_path):
    net, x, _ = saved["plane"]
    frame = Playground(net, x, Y)._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><title>Notebook</title>{frame}", encoding="utf-8")
    page = open_file(path)
    inside = page.frame_locator("iframe")
    expect(inside.locator(".nnteach-playground.started")).to_be_visible()
    inside.get_by_role("button", name="One epoch", exact=True).click()
    expect(inside.get_by_text("Epoch 1", exact=True)).to_be_visible()
    assert page.complaints == []
