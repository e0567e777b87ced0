"""What the playground draws: lines above points, whole labels, each neuron's map."""

import pytest

PLAYGROUND = "document.querySelector('.nnteach-playground').playground"
# the network's output is 0.5 everywhere
FLAT_LINE = f"""
() => {{
  const p = {PLAYGROUND}, {{ ranges, canvases: {{ result }} }} = p;
  for (const {{ W, b }} of p.net.network.layers) W.fill(0), b.fill(0.5);
  p.draw();
  const axes = nnteach.make_axes(document.createElement("canvas"), ranges);
  axes.ctx.fillStyle = nnteach.colors_of(result).prediction;
  const share = (0.5 - ranges.y[0]) / (ranges.y[1] - ranges.y[0]);
  const row = Math.round((1 - share) * (result.clientHeight - nnteach.ROOM.bottom));
  const ctx = result.getContext("2d"), found = new Set();
  for (let x = nnteach.ROOM.left + 3; x < result.clientWidth - 3; x++) {{
    const [r, g, b] = ctx.getImageData(x, row, 1, 1).data;
    found.add("#" + [r, g, b].map((c) => c.toString(16).padStart(2, "0")).join(""));
  }}
  return [[...found], axes.ctx.fillStyle];
}}
"""
MAPS = f"{PLAYGROUND}.view.box.querySelectorAll('button canvas')"
PICTURES = f"() => [...{MAPS}].map((canvas) => canvas.toDataURL())"


@pytest.fixture
def open_playground(open_page, server):
    return lambda hash: open_page(f"{server}playground.html{hash}")


def test_the_networks_line_lies_above_the_points(open_playground):
    hash = "#data=wavy_parabola&n_samples=500&noise=0.3&validation_fraction=0.4"
    with open_playground(hash) as page:
        found, color = page.evaluate(FLAT_LINE)
    assert found == [color]


def test_a_large_number_fits_its_neuron(open_playground):
    with open_playground("#hidden_layer_sizes=4") as page:
        for value, shown in ((1234567, "b 1.2e6"), (-1.234e-5, "b −1.2e−5")):
            page.evaluate(
                f"""(value) => {{
                  {PLAYGROUND}.net.network.layers[0].b[0] = value;
                  {PLAYGROUND}.draw();
                }}""",
                value,
            )
            number = page.locator("button.neuron small").first
            assert number.inner_text() == shown
            assert number.evaluate(
                "(it) => it.scrollWidth <= it.parentNode.clientWidth"
                " && it.getClientRects().length === 1"
            )


def test_after_a_training_each_map_is_that_of_the_network(open_playground):
    with open_playground("#hidden_layer_sizes=8,8,8,8&max_iter=20") as page:
        page.evaluate(f"{PLAYGROUND}.run()")
        page.wait_for_function(f"{PLAYGROUND}.net.is_finished")
        page.wait_for_timeout(1000)
        after = page.evaluate(PICTURES)
        page.evaluate(f"{PLAYGROUND}.draw()")
        page.wait_for_timeout(1000)
        assert page.evaluate(PICTURES) == after
    assert len(set(after)) == 33


def test_samples_are_drawn_anew_when_they_are_others(open_playground):
    picture = f"{PLAYGROUND}.canvases.result.toDataURL()"
    with open_playground("#hidden_layer_sizes=") as page:
        before = page.evaluate(picture)
        page.evaluate(f"{PLAYGROUND}.set({{ data_seed: 1 }})")
        other = page.evaluate(picture)
        page.evaluate(f"{PLAYGROUND}.set({{ data_seed: 0 }})")
        assert before == page.evaluate(picture) != other
