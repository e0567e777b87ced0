/*
The playground: a state, a network in training, and a form that shows both. The form's fields
have the names of settings. What else is bound to it has attributes: data-do names the method
that a click calls, data-if the facts without which a part is hidden, data-text and data-label
are texts with facts in braces, data-load names the method that takes a file.
*/
(() => {
"use strict";

const BUDGET = 22; // ms of training between two pictures
const LIVE = ["learning_rate_init", "momentum", "alpha", "max_iter", "measure", "scale", "hide"];
const SETS = ["train", "validation", "test"], FINE = 64, COARSE = 32, SMALL = 24, N_STEPS = 100;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0] };
const { DEFAULTS, ROOM, complete_state, settings_of, to_value, make_grid, show_number, fill } = nnteach;

const round = (value) => Number(value.toFixed(3));

class Playground {
	/** element holds a copy of playground.html; with address, the page's address keeps the state. */
	constructor(element, state = {}, { address = false } = {}) {
		const form = element.querySelector("form"), all = (selector) => [...form.querySelectorAll(selector)];
		Object.assign(this, { form, address, undos: [], lids: {}, runs: [], view: new nnteach.NetworkView(form) });
		this.bound = ["if", "text", "label"].map((kind) => all(`[data-${kind}]`));
		this.canvases = Object.fromEntries(all("[data-draw]").map((canvas) => [canvas.dataset.draw, canvas]));
		const { hash } = location;
		this.begin(complete_state(state));
		if (address) this.attempt(() => this.read_address(hash));
		this.listen();
		form.playground = this;
		form.classList.add("started");
	}

	listen() {
		const { form, canvases } = this, on = (target, names, action) => {
			for (const name of names.split(" ")) target.addEventListener(name, (event) => this.attempt(() => action(event)));
		};
		on(form, "submit", (event) => event.preventDefault());
		on(form, "change", ({ target }) => this.take(target));
		on(form, "click", ({ target }) => {
			const { do: action, seed } = target.closest("button")?.dataset ?? {};
			if (action) this[action]();
			if (seed) this.set({ random_state: Number(seed) });
		});
		on(this.view.box, "focusin pointerover", ({ target }) => this.choose(target.closest("button")));
		on(canvases.result, "pointermove pointerdown", (event) => this.point(event));
		on(canvases.result, "pointerleave", () => this.move_to(null));
		on(canvases.result.parentNode, "keydown", (event) => this.press(event));
		const draw = () => (this.draw(), this.draw_runs());
		on(matchMedia("(prefers-color-scheme: dark)"), "change", draw);
		new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
		new ResizeObserver(() => form.clientWidth !== this.width && draw((this.width = form.clientWidth))).observe(form);
		if (this.address) on(window, "hashchange", () => location.hash !== this.hash && this.read_address(location.hash));
	}

	/** Do something; if it cannot be done, tell why, and show what holds. */
	attempt(action) {
		try {
			action();
		} catch (error) {
			this.begin(this.state, this);
			this.message = error.message;
			this.show();
		}
	}

	read_address(hash) {
		this.begin(complete_state(nnteach.from_address(hash)));
	}

	/** Take the value of a field. */
	take({ name, type, value, checked, files, dataset: { load, layer, place, weight } }) {
		const { state } = this, l = place?.split(",")[1];
		if (load) files[0].text().then((text) => this.attempt(() => this[load](text)));
		else if (layer) this.set({ [layer]: state[layer].with(l, to_value(value, state[layer][l])) });
		else if (weight) this.set_weight(weight, Number(value));
		else if (name === "n_added") this.draw();
		else if (value === "points" && name === "data") this.set(this.own_points);
		else if (name in DEFAULTS) this.set({ [name]: type === "checkbox" ? checked : to_value(value, DEFAULTS[name]) });
	}

	/** Change settings; a network goes on training where it can, and otherwise starts anew. */
	set(changes) {
		const { state, net, data } = this, goes_on = Object.keys(changes).every((name) => LIVE.includes(name));
		this.begin(complete_state(changes, state), goes_on ? { net, data } : {});
		this.undos.push(() => this.begin(state, { net, data }));
	}

