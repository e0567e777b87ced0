"""The playground as its readers use it: by mouse, by keyboard, on a phone, offline."""

import contextlib
import io
import json
import re
import warnings

import pytest
from faults import faults
from sklearn.exceptions import ConvergenceWarning

from conftest import ALL_FOLDS, Mode

PAGE = "playground.html"
SMALL = "#n_samples=60&hidden_layer_sizes=3&max_iter=30"
NET = "document.querySelector('.nnteach-playground').playground"


@pytest.fixture
def open_playground(open_page, server):
    """Open the playground with a state in its address."""
    return lambda hash="", **mode: open_page(f"{server}{PAGE}{hash}", **mode)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def field(page, name):
    return page.locator(f".nnteach-playground [name={name}]")


def change(page, name, value):
    """Type into a field, as a reader does who then presses Enter."""
    field(page, name).fill(value)
    field(page, name).press("Enter")


def status(page):
    return page.locator(".nnteach-playground > [role=status]").inner_text()


def run_to_the_end(page):
    field(page, "speed").select_option("fast")
    button(page, "Run").click()
    page.wait_for_function(f"{NET}.end")


def cell(page, row, column):
    """Return what the table of results says of a set."""
    table = page.locator(".nnteach-playground tr", has_text=row)
    return table.locator("td").nth(column).inner_text()


def read(page, expression):
    """Return the value of an expression in which p is the playground."""
    return page.evaluate(f"(() => {{ const p = {NET}; return {expression}; }})()")


def test_a_network_learns_from_http_and_from_disk(root, open_page):
    with open_page(f"{root}{PAGE}{SMALL}") as page:
        before = float(cell(page, "training", 1))
        run_to_the_end(page)
        assert "stopped after 30 epochs: “Stop after” is 30" in status(page)
        assert float(cell(page, "training", 1)) < before
        assert page.complaints == []
        assert all(url.startswith((root, "blob:")) for url in page.requests)


def test_twenty_starts_are_trained_and_ranked(root, open_page):
    with open_page(f"{root}{PAGE}{SMALL}") as page:
        page.get_by_text("Twenty seeds: was").click()
        button(page, "Train from twenty starts").click()
        said = page.locator("[data-part=twenty_seeds] [role=status]")
        page.wait_for_function(f"{NET}.luck")
        assert re.search(
            r"Start seed 0 reached a validation accuracy of [\d.]+\. Of the other 19 "
            r"starts, \d+ did better, \d+ did worse and \d+ did the same",
            said.inner_text(),
        )
        starts = page.locator("[data-starts] button")
        assert starts.count() == 20
        # the first of them is the reader's own run
        run_to_the_end(page)
        assert read(page, "p.runs[0].loss") == read(page, "p.net.loss_curve_")
        starts.nth(3).click()
        assert field(page, "random_state").input_value() == "3"
        assert "Start seed 3 reached a validation accuracy" in said.inner_text()
        pressed = starts.evaluate_all("all => all.map((one) => one.ariaPressed)")
        assert pressed == ["true" if k == 3 else "false" for k in range(20)]
        run_to_the_end(page)
        assert read(page, "p.runs[3].loss") == read(page, "p.net.loss_curve_")
        change(page, "alpha", "0.1")
        assert not said.inner_text().strip()
        assert starts.first.is_hidden()
        assert page.complaints == []


def test_twenty_starts_can_be_stopped(open_playground):
    with open_playground("#n_samples=2000&max_iter=500") as page:
        page.get_by_text("Twenty seeds: was").click()
        stop = button(page, "Stop")
        assert stop.is_hidden()
        button(page, "Train from twenty starts").click()
        stop.click()
        assert stop.is_hidden()
        n_runs = read(page, "p.runs.length")
        assert n_runs < 20
        page.wait_for_timeout(500)
        assert read(page, "p.runs.length") == n_runs


