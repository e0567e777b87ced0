/*
The playground: a state, a network in training, and a form that shows both. The form's fields
have the names of settings. What else is bound to it has attributes: data-do names the method
that a click calls, data-if the fact without which a part is hidden, data-text and data-label
texts with facts in braces, data-load the method that reads a file.
*/
(() => {
"use strict";

const BUDGET = 22; // ms of training between two pictures
const LIVE = ["learning_rate_init", "momentum", "alpha", "max_iter", "measure", "scale", "hide"];
const SETS = ["train", "validation", "test"], FINE = 80, COARSE = 32, SMALL = 24;
const { show_number } = nnteach;

/** A text with facts for the names in braces. */
function fill(text, facts) {
	return text.replace(/\{(\w+)\}/g, (_, name) => (typeof facts[name] === "number" ? show_number(facts[name], 4) : facts[name]));
}

class Playground {
	constructor(element, state = {}, { address = false } = {}) {
		const form = element.querySelector("form"), all = (selector) => [...form.querySelectorAll(selector)];
		Object.assign(this, { form, address, undos: [], lifted: {}, message: "", runs: [], view: new nnteach.NetworkView(form) });
		this.places = { if: all("[data-if]"), text: all("[data-text]"), label: all("[data-label]") };
		this.canvases = Object.fromEntries(all("[data-draw]").map((canvas) => [canvas.dataset.draw, canvas]));
		this.listen();
		this.begin(nnteach.complete_state(state));
		if (address) this.read_address();
	}

	listen() {
		const { form } = this, draw = () => this.draw(), on = (target, names, action) => {
			for (const name of names.split(" ")) target.addEventListener(name, (event) => this.attempt(() => action(event)));
		};
		on(form, "submit", (event) => event.preventDefault());
		on(form, "click", ({ target }) => this[target.closest("[data-do]")?.dataset.do]?.());
		on(form, "change", ({ target }) => this.take(target));
		on(this.view.box, "focusin pointerover", ({ target }) => this.choose(target.closest("button")));
		const result = this.canvases.result.parentNode;
		on(result, "pointermove pointerdown", (event) => this.point(event));
		on(result, "pointerleave", () => this.move_to(null));
		on(result, "keydown", (event) => this.press(event));
		on(matchMedia("(prefers-color-scheme: dark)"), "change", draw);
		new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
		new ResizeObserver(draw).observe(form);
		if (this.address) on(window, "hashchange", () => location.hash !== this.hash && this.read_address());
	}

	/** Do something, and tell what was wrong with it. */
	attempt(action) {
		try {
			action();
		} catch (error) {
			this.message = error.message;
			this.show();
		}
	}

	read_address() {
		this.attempt(() => location.hash && this.begin(nnteach.complete_state(nnteach.from_address(location.hash))));
	}

	/** Take the value of a field. */
	take({ name, type, value, checked, files, dataset: { load, layer, place, weight } }) {
		const { hidden_layer_sizes, activation } = this.state, l = place?.split(",")[1];
		if (load) files[0].text().then((text) => this.attempt(() => this[load](text)));
		else if (layer === "width") this.set({ hidden_layer_sizes: hidden_layer_sizes.with(l, Number(value)), coefs: null });
		else if (layer) this.set({ activation: activation.with(l, value), coefs: null });
		else if (weight) this.set_weight(weight, Number(value));
		else if (name === "n_added") this.draw();
		else if (name in nnteach.DEFAULTS) this.set({ [name]: type === "checkbox" ? checked : nnteach.to_value(value, nnteach.DEFAULTS[name]) });
	}

	/** Change settings; a network goes on training where it can, and otherwise starts anew. */
	set(changes) {
		const { state, net, data } = this, goes_on = Object.keys(changes).every((name) => LIVE.includes(name));
		this.begin(nnteach.complete_state(changes, state), goes_on ? { net, data } : {});
		this.undos.push(() => this.begin(state, { net, data }));
	}

	/** Show a state with its data and its network, which are made unless they are given. */
	begin(state, { data, net } = {}) {
		this.fill_fields(state);
		data ??= nnteach.make_data(state);
		net ??= nnteach.start_net(state, data);
		for (const name of LIVE) if (name in net && net[name] !== state[name]) {
			net.is_changed ||= net.n_iter_ > 0 && name !== "max_iter";
			net[name] = state[name];
		}
		if (net.stopped_by_ === "max_iter" && state.max_iter > net.n_iter_) net.stopped_by_ = null;
		const names = net.n_features_in_ === 2 ? ["x1", "x2"] : ["x"];
		Object.assign(this, { state, data, net, message: "", ranges: nnteach.ranges_of(data), names: state.feature_names ?? names });
		this.view.build(net, this.names);
		this.form.elements.n_added.max = this.form.elements.n_added.value = state.hidden_layer_sizes.at(-1) ?? 1;
		if (this.address) history.replaceState(null, "", (this.hash = nnteach.to_address(state)));
		this.choose();
		this.pause();
	}

	/** Give the fields the values of a state; complain about one that a field cannot have. */
	fill_fields(state) {
		for (const field of this.form.elements) {
			const { name, type, min, max } = field, value = state[name] === Infinity ? "" : state[name];
			if (!(name in state)) continue;
			if (type === "checkbox") field.checked = value;
			else field.value = value;
			const is_right = type === "select-one" ? field.value : field.validity.valid && (field.value || type !== "number");
			if (!is_right) {
				if (this.state) this.fill_fields(this.state);
				throw new Error(`${name} must be ${min ? `a number from ${min}${max && ` to ${max}`}` : "one of the choices"}. Got '${value}' instead; it stays as it was.`);
			}
		}
	}

	// Training

	run() {
		if (this.timer) return this.pause();
		const { net } = this, is_fast = () => this.form.elements.speed.value === "fast";
		this.draw_again = 0;
		const frame = () => {
			const start = performance.now();
			do net.step();
			while (!this.has_ended() && performance.now() - start < BUDGET && (net.training.next || is_fast()));
			if (this.has_ended()) return this.pause();
			const now = performance.now();
			if (now > this.draw_again) {
				this.draw(COARSE);
				this.draw_again = 5 * performance.now() - 4 * now; // a fifth of the time
			}
			this.timer = requestAnimationFrame(frame);
		};
		this.timer = requestAnimationFrame(frame);
		this.show();
	}

	has_ended() {
		return this.net.is_finished || this.has_diverged();
	}

	has_diverged() {
		return this.net.n_iter_ > 0 && !Number.isFinite(this.net.loss_);
	}

	pause() {
		cancelAnimationFrame(this.timer);
		this.timer = null;
		this.draw();
	}

	step() {
		this.net.step();
		this.pause();
	}

	epoch() {
		this.net.epoch();
		this.pause();
	}

	restart() {
		this.set({ random_state: this.state.random_state });
	}

	reseed() {
		this.set({ random_state: (this.state.random_state + 1) % 2 ** 32, coefs: null });
	}

	undo() {
		this.undos.pop()?.();
	}

	add_layer() {
		const sizes = this.state.hidden_layer_sizes;
		this.set({ hidden_layer_sizes: [...sizes, sizes.at(-1) ?? 4], coefs: null });
	}

	remove_layer() {
		this.set({ hidden_layer_sizes: this.state.hidden_layer_sizes.slice(0, -1), coefs: null });
	}

	// The cursor, which reads and paints

	point({ type, buttons, clientX, clientY, target }) {
		const box = target.getBoundingClientRect(), { x, y } = this.ranges, at = ([low, high], share) => low + share * (high - low);
		const [left, bottom] = this.names.length === 2 ? [0, 0] : [44, 30];
		this.move_to([at(x, (clientX - box.left - left) / (box.width - left)), at(y, 1 - (clientY - box.top) / (box.height - bottom))]);
		if (type === "pointerdown" || buttons) this.paint();
	}

	press(event) {
		const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
		if (!step && event.key !== "Enter") return;
		event.preventDefault();
		if (!step) return this.paint();
		const ranges = [this.ranges.x, this.ranges.y];
		this.move_to(ranges.map(([low, high], k) => (this.cursor?.[k] ?? (low + high) / 2) + (step[k] * (high - low)) / 40));
	}

	move_to(cursor) {
		this.cursor = cursor;
		this.draw();
	}

	get probe() {
		return this.cursor?.slice(0, this.names.length);
	}

	/** Add a point at the cursor, or take the nearest away; the data become the reader's own. */
	paint() {
		const { brush } = this.form.elements, { X, y, task, classes } = this.data, { cursor, names } = this;
		if (!brush.value || !cursor) return;
		const round = (value) => Number(value.toFixed(3)), own = { X: X.map((x) => x.map(round)), y: classes ? [...y] : y.map(round) };
		if (brush.value === "remove") {
			const distances = X.map((x, i) => Math.hypot(...[...x, y[i]].slice(0, 2).map((value, k) => value - cursor[k])));
			const nearest = distances.indexOf(Math.min(...distances));
			for (const array of [own.X, own.y]) array.splice(nearest, 1);
		} else {
			own.X.push(this.probe.map(round));
			own.y.push(classes ? (classes[brush.value] ?? Number(brush.value)) : round(cursor[1]));
		}
		this.set({ data: "points", task, feature_names: names, ...own });
		this.move_to(cursor);
	}

	// Neurons and weights

	choose(button) {
		if (button) this.view.chosen = button.dataset.place.split(",").map(Number);
		else if (button === null) return;
		this.list_weights();
		this.draw();
	}

	list_weights() {
		const { view, net, form } = this, [l, j] = view.chosen, { W, b, fan_in } = net.network.layers[l];
		const fields = Array.from({ length: fan_in + 1 }, (_, k) => {
			const label = view.make("weight"), field = label.querySelector("input");
			label.firstElementChild.textContent = k < fan_in ? `weight of ${view.name_of(l - 1, k)}` : "bias";
			field.value = k < fan_in ? W[j * fan_in + k] : b[j];
			field.dataset.weight = [l, k < fan_in ? "W" : "b", k < fan_in ? j * fan_in + k : j];
			return label;
		});
		form.querySelector("[data-weights]").replaceChildren(...fields);
	}

	set_weight(place, value) {
		const [l, name, i] = place.split(","), { net } = this, array = net.network.layers[l][name], before = array[i];
		const set = (value) => {
			array[i] = value;
			net.is_changed = true;
			this.draw();
		};
		this.undos.push(() => set(before));
		set(value);
	}

	// Twenty starts

	train_starts() {
		this.stop_starts?.();
		const { state, net, data, ranges, names, form, view } = this, list = form.querySelector("[data-starts]");
		const grid = nnteach.make_grid(ranges, SMALL, names.length === 2);
		this.runs = [];
		list.replaceChildren();
		this.stop_starts = nnteach.train_starts(net.constructor.name, nnteach.settings_of(state), data, grid, (run) => {
			const item = view.make("start"), { history, A, seed } = run;
			this.runs.push(run);
			list.append(item);
		});
	}

	// What is shown

	measure({ X, y }) {
		return { loss: this.net._forward(X, y).objective(0), score: this.net.score(X, y) };
	}

	/** What of the test set was seen, and when. */
	get seen() {
		const { data, n_samples, noise, data_seed, function: f, X } = this.state;
		return JSON.stringify([data, n_samples, noise, data_seed, f, X]);
	}

	lift() {
		this.lifted[this.seen] = { ...this.measure(this.data.test), epoch: this.net.n_iter_ };
		this.show();
	}

	show() {
		const { state, net, data, form, names } = this, { history_: history } = net, lid = this.lifted[this.seen];
		const facts = { ...state, message: this.message, epoch: net.n_iter_, hash: this.hash, has_address: this.address };
		for (const name of SETS) {
			const found = !data[name] || (name === "test" && !lid) ? {} : name === "test" ? lid : this.measure(data[name]);
			Object.assign(facts, { [name]: data[name], [`n_${name}`]: data[name]?.X.length, [`${name}_loss`]: found.loss ?? "?", [`${name}_score`]: found.score ?? "?" });
		}
		const { val_loss, val_score } = history, measure = val_loss ? state.measure : "loss";
		Object.assign(facts, this.view.describe(net, this.probe), {
			n_parameters: nnteach.count_parameters([names.length, ...state.hidden_layer_sizes, net.n_outputs_]),
			score: data.classes ? "accuracy" : "R²", lid_epoch: lid?.epoch, is_made: state.data !== "points", is_split: !state.X_val || state.data !== "points",
			is_line: names.length === 1, is_loss: measure === "loss", is_changed: net.is_changed, is_running: this.timer, can_undo: this.undos.length,
			end: this.has_diverged() ? "divergence" : net.stopped_by_,
			best_epoch: val_loss && (measure === "loss" ? val_loss.indexOf(Math.min(...val_loss)) : val_score.indexOf(Math.max(...val_score))) + 1,
		});
		const holds = (test) => {
			const [name, value] = test.replace("!", "").split("=");
			return (value ? String(facts[name]) === value : Boolean(facts[name])) !== test.startsWith("!");
		};
		for (const place of this.places.if) place.hidden = !place.dataset.if.split(" ").every(holds);
		for (const place of this.places.text) {
			const text = fill(place.dataset.text, facts);
			if (place.textContent !== text) place.textContent = text;
		}
		for (const place of this.places.label) place.setAttribute("aria-label", fill(place.dataset.label, facts));
		for (const name of state.hide) {
			for (const part of form.querySelectorAll(`label:has([name="${name}"]), [data-part="${name}"]`)) part.hidden = true;
		}
		return { lid, measure, best: facts.best_epoch };
	}

	draw(size = FINE) {
		const { state, net, data, ranges, canvases } = this, { lid, measure, best } = this.show(), { history_: history } = net;
		nnteach.draw_result(canvases.result, net, data, ranges, [data.train, data.validation, lid && data.test], this.cursor, size);
		if (this.names.length === 1) nnteach.draw_units(canvases.units, net, ranges, Number(this.form.elements.n_added.value));
		this.view.draw(net, ranges, this.probe);
		const lines = [[history[measure], "training"], ...(history.val_loss ? [[history[`val_${measure}`], "validation"]] : [])];
		nnteach.draw_curves(canvases.curves, lines, { log: measure === "loss" && state.scale === "log", label: measure, best });
	}
}

Object.assign(nnteach, { Playground });
})();
