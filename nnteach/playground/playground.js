/*
The playground: a state, a network in training, and a form that shows both. The form is the
table of the controls. A field has the name of a setting, and the values that it may take. What
else is bound has attributes: data-do names the method that a click calls, data-load the one
that takes a file, data-if the facts without which a part is hidden, data-off those that disable
a button; data-text and data-label are texts with facts in braces.
*/
(() => {
"use strict";

const BUDGET = 22; // ms of training between two pictures
const LIVE = ["learning_rate_init", "momentum", "alpha", "max_iter", "measure", "scale", "hide"];
const FINE = 48, COARSE = 32, SMALL = 24, N_STEPS = 100;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0] };
const { DEFAULTS, ROOM, SETS, ensure, complete_state, settings_of, to_value, make_grid, show_number, fill } = nnteach;

const round = (value) => Number(value.toFixed(3));

class Playground {
	/** element holds a copy of playground.html; with address, the page's address keeps the state. */
	constructor(element, state = {}, { address = false } = {}) {
		const form = element.querySelector("form"), all = (selector) => [...form.querySelectorAll(selector)];
		Object.assign(this, { form, all, address, undos: [], lids: {}, runs: [], view: new nnteach.NetworkView(form) });
		this.bound = ["if", "off", "text", "label"].map((kind) => all(`[data-${kind}]`));
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
			const button = target.closest("button"), { do: action, seed } = button?.dataset ?? {};
			if (button?.ariaDisabled === "true") return;
			if (action) this[action]();
			if (seed) this.set({ random_state: Number(seed) });
			this.show();
		});
		on(this.view.box, "focusin pointerover", ({ target }) => this.choose(target.closest("button")));
		on(canvases.result, "pointermove pointerdown", (event) => this.point(event));
		on(canvases.result, "pointerleave", ({ pointerType }) => pointerType === "mouse" && this.move_to(null));
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
	take(field) {
		const { name, type, value: text, checked, files, dataset: { load, layer, place, weight } } = field;
		if (load) {
			files[0]?.text().then((text) => this.attempt(() => this[load](text)));
			field.value = ""; // so that the same file, mended, can be loaded again
		}
		if (!layer && !weight && !(name in DEFAULTS)) return this.draw();
		const like = layer ? DEFAULTS[layer][0] : (DEFAULTS[name] ?? 0);
		const value = type === "checkbox" ? checked : to_value(field.inputMode ? text.replace(",", ".") : text, like);
		this.check(field, value);
		if (layer) this.set({ [layer]: this.state[layer].with(place.split(",")[1], value) });
		else if (weight) this.set_weight(weight, value);
		else this.set(name === "data" && value === "points" ? this.own_points : { [name]: value });
	}

	/** Complain about a value that a field cannot have. */
	check({ type, labels, inputMode, options, dataset, min, max }, value) {
		const { from = min || -Infinity, to = max || Infinity, or, must = `a number from ${from} to ${to}` } = dataset, choices = options && [...options].map((option) => option.value);
		const is_number = Number.isFinite(value) && !(value < from || value > to) && (inputMode === "decimal" || Number.isInteger(value));
		const holds = choices ? choices.includes(String(value)) : !inputMode || is_number || String(value) === or;
		ensure(holds, `“${labels[0].firstChild.textContent.trim()}” must be ${choices ? `one of ${choices.join(", ")}` : must}. Got “${value}” instead; all stays as it was.`);
	}

	/** Change settings; a network goes on training where it can, and otherwise starts anew. */
	set(changes, kept) {
		const { state, net, data, ranges } = this, goes_on = Object.keys(changes).every((name) => LIVE.includes(name));
		this.begin(complete_state(changes, state), goes_on ? { net, data } : kept);
		this.undos.push(() => this.begin(state, { net, data, ranges }));
		this.show();
	}

	/** Show a state with its data, its network and the ranges of its axes, which are made unless they are given. */
	begin(state, { data, net, ranges } = {}) {
		const controls = this.all("[name], [data-layer], [data-part], [data-do]"), names_of = ({ name, dataset: { layer, part, do: action } }) => [name, layer, part, action];
		const can_hide = new Set(controls.flatMap(names_of).concat(Object.keys(DEFAULTS)).filter(Boolean)), wrong = state.hide.find((name) => !can_hide.has(name));
		ensure(!wrong, `“Hide” knows no '${wrong}', but ${[...can_hide].join(", ")}.`);
		for (const field of this.form.elements) {
			const { name, type } = field, value = state[name];
			if (!(name in state)) continue;
			this.check(field, value);
			if (type === "checkbox") field.checked = value;
			else field.value = value === Infinity ? "" : value;
		}
		data ??= nnteach.make_data(state);
		net ??= nnteach.start_net(state, data);
		for (const name of LIVE) {
			if (net[name] === undefined || net[name] === state[name]) continue;
			net.is_changed ||= net.n_iter_ > 0 && name !== "max_iter";
			net[name] = state[name];
		}
		if (net.stopped_by_ === "max_iter" || net.stopped_by_ === null) net.stopped_by_ = net.n_iter_ < state.max_iter ? null : "max_iter";
		const names = state.feature_names ?? (net.n_features_in_ === 2 ? ["x1", "x2"] : ["x"]), { n_added } = this.form.elements;
		const shape = String([names, net.network.layers.map(({ b }) => b.length), state.activation]), { random_state, ...key } = settings_of(state);
		Object.assign(this, { state, data, net, names, message: "", last_step: null, ranges: ranges ?? nnteach.ranges_of(data) });
		this.run_key = JSON.stringify([key, data.train, data.validation]);
		if (this.runs.key !== this.run_key) this.stop_starts();
		if (shape !== this.shape) this.view.build(net, names, (this.shape = shape));
		for (const control of this.all("[name], [data-layer], [data-part], [data-do]")) (control.closest("label") ?? control).classList.toggle("hidden", names_of(control).some((name) => state.hide.includes(name)));
		n_added.max = n_added.value = state.hidden_layer_sizes.at(-1) ?? 1;
		if (this.address) history.replaceState(null, "", (this.hash = nnteach.to_address(state)));
		this.pause();
		this.draw_runs();
	}

	// Training

	run() {
		const { net, form: { elements: { speed } } } = this;
		if (this.timer) return this.pause();
		let draw_again = 0, next_epoch = 0;
		const frame = () => {
			const start = performance.now(), is_fast = speed.value === "fast";
			this.timer = requestAnimationFrame(frame);
			if (!is_fast && start < next_epoch) return;
			do net.step();
			while (!this.end && performance.now() - start < BUDGET && (net.training.next || is_fast));
			if (this.end) return this.pause();
			const now = performance.now();
			if (!net.training.next) next_epoch = start + 1000 / (10 + net.n_iter_ / 5); // who watches, sees most in the first epochs
			if (now < draw_again) return;
			this.draw(COARSE);
			draw_again = 5 * performance.now() - 4 * now; // a fifth of the time
		};
		this.last_step = null;
		this.timer = requestAnimationFrame(frame);
	}

	/** Why the training is over, if it is. */
	get end() {
		const { net, data } = this;
		if (data.is_short) return "points";
		return net.n_iter_ > 0 && !Number.isFinite(net.loss_) ? "divergence" : net.stopped_by_;
	}

	pause() {
		cancelAnimationFrame(this.timer);
		this.timer = null;
		this.list_weights();
		this.draw();
	}

	step() {
		const { net } = this, { n_iter_, batch_size, training: { next, order } } = net, size = batch_size === "auto" ? 200 : batch_size;
		this.last_step = { step: next / size + 1, n_steps: Math.ceil(order.length / size), step_epoch: n_iter_ + 1, step_loss: net.step() };
		this.pause();
	}

	epoch() {
		this.last_step = null;
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
		this.undos.pop()();
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
		const { clientWidth, clientHeight } = this.canvases.result;
		this.move_to([(offsetX - ROOM.left) / (clientWidth - ROOM.left), 1 - offsetY / (clientHeight - ROOM.bottom)]);
		if (type === "pointerdown" || buttons) this.paint();
	}

	press(event) {
		const step = KEYS[event.key];
		if (!step) return;
		event.preventDefault();
		this.move_to((this.shares ?? [0.5, 0.5]).map((share, k) => share + step[k] / 40));
		if (event.key === "Enter") this.paint();
	}

	/** Move the cursor to shares of both axes, or take it away. */
	move_to(shares) {
		const { ranges: { x, y } } = this, at = ([low, high], share) => low + share * (high - low);
		this.shares = shares?.map((share) => Math.min(1, Math.max(0, share)));
		this.cursor = shares && [x, y].map((range, k) => at(range, this.shares[k]));
		this.show();
		this.draw_result();
		this.view.draw_numbers(this.net, this.probe);
	}

	get probe() {
		return this.cursor?.slice(0, this.names.length);
	}

	/** The points as the reader's own, with as many decimals as an address has room for. */
	get own_points() {
		const { data: { X, y, sizes, task, classes }, names: feature_names } = this;
		return { data: "points", X: X.map((x) => x.map(round)), y: classes ? [...y] : y.map(round), sizes: [...sizes], task, feature_names };
	}

	/** What the brush paints: the classes, and one more if they are numbers. */
	get labels() {
		const { classes, is_short } = this.data;
		if (!is_short) this.known = [...classes, ...(Number.isInteger(classes[0]) ? [Math.max(...classes) + 1] : [])];
		return this.known ?? [0, 1, 2];
	}

	/** Add a point at the cursor to those that are trained on, or take the nearest away. */
	paint() {
		const { form: { elements: { brush } }, data: { classes }, cursor, lid, ranges, own_points: own } = this, { X, y, sizes } = own;
		if (!brush.value || !cursor) return;
		if (brush.value === "remove") {
			const seen = X.slice(0, lid ? X.length : sizes[0] + sizes[1]);
			const distances = seen.map((x, i) => Math.hypot(...[...x, y[i]].slice(0, 2).map((value, k) => value - cursor[k]))), i = distances.indexOf(Math.min(...distances));
			if (i < 0) return;
			for (const array of [X, y]) array.splice(i, 1);
			sizes[i < sizes[0] ? 0 : i < sizes[0] + sizes[1] ? 1 : 2] -= 1;
		} else {
			X.splice(sizes[0], 0, this.probe.map(round));
			y.splice(sizes[0], 0, classes ? this.labels[brush.value] : round(cursor[1]));
			sizes[0] += 1;
		}
		this.set(own, { ranges });
	}

	clear() {
		const { form: { elements: { brush } }, data: { classes }, ranges, own_points: own } = this;
		this.set({ ...own, X: [], y: [], sizes: [0, 0, 0] }, { ranges });
		brush.value ||= classes ? "0" : "point";
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
		const { view, net, form } = this, [l, j] = view.chosen, { W, b, fan_in } = net.network.layers[l], list = form.querySelector("[data-weights]");
		if (list.children.length !== fan_in + 1) list.replaceChildren(...Array.from({ length: fan_in + 1 }, () => view.make("weight")));
		[...list.children].forEach(({ children: [name, field] }, k) => {
			name.textContent = k < fan_in ? `weight of ${view.name_of(l - 1, k)}` : "bias";
			field.value = k < fan_in ? W[j * fan_in + k] : b[j];
			field.dataset.weight = [l, k, j];
		});
	}

	/** Start from these weights, but for one; below those of a neuron stands its bias. */
	set_weight(place, value) {
		const { coefs_: coefs, intercepts_: intercepts } = this.net, [l, k, j] = place.split(",");
		(coefs[l][k] ?? intercepts[l])[j] = value;
		this.set({ coefs, intercepts });
	}

	// Twenty starts

	train_starts() {
		this.stop_starts();
		const { state, net, data, ranges, names, run_key: key } = this, runs = (this.runs = []);
		const job = { name: net.constructor.name, settings: settings_of(state), data: { ...data, f: null }, grid: make_grid(ranges, SMALL, names.length === 2) };
		Object.assign(runs, { key, job });
		this.end_starts = nnteach.train_starts(job, (run) => {
			runs.push(run);
			runs.sort((a, b) => a.seed - b.seed);
			if (runs.length === 20) this.stop_starts();
			this.show();
			this.draw_runs();
		});
	}

	stop_starts() {
		this.end_starts?.();
		this.end_starts = null;
	}

	/** The run whose start is the network's own. */
	get shown_run() {
		return this.state.coefs ? null : this.runs.find(({ seed }) => seed === this.state.random_state);
	}

	draw_runs() {
		const { runs, canvases, form, view, shown_run, state: { scale } } = this, { key, job } = runs, list = form.querySelector("[data-starts]");
		if (key !== this.run_key || !runs.length) return;
		const [measure, role] = job.data.validation ? ["val_loss", "validation"] : ["loss", "training"];
		const [low, median, high] = nnteach.band_of(runs.map((run) => run[measure])), lines = [[median, role, { width: 3 }], [shown_run?.[measure] ?? [], "text", { width: 1 }]];
		nnteach.draw_curves(canvases.band, lines, { log: scale === "log", label: "loss", bands: [[low, high, role]] });
		while (list.children.length < runs.length) list.append(view.make("start"));
		runs.forEach((run, i) => {
			const { seed, score, A } = run, button = list.children[i].firstElementChild, [canvas, text] = button.children, axes = nnteach.make_axes(canvas, this.ranges);
			button.dataset.seed = seed;
			button.ariaPressed = run === shown_run;
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
		const codes = this.all("[data-python]").map(({ dataset, content }) => [dataset.python, content.textContent]);
		this.copy(nnteach.python_script(this.state, this.net, this.data, Object.fromEntries(codes)));
	}

	copy_link() {
		this.copy(location.href);
	}

	save(text, download) {
		Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text])), download }).click();
	}

	save_points() {
		this.save(nnteach.write_csv({ ...this.data, feature_names: this.names }), "points.csv");
	}

	save_weights() {
		const { state: { hidden_layer_sizes, activation }, net: { coefs_: coefs, intercepts_: intercepts } } = this;
		this.save(JSON.stringify({ hidden_layer_sizes, activation, coefs, intercepts }), "weights.json");
	}

	load_points(text) {
		this.set({ ...nnteach.read_csv(text), coefs: null });
	}

	load_weights(text) {
		this.set(nnteach.read_weights(text));
	}

	// What is shown

	measure(set) {
		const network = this.net._forward(set.X, set.y);
		return { loss: network.objective(0), score: this.net._score(network) };
	}

	/** The network that the test set was shown, and how it did. A share ends with the same point, whatever its size. */
	get lid() {
		return this.lids[this.data.X.at(-1)];
	}

	lift() {
		const { net, data, state } = this, { loss, score } = this.measure(data.test);
		this.lids[data.X.at(-1)] = { net, lid_loss: loss, lid_score: score, lid_epoch: net.n_iter_, lid_seed: state.random_state };
		this.draw();
	}

	get facts() {
		const { state, net, data, names, lid, runs, last_step, shown_run } = this, { classes } = data, { val_loss, val_score } = net.history_;
		const is_loss = !val_loss || state.measure === "loss", score = classes ? "accuracy" : "R²", facts = { ...state, ...lid, lid, ...last_step, score, is_loss, classes, f: data.f };
		for (const name of SETS) {
			const { loss = "?", score = "?" } = this.measures[name] ?? {};
			Object.assign(facts, { [name]: data[name], [`n_${name}`]: data[name]?.X.length, [`${name}_loss`]: loss, [`${name}_score`]: score });
		}
		if (lid?.net === net) Object.assign(facts, { test_loss: lid.lid_loss, test_score: lid.lid_score });
		facts.n_runs = runs.key === this.run_key ? runs.length : 0;
		if (facts.n_runs === 20 && shown_run) Object.assign(facts, nnteach.luck_of([shown_run, ...runs.filter((run) => run !== shown_run)].map((run) => run.score)));
		return Object.assign(facts, this.view.describe(net, this.probe), {
			message: this.message,
			has_address: this.address,
			tol: net.tol,
			epoch: net.n_iter_,
			loss: net.n_iter_ ? net.loss_ : "?",
			end: this.end,
			is_running: this.timer,
			is_starting: this.end_starts,
			is_heavy: nnteach.is_heavy(state),
			is_short: data.is_short,
			is_wide: this.view.box.parentNode.scrollWidth > this.view.box.parentNode.parentNode.clientWidth,
			is_line: names.length === 1,
			n_undos: this.undos.length,
			n_parameters: nnteach.count_parameters([names.length, ...state.hidden_layer_sizes, net.n_outputs_]),
			ranked: data.validation ? `validation ${score}` : "training loss",
			...(classes && Object.fromEntries(this.labels.map((label, k) => [`class_${k}`, String(label)]))),
			legend: classes && classes.map((label, k) => `${"●■▲"[k % 3]} ${label}`).join(" "),
			best_epoch: val_loss?.length && 1 + (is_loss ? val_loss.indexOf(Math.min(...val_loss)) : val_score.indexOf(Math.max(...val_score))),
		});
	}

	/** Write the facts into the form, and hide what does not apply. */
	show() {
		const { facts, bound: [parts, buttons, texts, labels] } = this, holds = (test) => {
			const [name, value] = test.replace("!", "").split("=");
			return (value ? String(facts[name]) === value : Boolean(facts[name])) !== test.startsWith("!");
		};
		for (const part of parts) part.hidden = !part.dataset.if.split(" ").every(holds);
		for (const button of buttons) button.ariaDisabled = holds(button.dataset.off);
		for (const place of texts) {
			const text = fill(place.dataset.text, facts);
			if (place.textContent !== text) place.textContent = text;
		}
		for (const place of labels) place.ariaLabel = fill(place.dataset.label, facts);
		return facts;
	}

	draw(size = FINE) {
		const { state, net, data, ranges, canvases, names } = this, { history_ } = net, is_plane = names.length === 2;
		this.measures = data.is_short ? {} : { train: this.measure(data.train), validation: data.validation && this.measure(data.validation) };
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
		const { data, lid } = this, sets = [data.train, data.validation, lid && data.test];
		nnteach.draw_result(this.canvases.result, this.output, this.grid, this.ranges, data, sets, this.names, this.cursor);
	}
}

Object.assign(nnteach, { Playground });
})();