def test_the_same_start_and_another_seed(open_playground):
    with open_playground(SMALL) as page:
        start = read(page, "p.net.coefs_")
        run_to_the_end(page)
        curve = read(page, "p.net.loss_curve_")
        button(page, "Same start").click()
        assert read(page, "p.net.coefs_") == start
        run_to_the_end(page)
        assert read(page, "p.net.loss_curve_") == curve
        button(page, "Another seed").click()
        assert field(page, "random_state").input_value() == "1"
        assert read(page, "p.net.coefs_") != start


def test_steps_and_epochs_one_at_a_time(open_playground):
    with open_playground(SMALL) as page:
        epoch = page.get_by_text(re.compile(r"^Epoch \d+$"))
        button(page, "One step").click()
        assert read(page, "p.net.training.next") == 32
        button(page, "One epoch").click()
        assert epoch.inner_text() == "Epoch 1"
        button(page, "Run").click()
        page.wait_for_function(f"{NET}.net.n_iter_ > 2")
        button(page, "Pause").click()
        n_epochs = read(page, "p.net.n_iter_")
        page.wait_for_timeout(200)
        assert read(page, "p.net.n_iter_") == n_epochs


def test_undo_brings_the_trained_network_back(open_playground):
    with open_playground(SMALL) as page:
        run_to_the_end(page)
        loss = cell(page, "training", 1)
        change(page, "noise", "0.4")
        assert cell(page, "training", 1) != loss
        change(page, "n_samples", "80")
        button(page, "Undo").click()
        assert field(page, "n_samples").input_value() == "60"
        button(page, "Undo").click()
        assert field(page, "noise").input_value() == "0.2"
        assert cell(page, "training", 1) == loss
        assert "noise" not in page.url


def test_a_rate_changes_within_a_training(open_playground):
    with open_playground(SMALL) as page:
        for _ in range(3):
            button(page, "One epoch").click()
        change(page, "learning_rate_init", "0.1")
        button(page, "One epoch").click()
        assert read(page, "p.net.history_.learning_rate") == [0.01, 0.01, 0.01, 0.1]


def test_layers_are_added_widened_and_counted(open_playground):
    with open_playground(SMALL) as page:
        count = page.get_by_text("weights and biases").first
        assert count.inner_text() == "13 weights and biases"
        button(page, "Add a layer").click()
        assert count.inner_text() == "25 weights and biases"
        width = page.get_by_label("Neurons of layer 2")
        width.fill("10")
        width.press("Enter")
        assert count.inner_text() == "60 weights and biases"
        page.get_by_label("Activation of layer 2").select_option("relu")
        assert read(page, "p.net.network.activations") == ["tanh", "relu", "logistic"]
        for _ in range(2):
            button(page, "Remove a layer").click()
        assert count.inner_text() == "3 weights and biases"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("n_samples", "5000", "“Points” must be a number from 10 to 2000. Got “5000”"),
        ("noise", "-1", "“Noise” must be a number from 0 to 5. Got “-1” instead"),
        ("noise", "", "“Noise” must be a number from 0 to 5. Got “” instead"),
        (
            "learning_rate_init",
            "0",
            "“Learning rate” must be a number above 0, such as",
        ),
        ("learning_rate_init", "x", "such as 0.01. Got “x” instead"),
        (
            "batch_size",
            "many",
            "“Batch size” must be a whole number from 1 on, such as",
        ),
        ("batch_size", "2.5", "such as 32, or auto. Got “2.5” instead"),
        ("n_iter_no_change", "-1", "or empty for no limit. Got “-1” instead"),
        ("validation_fraction", "0.8", "must leave a tenth of the points"),
        ("random_state", "", "“Start seed” must be a number from 0 to 4294967295."),
        ("max_iter", "0", "“Stop after” must be a number from 1 to 100000. Got “0”"),
    ],
)
def test_a_wrong_value_is_named_and_changes_nothing(
    name, text, message, open_playground
):
    with open_playground(SMALL) as page:
        state = read(page, "p.state")
        before = field(page, name).input_value()
        change(page, name, text)
        assert message in status(page)
        assert read(page, "p.state") == state
        assert field(page, name).input_value() == before
        assert page.complaints == []