	/** Show a state with its data and its network, which are made unless they are given. */
	begin(state, { data, net } = {}) {
		this.fill_fields(state);
		data ??= nnteach.make_data(state);
		net ??= nnteach.start_net(state, data);
		for (const name of LIVE) {
			if (net[name] === undefined || net[name] === state[name]) continue;
			net.is_changed ||= net.n_iter_ > 0 && name !== "max_iter";
			net[name] = state[name];
		}
		if (net.stopped_by_ === "max_iter" && state.max_iter > net.n_iter_) net.stopped_by_ = null;
		const names = state.feature_names ?? (net.n_features_in_ === 2 ? ["x1", "x2"] : ["x"]), { n_added } = this.form.elements;
		Object.assign(this, { state, data, net, names, message: "", ranges: nnteach.ranges_of(data) });
		this.view.build(net, names);
		n_added.max = state.hidden_layer_sizes.at(-1) ?? 1;
		n_added.value = n_added.max;
		if (this.address) history.replaceState(null, "", (this.hash = nnteach.to_address(state)));
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
			if (is_right) continue;
			const choices = min ? `a number from ${min} to ${max}` : `one of ${[...field.options].map((option) => option.value).join(", ")}`;
			throw new Error(`${name} must be ${choices}. Got '${value}' instead; all stays as it was.`);
		}
	}

	// Training

	run() {
		const { net, form } = this;
		if (this.timer || net.is_finished) return this.pause();
		let draw_again = 0;
		const frame = () => {
			const start = performance.now();
			do net.step();
			while (!this.has_ended() && performance.now() - start < BUDGET && (net.training.next || form.elements.speed.value === "fast"));
			if (this.has_ended()) return this.pause();
			this.timer = requestAnimationFrame(frame);
			const now = performance.now();
			if (now < draw_again) return;
			this.draw(COARSE);
			draw_again = 5 * performance.now() - 4 * now; // a fifth of the time
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
		this.list_weights();
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
		this.set({ coefs: this.state.coefs });
	}

	reseed() {
		this.set({ random_state: (this.state.random_state + 1) % 2 ** 32 });
	}

	undo() {
		this.undos.pop()?.();
	}

	add_layer() {
		const { hidden_layer_sizes: sizes } = this.state;
		this.set({ hidden_layer_sizes: [...sizes, sizes.at(-1) ?? 4] });
	}

	remove_layer() {
		this.set({ hidden_layer_sizes: this.state.hidden_layer_sizes.slice(0, -1) });
	}

	// The cursor, which reads and paints

	point({ type, buttons, offsetX, offsetY }) {
		const { clientWidth, clientHeight } = this.canvases.result, at = ([low, high], share) => low + share * (high - low);
		const shares = [(offsetX - ROOM.left) / (clientWidth - ROOM.left), 1 - offsetY / (clientHeight - ROOM.bottom)];
		this.move_to([at(this.ranges.x, shares[0]), at(this.ranges.y, shares[1])]);
		if (type === "pointerdown" || buttons) this.paint();
	}

	press(event) {
		const step = KEYS[event.key], { x, y } = this.ranges;
		if (!step) return;
		event.preventDefault();
		this.move_to([x, y].map(([low, high], k) => (this.cursor?.[k] ?? (low + high) / 2) + (step[k] * (high - low)) / 40));
		if (event.key === "Enter") this.paint();
	}

	move_to(cursor) {
		this.cursor = cursor;
		this.show();
		this.draw_result();
		this.view.draw_numbers(this.net, this.probe);
	}

	get probe() {
		return this.cursor?.slice(0, this.names.length);
	}

	/** The points as the reader's own, with as many decimals as an address has room for. */
	get own_points() {
		const { data: { X, y, task, classes }, names: feature_names } = this;
		return { data: "points", X: X.map((x) => x.map(round)), y: classes ? [...y] : y.map(round), task, feature_names };
	}

	/** Add a point at the cursor, or take the nearest away. */
	paint() {
		const { form: { elements: { brush } }, data: { classes }, cursor, own_points: own } = this, { X, y } = own;
		if (!brush.value || !cursor) return;
		if (brush.value === "remove") {
			const distances = X.map((x, i) => Math.hypot(...[...x, y[i]].slice(0, 2).map((value, k) => value - cursor[k])));
			for (const array of [X, y]) array.splice(distances.indexOf(Math.min(...distances)), 1);
		} else {
			X.push(this.probe.map(round));
			y.push(classes ? (classes[brush.value] ?? Number(brush.value)) : round(cursor[1]));
		}
		this.set(own);
	}

	// Neurons and weights

	choose(button) {
		if (!button) return;
		this.view.chosen = button.dataset.place.split(",").map(Number);
		this.list_weights();
		this.show();
		this.view.draw_numbers(this.net, this.probe);
	}

	list_weights() {
		const { view, net, form } = this, [l, j] = view.chosen, { W, b, fan_in } = net.network.layers[l];
		const fields = Array.from({ length: fan_in + 1 }, (_, k) => {
			const label = view.make("weight"), field = label.querySelector("input"), is_bias = k === fan_in;
			label.firstElementChild.textContent = is_bias ? "bias" : `weight of ${view.name_of(l - 1, k)}`;
			field.value = is_bias ? b[j] : W[j * fan_in + k];
			field.dataset.weight = [l, ...(is_bias ? ["b", j] : ["W", j * fan_in + k])];
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
		this.undos.push(() => (set(before), this.list_weights()));
		set(value);
	}

	// Twenty starts

	/** What the runs depend on: they are shown as long as it is the same. */
	get run_key() {
		return JSON.stringify([settings_of(this.state), this.data_key]);
	}

	train_starts() {
		this.stop_starts?.();
		const { state, net, data, ranges, names, run_key: key } = this, runs = [];
		const job = { name: net.constructor.name, settings: settings_of(state), data: { ...data, f: null }, grid: make_grid(ranges, SMALL, names.length === 2) };
		this.runs = Object.assign(runs, { key, job });
		this.stop_starts = nnteach.train_starts(job, (run) => {
			runs.push(run);
			runs.sort((a, b) => a.seed - b.seed);
			this.show();
			this.draw_runs();
		});
	}

	draw_runs() {
		const { runs, canvases, form, view, state: { scale } } = this, { key, job } = runs, list = form.querySelector("[data-starts]");
		if (key !== this.run_key || !runs.length) return;
		const [measure, role] = job.data.validation ? ["val_loss", "validation"] : ["loss", "training"];
		const [low, median, high] = nnteach.band_of(runs.map((run) => run[measure])), lines = [[median, role, { width: 3 }], [runs[0][measure], "text", { width: 1 }]];
		nnteach.draw_curves(canvases.band, lines, { log: scale === "log", label: "loss", bands: [[low, high, role]] });
		list.replaceChildren(...runs.map(() => view.make("start")));
		runs.forEach(({ seed, score, A }, i) => {
			const button = list.children[i].firstElementChild, [canvas, text] = button.children, axes = nnteach.make_axes(canvas, this.ranges);
			button.dataset.seed = seed;
			text.textContent = `seed ${seed}: ${show_number(Math.abs(score))}`;
			if (this.names.length === 2) nnteach.draw_map(axes, A, A.length / job.grid.length);
			else nnteach.draw_line(axes, job.grid.flat(), A, axes.colors.prediction);
		});
	}

	// Files

	copy(text) {
		const field = this.form.querySelector("[data-copied]");
		field.value = text;
		field.select();
		document.execCommand("copy");
	}

	copy_python() {
		const codes = [...this.form.querySelectorAll("[data-python]")].map(({ dataset, content }) => [dataset.python, content.textContent]);
		this.copy(nnteach.python_script(this.state, this.net, this.data, Object.fromEntries(codes)));
	}

	copy_link() {
		this.copy(location.href);
	}

	save(text, download) {
		Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text])), download }).click();
	}

	save_points() {
		this.save(nnteach.write_csv(this.data, this.names), "points.csv");
	}

	save_weights() {
		const { state: { hidden_layer_sizes, activation }, net: { coefs_: coefs, intercepts_: intercepts } } = this;
		this.save(JSON.stringify({ hidden_layer_sizes, activation, coefs, intercepts }), "weights.json");
	}

	load_points(text) {
		this.set({ X_val: null, ...nnteach.read_csv(text), coefs: null });
	}

	load_weights(text) {
		let weights;
		try {
			weights = JSON.parse(text);
		} catch (error) {
			throw new Error(`The file must be JSON with coefs and intercepts, as “Save the weights” writes it. ${error.message}; all stays as it was.`);
		}
		this.set(weights);
	}

	// What is shown

	/** What the points depend on; once seen, a test set is seen for all shares of them. */
	get data_key() {
		const { data, n_samples, noise, data_seed, function: f, X } = this.state;
		return JSON.stringify([data, n_samples, noise, data_seed, f, X]);
	}

	measure(set) {
		const network = this.net._forward(set.X, set.y);
		return { loss: network.objective(0), score: this.net._score(network) };
	}

	lift() {
		this.lids[this.data_key] = { ...this.measure(this.data.test), lid_epoch: this.net.n_iter_ };
		this.draw();
	}

	get facts() {
		const { state, net, data, names, runs } = this, { val_loss, val_score } = net.history_, lid = this.lids[this.data_key];
		const is_loss = !val_loss || state.measure === "loss", score = data.classes ? "accuracy" : "R²", { classes } = data;
		const facts = { ...state, ...lid, lid, score, is_loss, classes, f: data.f, message: this.message, has_address: this.address, tol: net.tol };
		for (const name of SETS) {
			const { loss = "?", score = "?" } = this.measures[name] ?? (name === "test" && lid) ?? {};
			Object.assign(facts, { [name]: data[name], [`n_${name}`]: data[name]?.X.length, [`${name}_loss`]: loss, [`${name}_score`]: score });
		}
		facts.n_runs = runs.key === this.run_key ? runs.length : 0;
		if (facts.n_runs === 20) Object.assign(facts, nnteach.luck_of(runs.map((run) => run.score)));
		return Object.assign(facts, this.view.describe(net, this.probe), {
			epoch: net.n_iter_,
			end: this.has_diverged() ? "divergence" : net.stopped_by_,
			n_parameters: nnteach.count_parameters([names.length, ...state.hidden_layer_sizes, net.n_outputs_]),
			ranked: data.validation ? `validation ${score}` : "training loss",
			...Object.fromEntries([0, 1, 2].map((k) => [`class_${k}`, (classes && classes[k]) ?? k])),
			legend: classes && classes.map((label, k) => `${"●■▲"[k % 3]} ${label}`).join(" "),
			is_made: state.data !== "points",
			is_split: state.data !== "points" || !state.X_val,
			is_line: names.length === 1,
			is_running: this.timer,
			best_epoch: val_loss?.length && 1 + (is_loss ? val_loss.indexOf(Math.min(...val_loss)) : val_score.indexOf(Math.max(...val_score))),
		});
	}

	/** Write the facts into the form, and hide what does not apply. */
	show() {
		const { facts, bound: [parts, texts, labels] } = this, holds = (test) => {
			const [name, value] = test.replace("!", "").split("=");
			return (value ? String(facts[name]) === value : Boolean(facts[name])) !== test.startsWith("!");
		};
		for (const part of parts) part.hidden = !part.dataset.if.split(" ").every(holds);
		for (const place of texts) {
			const text = fill(place.dataset.text, facts);
			if (place.textContent !== text) place.textContent = text;
		}
		for (const place of labels) place.ariaLabel = fill(place.dataset.label, facts);
		for (const name of facts.hide) {
			const parts = `label:has([name="${name}"], [data-layer="${name}"]), [data-part="${name}"], [data-do="${name}"]`;
			for (const part of this.form.querySelectorAll(parts)) part.hidden = true;
		}
		return facts;
	}

	draw(size = FINE) {
		const { state, net, data, ranges, canvases, names } = this, { history_ } = net, is_plane = names.length === 2;
		this.measures = { train: this.measure(data.train), validation: data.validation && this.measure(data.validation) };
		this.grid = make_grid(ranges, is_plane ? size : N_STEPS, is_plane);
		this.output = nnteach.layer_values(net, this.grid).at(-1);
		const { is_loss, best_epoch } = this.show(), measure = is_loss ? "loss" : "score";
		this.draw_result();
		if (!is_plane) nnteach.draw_units(canvases.units, net, ranges, Number(this.form.elements.n_added.value));
		this.view.draw_numbers(net, this.probe); // before the lines, since they move with it
		this.view.draw(net, ranges);
		const lines = [[history_[measure], "training"], [history_[`val_${measure}`] ?? [], "validation"]];
		nnteach.draw_curves(canvases.curves, lines, { log: is_loss && state.scale === "log", label: measure, best: best_epoch });
	}

	draw_result() {
		const { data, lids, data_key } = this, sets = [data.train, data.validation, lids[data_key] && data.test];
		nnteach.draw_result(this.canvases.result, this.output, this.grid, this.ranges, data, sets, this.names, this.cursor);
	}
}

Object.assign(nnteach, { Playground });
})();
