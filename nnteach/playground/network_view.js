/*
The network as columns of neurons, its weights as lines, and one neuron's formula and numbers.
*/
(() => {
"use strict";

const MOST_SHOWN = 8, MAP_SIZE = 16, BUDGET = 6; // ms of a frame for the neurons' maps
const { make_axes, layer_values, show_number, short } = nnteach;

/** The largest size of numbers, for scales around 0. */
function largest_of(values) {
	return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
}

class NetworkView {
	constructor(form) {
		this.form = form;
		this.box = form.querySelector("[data-neurons]");
		this.edges = form.querySelector("[data-draw=edges]");
		Object.assign(this, { chosen: [0, 0], turn: 0 });
	}

	/** A copy of a template of the page. */
	make(name) {
		return this.form.querySelector(`template[data-make=${name}]`).content.firstElementChild.cloneNode(true);
	}

	build({ network: { layers, activations } }, feature_names) {
		Object.assign(this, { feature_names, chosen: [Math.min(this.chosen[0], layers.length - 1), 0] });
		const focused = document.activeElement?.closest?.("[data-place]")?.dataset.place, inputs = this.make("inputs");
		inputs.append(...feature_names.map((name) => Object.assign(this.make("input"), { textContent: name })));
		const columns = layers.map(({ b }, l) => {
			const is_output = l === layers.length - 1, column = this.make(is_output ? "output" : "layer");
			for (const place of column.querySelectorAll("[data-number]")) place.textContent = l + 1;
			for (const field of column.querySelectorAll("[data-layer]")) {
				field.value = { activation: activations[l], hidden_layer_sizes: b.length }[field.dataset.layer];
				field.dataset.place = [field.dataset.layer, l];
			}
			for (let j = 0; j < Math.min(b.length, MOST_SHOWN); j++) {
				const neuron = this.make("neuron");
				neuron.dataset.place = [l, j];
				neuron.firstElementChild.textContent = `${is_output ? "output" : `layer ${l + 1}, neuron`} ${j + 1}: `;
				column.append(neuron);
			}
			if (b.length > MOST_SHOWN) column.append(`and ${b.length - MOST_SHOWN} more`);
			return column;
		});
		this.box.replaceChildren(inputs, ...columns);
		this.box.querySelector(`[data-place="${focused}"]`)?.focus();
	}

	/** Draw the weights as lines, and over the next frames what each neuron computes over the data. */
	draw(net, ranges) {
		const neurons = [...this.box.querySelectorAll("button")];
		cancelAnimationFrame(this.timer);
		let n_left = neurons.length;
		const draw_some = () => {
			const end = performance.now() + BUDGET, is_plane = this.feature_names.length === 2;
			const X = nnteach.make_grid(ranges, is_plane ? MAP_SIZE : 40, is_plane), all = layer_values(net, X);
			for (; n_left > 0 && performance.now() < end; n_left--) {
				this.turn = (this.turn + 1) % neurons.length; // however often they are drawn, each has its turn
				const { dataset: { place }, children: [, canvas] } = neurons[this.turn], [l, j] = place.split(",");
				const A = all[l].subarray(j * X.length, (Number(j) + 1) * X.length), largest = largest_of(A);
				const axes = make_axes(canvas, { x: ranges.x, y: is_plane ? ranges.y : [-largest, largest] });
				if (is_plane) nnteach.draw_map(axes, A.map((a) => 0.5 + (0.5 * a) / largest));
				else nnteach.draw_line(axes, X.flat(), A, axes.colors.prediction);
			}
			if (n_left > 0) this.timer = requestAnimationFrame(draw_some);
		};
		draw_some();
		this.draw_edges(net.network.layers);
	}

	/** Write each neuron's bias, or its activation at a probe, and mark the chosen one. */
	draw_numbers(net, probe) {
		const { layers } = net.network, there = probe && layer_values(net, [probe]);
		for (const neuron of this.box.querySelectorAll("button")) {
			const [l, j] = neuron.dataset.place.split(",");
			neuron.ariaPressed = String(this.chosen) === neuron.dataset.place;
			neuron.lastElementChild.textContent = there ? `a ${short(there[l][j], 2)}` : `b ${short(layers[l].b[j], 2)}`;
		}
	}

	draw_edges(layers) {
		const { left, top, width, height } = this.box.getBoundingClientRect(), axes = make_axes(this.edges, { x: [0, width], y: [height, 0] });
		const boxes = [...this.box.children].map((column) => [...column.querySelectorAll(".neuron")].map((neuron) => neuron.getBoundingClientRect()));
		layers.forEach(({ W, fan_in }, l) => {
			const largest = largest_of(W), middle = (box) => box.top + box.height / 2 - top;
			boxes[l + 1].forEach((to, j) => boxes[l].forEach((from, k) => {
				const w = W[j * fan_in + k], look = { width: 0.3 + (4 * Math.abs(w)) / largest, dash: w < 0 ? [5, 3] : [] };
				nnteach.draw_line(axes, [from.right - left, to.left - left], [middle(from), middle(to)], axes.colors.classes[w < 0 ? 0 : 1], look);
			}));
		});
	}

	name_of(l, j) {
		return l < 0 ? this.feature_names[j] : `a${l + 1},${j + 1}`;
	}

	/** The chosen neuron's formula; at a probe, its values as well. */
	describe(net, probe) {
		const [l, j] = this.chosen, { layers, activations } = net.network, { W, b, fan_in } = layers[l], g = activations[l];
		const w = [...W.subarray(j * fan_in, (j + 1) * fan_in)];
		const terms = w.slice(0, MOST_SHOWN).map((value, k) => `${show_number(value)}·${this.name_of(l - 1, k)}`);
		const rest = fan_in > MOST_SHOWN ? [`… (${fan_in - MOST_SHOWN} more)`] : [];
		const z = [...terms, ...rest, show_number(b[j])].join(" + ").replaceAll("+ −", "− ");
		const formula = `${this.name_of(l, j)} = ${g === "identity" ? z : `${g}(${z})`}`;
		if (!probe) return { formula, values: "" };
		const all = [probe, ...layer_values(net, [probe])], z_there = w.reduce((sum, value, k) => sum + value * all[l][k], b[j]);
		const place = probe.map((value, k) => `${this.feature_names[k]} = ${show_number(value)}`).join(", ");
		return { formula, values: `At ${place}: z = ${show_number(z_there)}, a = ${show_number(all[l + 1][j])}` };
	}
}

Object.assign(nnteach, { NetworkView });
})();