def test_a_decimal_comma_is_a_decimal_point(open_playground):
    with open_playground(SMALL) as page:
        for name in ("noise", "learning_rate_init", "validation_fraction", "alpha"):
            change(page, name, "0,25")
            assert read(page, f"p.state.{name}") == 0.25
            assert field(page, name).input_value() == "0.25"
        assert not status(page)


def test_one_step_tells_its_place_and_the_loss_of_its_batch(open_playground):
    with open_playground(SMALL) as page:
        button(page, "One epoch").click()
        before = read(
            page, "p.net.loss_and_gradients(p.data.train.X, p.data.train.y)[0]"
        )
        change(page, "batch_size", "36")  # the whole training set
        button(page, "One step").click()
        assert re.match(r"Step 1 of 1 in epoch 1: the loss of its batch", status(page))
        change(page, "batch_size", "32")
        for step in (1, 2):
            button(page, "One step").click()
            assert status(page).startswith(f"Step {step} of 2 in epoch 1")
        button(page, "Undo").click()
        button(page, "Undo").click()
        assert not status(page)
        again = read(
            page, "p.net.loss_and_gradients(p.data.train.X, p.data.train.y)[0]"
        )
        assert again == before


def test_a_finished_training_says_so_and_nothing_moves(open_playground):
    with open_playground(SMALL) as page:
        buttons = page.locator(".actions button")
        boxes = [one.bounding_box() for one in buttons.all()]
        run_to_the_end(page)
        assert buttons.first.inner_text() == "Finished"
        for name in ("Finished", "One step", "One epoch"):
            assert button(page, name).get_attribute("aria-disabled") == "true"
        assert [one.bounding_box() for one in buttons.all()] == boxes
        button(page, "One step").click(force=True)
        assert read(page, "p.net.n_iter_") == 30
        change(page, "max_iter", "40")
        assert buttons.first.inner_text() == "Run"
        button(page, "Undo").click()
        assert buttons.first.inner_text() == "Finished"
        assert "after 30 epochs: “Stop after” is 30" in status(page)


def test_one_can_watch_the_first_epochs(open_playground):
    with open_playground("#max_iter=400") as page:
        button(page, "Run").click()
        page.wait_for_timeout(2000)
        assert 2 < read(page, "p.net.n_iter_") < 50


def test_divergence_is_explained(open_playground):
    with open_playground(
        "#data=wavy_parabola&solver=sgd&learning_rate_init=1000&activation=relu"
    ) as page:
        run_to_the_end(page)
        assert "Training diverged in epoch" in status(page)
        assert "not a number" in status(page)


def test_the_test_set_stays_under_its_lid_until_it_is_lifted(open_playground):
    with open_playground(SMALL) as page:
        assert cell(page, "test", 1) == cell(page, "test", 2) == "?"
        run_to_the_end(page)
        lift = button(page, "Lift the lid from the test set")
        lift.click()
        seen = cell(page, "test", 1)
        assert float(seen) > 0
        assert lift.is_hidden()
        assert page.get_by_text("The lid was lifted after 30 epochs").is_visible()
        change(page, "max_iter", "40")
        run_to_the_end(page)
        assert cell(page, "test", 1) == seen  # of the network at that time
        button(page, "Another seed").click()
        assert cell(page, "test", 1) == "?"
        told = page.get_by_text(f"after 30 epochs from start seed 0: test loss {seen}")
        assert told.is_visible()
        button(page, "Undo").click()
        assert cell(page, "test", 1) == seen
        change(page, "data_seed", "5")
        assert lift.is_visible()
        change(page, "data_seed", "0")
        assert lift.is_hidden()


def test_neurons_show_their_formula_and_their_values(open_playground):
    with open_playground(SMALL) as page:
        neuron = page.get_by_role("button", name="layer 1, neuron 2")
        neuron.focus()
        formula = page.get_by_text(re.compile(r"^a1,2 = "))
        (w1, w2), b = read(
            page, "[p.net.coefs_[0].map((row) => row[1]), p.net.intercepts_[0][1]]"
        )
        numbers = re.findall(r"−?[\d.]+", formula.inner_text().split("tanh")[1])
        assert len(numbers) >= 3
        shown = float(numbers[0].replace("−", "-"))
        assert shown == pytest.approx(w1, rel=5e-3)
        page.get_by_text("Type the weights of this neuron").click()
        bias = page.get_by_label("bias", exact=True)
        assert float(bias.input_value()) == b
        bias.fill("2.5")
        bias.press("Enter")
        assert "+ 2.5)" in formula.inner_text()
        assert neuron.inner_text().endswith("b 2.5")
        button(page, "Undo").click()
        assert float(bias.input_value()) == b
        assert [w1, w2] == read(page, "p.net.coefs_[0].map((row) => row[1])")


def test_typed_weights_are_a_start_and_in_the_address(open_playground):
    with open_playground(SMALL) as page:
        button(page, "One epoch").click()
        page.get_by_role("button", name="layer 1, neuron 2").focus()
        page.get_by_text("Type the weights of this neuron").click()
        field_of = page.get_by_label("weight of x2")
        field_of.fill("-1,5")
        field_of.press("Enter")
        weights = read(page, "[p.net.coefs_, p.net.intercepts_]")
        assert weights[0][0][1][1] == -1.5
        loss = cell(page, "training", 1)
        run_to_the_end(page)
        assert cell(page, "training", 1) != loss
        button(page, "Same start").click()
        assert cell(page, "training", 1) == loss
        page.reload()
        page.wait_for_function(NET)
        assert read(page, "[p.net.coefs_, p.net.intercepts_]") == weights
        change(page, "random_state", "1")
        assert "weights" not in page.url
        assert page.complaints == []


def test_weights_that_are_too_many_for_a_link_are_told(open_playground):
    with open_playground("#hidden_layer_sizes=30,30") as page:
        page.get_by_text("Take it along").click()
        told = page.get_by_text("These weights are too many for a link")
        assert told.is_hidden()
        page.get_by_text("Type the weights of this neuron").click()
        page.get_by_label("bias", exact=True).fill("1")
        page.get_by_label("bias", exact=True).press("Enter")
        assert told.is_visible()
        assert "weights" not in page.url


def test_the_cursor_reads_and_paints_by_keyboard(open_playground):
    with open_playground(SMALL) as page:
        result = page.get_by_role("group", name="Result. The arrow keys")
        result.focus()
        page.keyboard.press("ArrowRight")
        x1, x2 = read(page, "p.probe")
        values = page.locator("[data-part=neuron]")
        assert "At x1 = " in values.inner_text()
        assert "a " in page.get_by_role("button", name="output 1").inner_text()
        field(page, "brush").select_option("1")
        result.focus()
        page.keyboard.press("Enter")
        assert field(page, "data").input_value() == "points"
        assert cell(page, "training", 0) == "37"
        painted = read(page, "[p.data.train.X.at(-1), p.data.train.y.at(-1)]")
        assert painted == [[round(x1, 3), round(x2, 3)], 1]
        field(page, "brush").select_option("remove")
        result.focus()
        page.keyboard.press("Enter")
        assert read(page, "p.state.X.length") == 60
        assert "points=" in page.url


def test_a_click_paints_where_it_is(open_playground):
    with open_playground(SMALL) as page:
        field(page, "brush").select_option("0")
        canvas = page.locator("canvas[data-draw=result]")
        canvas.click(position={"x": 150, "y": 100})
        box = canvas.bounding_box()
        x1, x2 = read(page, "p.data.train.X.at(-1)")
        ranges = read(page, "p.ranges")
        for value, (low, high), share in (
            (x1, ranges["x"], (150 - 44) / (box["width"] - 44)),
            (x2, ranges["y"], 1 - 100 / (box["height"] - 30)),
        ):
            assert value == pytest.approx(low + share * (high - low), abs=0.02)


def test_a_painted_point_is_trained_on_and_moves_no_other(open_playground):
    with open_playground(SMALL) as page:
        sets = "[p.data.train, p.data.validation, p.data.test].map(({ X }) => X)"
        ranges = read(page, "p.ranges")
        rounded = sets.replace("=> X", "=> X.map((x) => x.map((v) => +v.toFixed(3)))")
        before = read(page, rounded)
        field(page, "brush").select_option("0")
        canvas = page.locator("canvas[data-draw=result]")
        for k, place in enumerate([(100, 60), (200, 90), (250, 190)], start=1):
            canvas.click(position=dict(zip("xy", place, strict=True)))
            after = read(page, sets)
            assert after[0][:-k] == before[0]
            assert after[1:] == before[1:]
            assert read(page, "p.ranges") == ranges  # what is clicked does not run away
        state = read(page, "p.state")
        page.reload()
        page.wait_for_function(NET)
        assert read(page, sets) == after
        assert read(page, "p.state") == state
        change(page, "test_fraction", "0.5")
        assert cell(page, "test", 0) == "32"
        assert page.complaints == []


def test_an_empty_canvas_waits_for_points_of_two_classes(open_playground):
    with open_playground(SMALL) as page:
        button(page, "Empty the canvas").click()
        assert field(page, "brush").input_value() == "0"
        canvas = page.locator("canvas[data-draw=result]")
        for brush, x in (("0", 100), ("0", 120), ("1", 200)):
            assert "points of two classes" in status(page)
            assert button(page, "One step").get_attribute("aria-disabled") == "true"
            page.reload()  # which an address without a class survives
            page.wait_for_function(NET)
            field(page, "brush").select_option(brush)
            canvas.click(position={"x": x, "y": 80})
        assert not status(page)
        assert read(page, "p.data.train.y") == [0, 0, 1]
        run_to_the_end(page)
        assert cell(page, "training", 0) == "3"
        button(page, "Undo").click()
        assert "points of two classes" in status(page)
        assert page.complaints == []


def test_what_a_lid_covers_is_not_taken_away(open_playground):
    with open_playground(
        "#n_samples=60&validation_fraction=0&test_fraction=0.9"
    ) as page:
        field(page, "brush").select_option("remove")
        for x in range(60, 300, 30):
            page.locator("canvas[data-draw=result]").click(position={"x": x, "y": 100})
        assert read(page, "p.data.sizes[2]") == 54


def test_points_go_out_and_in(open_playground, tmp_path):
    with open_playground(SMALL) as page:
        page.get_by_text("Take it along").click()
        with page.expect_download() as download:
            button(page, "Save the points (CSV)").click()
        text = download.value.path().read_text(encoding="utf-8")
        assert text.startswith("x1,x2,class,set\n")
        assert len(text.splitlines()) == 61
        sizes = read(page, "p.data.sizes")
        bad = tmp_path / "bad.csv"
        bad.write_text(text.replace(",set\n", ",set\n0,zero,1,train\n"))
        load = page.get_by_label("Load points (CSV)")
        load.set_input_files(bad)
        page.wait_for_function(f"{NET}.message")
        assert "Line 2 must have 2 numbers such as 0.5" in status(page)
        assert "Got '0,zero,1,train' instead" in status(page)
        assert field(page, "data").input_value() == "moons"
        good = tmp_path / "good.csv"
        good.write_text(text)
        load.set_input_files(good)
        page.wait_for_function(f"{NET}.state.data === 'points'")
        assert not status(page)
        assert read(page, "p.state.X.length") == 60
        assert read(page, "p.data.sizes") == sizes


def test_weights_go_out_and_in(open_playground, tmp_path):
    with open_playground(SMALL) as page:
        run_to_the_end(page)
        loss = cell(page, "training", 1)
        page.get_by_text("Take it along").click()
        with page.expect_download() as download:
            button(page, "Save the weights (JSON)").click()
        saved = tmp_path / "weights.json"
        saved.write_bytes(download.value.path().read_bytes())
        assert set(json.loads(saved.read_text())) >= {"coefs", "intercepts"}
        page.reload()
        assert cell(page, "training", 1) != loss
        page.get_by_text("Take it along").click()
        load = page.get_by_label("Load weights (JSON)")
        load.set_input_files(saved)
        page.wait_for_function(f"{NET}.state.coefs")
        assert cell(page, "training", 1) == loss
        saved.write_text('{"weights": [')
        load.set_input_files(saved)
        page.wait_for_function(f"{NET}.message")
        assert "must be JSON with coefs and intercepts" in status(page)
        assert cell(page, "training", 1) == loss


def test_the_loss_that_python_prints_is_in_the_table(open_playground):
    with open_playground(SMALL) as page:
        assert cell(page, "loss_", 0) == "?"
        run_to_the_end(page)
        page.get_by_text("Take it along").click()
        button(page, "Copy as Python").click()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            exec(page.get_by_label("Text").input_value(), {})
        name, loss, *_ = printed.getvalue().split()
        assert name == "loss_"
        assert f"{float(loss):.4g}" == cell(page, "loss_", 0)


def test_python_and_the_link_are_copied(open_playground):
    with open_playground(SMALL) as page:
        page.get_by_text("Take it along").click()
        button(page, "Copy as Python").click()
        text = page.get_by_label("Text").input_value()
        assert "make_moons(60, noise=0.2, random_state=0)" in text
        assert "hidden_layer_sizes=[3]," in text
        button(page, "Copy the link").click()
        assert page.get_by_label("Text").input_value() == page.url


def test_the_address_is_the_state_and_back_stays_short(open_playground, server):
    with open_playground() as page:
        length = page.evaluate("history.length")
        change(page, "noise", "0.35")
        field(page, "data").select_option("circles")
        page.get_by_label("Activation of layer 1").select_option("relu")
        assert page.evaluate("history.length") == length
        state, address = read(page, "p.state"), page.url
        assert "#data=circles&noise=0.35&activation=relu,tanh" in address
        page.goto(f"{server}index.html")
        page.goto(address)
        page.wait_for_function(NET)
        assert read(page, "p.state") == state
        page.evaluate("location.hash = '#data=spiral'")
        page.wait_for_function(f"{NET}.state.data === 'spiral'")


def test_a_wrong_address_is_told(open_playground):
    with open_playground("#data=cubes") as page:
        assert "“Data set” must be one of moons, circles" in status(page)
        assert field(page, "data").input_value() == "moons"


def test_a_teacher_hides_controls(open_playground):
    with open_playground(
        "#hide=solver,alpha,activation,twenty_seeds,undo,curves"
    ) as page:
        assert field(page, "solver").is_hidden()
        assert field(page, "alpha").is_hidden()
        assert page.get_by_label("Activation of layer 1").is_hidden()
        assert button(page, "Undo").is_hidden()
        assert page.locator("[data-part=twenty_seeds]").is_hidden()
        assert page.locator("canvas[data-draw=curves]").is_hidden()
        assert field(page, "learning_rate_init").is_visible()
        run_to_the_end(page)
        assert page.complaints == []
        page.get_by_text("For teachers: hide controls").click()
        change(page, "hide", "noise")
        assert field(page, "noise").is_hidden()
        assert field(page, "solver").is_visible()
        assert page.url.endswith("#hide=noise")


def test_every_name_that_can_be_hidden_is_told(open_playground):
    with open_playground("#hide=solver,everything") as page:
        told = status(page)
        assert "“Hide” knows no 'everything', but " in told
        for name in ("solver", "activation", "twenty_seeds", "undo", "brush"):
            assert name in told
        assert field(page, "solver").is_visible()


def test_a_function_of_one_x(open_playground):
    with open_playground(
        "#data=function&function=x%5E2&hidden_layer_sizes=4&max_iter=5"
    ) as page:
        run_to_the_end(page)
        assert page.locator("canvas[data-draw=units]").is_visible()
        assert page.get_by_role("columnheader", name="R²").is_visible()
        change(page, "function", "x + alert(1)")
        assert "Got 'x + alert(1)' instead: there is no alert." in status(page)
        change(page, "function", "sin(2*x)")
        assert not status(page)
        field(page, "brush").select_option("point")
        page.locator("canvas[data-draw=result]").click()
        assert read(page, "p.state.task") == "regression"
        assert page.complaints == []


def test_curves_and_axes(open_playground):
    with open_playground(SMALL) as page:
        run_to_the_end(page)
        scale = field(page, "scale")
        scale.select_option("log")
        field(page, "measure").select_option("score")
        assert scale.is_hidden()  # accuracies have a linear axis
        best = read(page, "p.best_epoch")
        scores = read(page, "p.net.history_.val_score")
        assert scores[int(best) - 1] == max(scores)
        change(page, "validation_fraction", "0")
        assert field(page, "measure").is_hidden()
        assert scale.is_visible()


def test_every_canvas_has_a_text(open_playground):
    with open_playground(SMALL) as page:
        run_to_the_end(page)
        for canvas in page.locator("canvas:not([aria-hidden])").all():
            assert canvas.get_attribute("role") == "img"
            assert len(canvas.get_attribute("aria-label")) > 20
        result = page.locator("canvas[data-draw=result]")
        assert cell(page, "training", 1) in result.get_attribute("aria-label")
        for form in page.locator(".nnteach-playground").all():
            assert "undefined" not in form.inner_text()
            assert "NaN" not in form.inner_text()


@pytest.mark.parametrize(
    "mode",
    [
        Mode("light", folds=ALL_FOLDS),
        Mode("dark", theme="dark", folds=ALL_FOLDS),
        Mode("390-px", width=390, folds=ALL_FOLDS),
        Mode("320-px", width=320, folds=ALL_FOLDS),
    ],
    ids=lambda mode: mode.name,
)
@pytest.mark.parametrize("data", ["three_spirals", "wavy_parabola"])
def test_a_trained_playground_has_no_faults(data, mode, open_page, server):
    address = f"{server}{PAGE}{SMALL.replace('#', f'#data={data}&')}"
    with open_page(address, mode) as page:
        run_to_the_end(page)
        button(page, "Train from twenty starts").click()
        page.wait_for_function(f"{NET}.luck")
        page.evaluate("scrollTo(0, 0)")  # the page's head covers what is below it
        page.requests[:] = [url for url in page.requests if url[:5] != "blob:"]
        assert faults(page, mode, server) == []


@pytest.mark.parametrize(("sizes", "is_cut"), [("8,8", False), ("8,8,8,8", True)])
def test_a_network_that_is_cut_says_so(sizes, is_cut, open_page, server):
    address = f"{server}{PAGE}#hidden_layer_sizes={sizes}"
    with open_page(address, Mode("390-px", width=390)) as page:
        output = page.get_by_role("button", name="output 1").bounding_box()
        assert (output["x"] + output["width"] > 390) is is_cut
        assert page.get_by_text("scroll sideways to the output").is_visible() is is_cut


def test_controls_are_large_enough_for_a_finger(open_page, server):
    with open_page(
        f"{server}{PAGE}", Mode("390-px", width=390, folds=ALL_FOLDS)
    ) as page:
        small = page.evaluate(
            """() => [...document.querySelectorAll(
              ".nnteach-playground :is(button, input, select, summary)")]
              .filter((control) => control.checkVisibility())
              .filter((control) => {
                const { width, height } = control.getBoundingClientRect();
                return width < 24 || height < 24;
              }).map((control) => control.outerHTML.slice(0, 120))"""
        )
        assert small == []


def test_the_theme_recolours_what_is_drawn(open_playground):
    with open_playground(SMALL) as page:
        pixels = "document.querySelector('[data-draw=result]').toDataURL()"
        light = page.evaluate(pixels)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_timeout(100)
        assert page.evaluate(pixels) != light
