/*
The playground: a state, a network in training, and a form that shows both. The form is the table
of the controls: a field has the name of a setting and what it may be, a button the method that a
click calls (data-do), a part what must hold for it to be there (data-if) or to work (data-on), and
a text the places of the playground that it tells (data-text, data-label), such as {net.n_iter_}.
*/
(() => {
"use strict";

const BUDGET = 14; // ms of training in a frame of 16 ms
const LIVE = ["learning_rate_init", "momentum", "alpha", "max_iter", "measure", "scale", "hide"];
const FINE = 48, COARSE = 32, SMALL = 24, N_STEPS = 100;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0] };
const { DEFAULTS, ROOM, ensure, complete_state, settings_of, to_value, make_grid, show_number, fill } = nnteach;

const round = (value) => Number(value.toFixed(3));

class Playground {
	/** element holds a copy of playground.html; with address, the page's address keeps the state. */
	constructor(element, state = {}, { address = false } = {}) {
		const form = element.querySelector("form"), all = (selector) => [...form.querySelectorAll(selector)], { hash } = location;
		Object.assign(this, { form, all, address, undos: [], lids: {}, runs: [], view: new nnteach.NetworkView(form) });
		this.part_names = new Set([...form.innerHTML.matchAll(/data-part="(\w+)"/g)].map(([, name]) => name)); // in templates as well
		this.bound = ["if", "on", "text", "label"].map((kind) => all(`[data-${kind}]`));
		this.canvases = Object.fromEntries(all("[data-draw]").map((canvas) => [canvas.dataset.draw, canvas]));
		this.state = complete_state(state);
		if (address) this.attempt(() => this.read_address(hash));
		else this.begin(this.state);
		this.width = form.clientWidth; // that is drawn; another one is drawn anew
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
		const draw = () => this.draw();
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
		const { state } = this, { name, type, value: text, checked, files, inputMode, dataset: { load, layer, place, weight } } = field;
		if (load) {
			files[0]?.text().then((text) => this.attempt(() => this[load](text)));
			field.value = ""; // so that the same file, mended, can be loaded again
		} else if (layer || weight || name in state) {
			const like = layer ? DEFAULTS[layer][0] : (DEFAULTS[name] ?? 0);
			const value = type === "checkbox" ? checked : to_value(inputMode ? text.replace(",", ".") : text, like);
			this.check(field, value);
			if (layer) this.set({ [layer]: state[layer].with(place.split(",")[1], value) });
			else if (weight) this.set_weight(weight, value);
			else this.set(name === "data" && value === "points" ? this.own_points : { [name]: value });
		} else this.draw();
	}

	/** Complain about a value that a field cannot have. */
	check({ labels, inputMode, options, min, max, dataset }, value) {
		const { from = min || -Infinity, to = max || Infinity, or } = dataset, choices = options && [...options].map((option) => option.value);
		const is_number = value >= from && value <= to && (inputMode === "decimal" || Number.isInteger(value));
		const must = dataset.must ?? (choices ? `one of ${choices.join(", ")}` : `a number from ${from} to ${to}`);
		const holds = choices ? choices.includes(value) : !inputMode || (is_number && value !== "") || String(value) === or;
		ensure(holds, `“${labels[0].firstChild.textContent.trim()}” must be ${must}. Got “${value}” instead; all stays as it was.`);
	}

	/** Change settings; a network goes on training where it can, and otherwise starts anew. */
	set(changes, kept) {
		const { state, net, data, ranges } = this, goes_on = Object.keys(changes).every((name) => LIVE.includes(name));
		this.begin(complete_state(changes, state), goes_on ? { net, data } : kept);
		this.undos.push(() => this.begin(state, { net, data, ranges }));
		this.show();
	}

	/** Show a state with data, a network and ranges of the axes, which are made unless they are given. */
	begin(state, { data, net, ranges } = {}) {
		const { form, all, view, part_names } = this, { n_added } = form.elements, wrong = state.hide.find((name) => !part_names.has(name));
		ensure(!wrong, `“Hide” knows no '${wrong}', but ${[...part_names].join(", ")}.`);
		for (const field of form.elements) {
			const value = state[field.name];
			if (!(field.name in state)) continue;
			this.check(field, value);
			if (field.type === "checkbox") field.checked = value;
			else field.value = value === Infinity ? "" : value;
		}
		data ??= nnteach.make_data(state);
		net ??= nnteach.start_net(state, data);
		for (const name of LIVE) {
			if (!(name in net) || net[name] === state[name]) continue;
			net.is_changed ||= net.n_iter_ > 0 && name !== "max_iter";
			net[name] = state[name];
		}
		if ([null, "max_iter"].includes(net.stopped_by_)) net.stopped_by_ = net.n_iter_ < state.max_iter ? null : "max_iter";
		const names = state.feature_names ?? (net.n_features_in_ === 2 ? ["x1", "x2"] : ["x"]), shape = String([names, state.hidden_layer_sizes, state.activation, net.n_outputs_]);
		const run_key = JSON.stringify([{ ...settings_of(state), random_state: null }, data.train, data.validation]);
		if (run_key !== this.run_key) this.stop_starts((this.runs = []));
		if (shape !== this.shape) view.build(net, names);
		Object.assign(this, { state, data, net, names, shape, run_key, message: "", last_step: null, ranges: ranges ?? nnteach.ranges_of(data) });
		for (const part of all("[data-part]")) part.classList.toggle("hidden", state.hide.includes(part.dataset.part));
		n_added.max = n_added.value = state.hidden_layer_sizes.at(-1) ?? 1;
		this.hash = nnteach.to_address(state);
		this.is_heavy = state.coefs && !this.hash.includes("weights=");
		if (this.address) history.replaceState(null, "", this.hash);
		this.pause();
	}

	// Training

	run() {
		const { net, form: { elements: { speed } } } = this;
		if (this.timer) return this.pause();
		let draw_again = 0, next_epoch = 0, has_moved = false;
		const frame = (start) => {
			const is_fast = speed.value === "fast", end = performance.now() + BUDGET;
			this.timer = requestAnimationFrame(frame);
			if (has_moved && start >= draw_again) {
				this.draw(COARSE); // in a frame of its own, so that none is long
				draw_again = 5 * performance.now() - 4 * start; // a fifth of the time
				has_moved = false;
			} else if (is_fast || start >= next_epoch) {
				do net.step();
				while (!this.end && performance.now() < end && (net.training.next || is_fast));
				if (this.end) return this.pause();
				if (!net.training.next) next_epoch = start + 1000 / (10 + net.n_iter_ / 5); // the first epochs are slow to watch
				has_moved = true;
			}
		};
		this.last_step = null;
		this.timer = requestAnimationFrame(frame);
	}

	/** Why there is nothing to train, if so. */
	get end() {
		const { net, data } = this, has_diverged = net.n_iter_ > 0 && !Number.isFinite(net.loss_);
		return data.is_short ? "points" : has_diverged ? "divergence" : net.stopped_by_;
	}

	pause() {
		cancelAnimationFrame(this.timer);
		this.timer = null;
		this.list_weights();
		this.draw();
	}

	step() {
		const { net } = this, { n_iter_, batch_size, training: { next, order } } = net, size = batch_size === "auto" ? 200 : batch_size;
		this.last_step = { number: next / size + 1, of: Math.ceil(order.length / size), epoch: n_iter_ + 1, loss: net.step() };
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
		const { x, y } = this.ranges;
		this.shares = shares?.map((share) => Math.min(1, Math.max(0, share)));
		this.cursor = this.shares?.map((share, k) => (1 - share) * [x, y][k][0] + share * [x, y][k][1]);
		this.draw_numbers();
		this.draw_result();
	}

	get probe() {
		return this.cursor?.slice(0, this.names.length);
	}

	/** The points as the reader's own, with as many decimals as an address has room for. */
	get own_points() {
		const { data: { X, y, sizes, task, classes }, names: feature_names } = this;
		return { data: "points", X: X.map((x) => x.map(round)), y: classes ? [...y] : y.map(round), sizes: [...sizes], task, feature_names };
	}

	/** What the brush can paint: the classes, and one more if they are numbers. */
	get labels() {
		const { classes } = this.data;
		return classes.length > 1 ? [...classes, ...(Number.isInteger(classes[0]) ? [classes.at(-1) + 1] : [])] : classes && [0, 1, 2];
	}

	/** Add a point at the cursor to those that are trained on, or take the nearest away. */
	paint() {
		const { form: { elements: { brush } }, data: { classes }, cursor, lid, ranges, own_points: own } = this, { X, y, sizes } = own;
		if (!brush.value || !cursor) return;
		if (brush.value === "remove") {
			const shown = X.slice(0, lid ? X.length : sizes[0] + sizes[1]);
			const distances = shown.map((x, i) => Math.hypot(...[...x, y[i]].slice(0, 2).map((value, k) => value - cursor[k]))), i = distances.indexOf(Math.min(...distances));
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
		this.draw_numbers();
	}

	list_weights() {
		const { view, net } = this, [l, j] = view.chosen, { W, b, fan_in } = net.network.layers[l], [list] = this.all("[data-weights]");
		if (list.children.length !== fan_in + 1) list.replaceChildren(...Array.from({ length: fan_in + 1 }, () => view.make("weight")));
		[...list.children].forEach(({ children: [name, field] }, k) => {
			name.textContent = k < fan_in ? `weight of ${view.name_of(l - 1, k)}` : "bias";
			field.value = k < fan_in ? W[j * fan_in + k] : b[j];
			field.dataset.weight = [l, k, j];
		});
	}

	/** Start from the present weights, but for one; a neuron's bias follows its weights. */
	set_weight(place, value) {
		const { coefs_: coefs, intercepts_: intercepts } = this.net, [l, k, j] = place.split(",");
		(coefs[l][k] ?? intercepts[l])[j] = value;
		this.set({ coefs, intercepts });
	}

	// Twenty starts

	train_starts() {
		this.stop_starts();
		this.all("[data-starts]")[0].replaceChildren();
		const { state, net, data: { train, validation }, ranges, names } = this, runs = (this.runs = []);
		this.runs.grid = make_grid(ranges, SMALL, names.length === 2);
		this.end_starts = nnteach.train_starts({ name: net.constructor.name, settings: settings_of(state), train, validation, grid: runs.grid }, (run) => {
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

	/** The run from the network's own start. */
	get shown_run() {
		return this.state.coefs ? null : this.runs.find(({ seed }) => seed === this.state.random_state);
	}

	get luck() {
		const { runs, shown_run } = this, others = runs.filter((run) => run !== shown_run).map((run) => run.score);
		return runs.length === 20 && shown_run && nnteach.luck_of(shown_run.score, others);
	}

	draw_runs() {
		const { runs, canvases, view, shown_run, state, data, ranges } = this, [list] = this.all("[data-starts]");
		if (!runs.length) return;
		const [measure, role] = data.validation ? ["val_loss", "validation"] : ["loss", "training"], [low, median, high] = nnteach.band_of(runs.map((run) => run[measure]));
		const lines = [[median, role, { width: 3 }], [shown_run?.[measure] ?? [], "text", { width: 1 }]];
		nnteach.draw_curves(canvases.band, lines, { log: state.scale === "log", label: "loss", bands: [[low, high, role]] });
		runs.forEach((run, i) => {
			const item = list.children[i] ?? list.appendChild(view.make("start")), button = item.firstElementChild, [canvas, text] = button.children;
			button.dataset.seed = run.seed;
			button.ariaPressed = run === shown_run;
			text.textContent = `seed ${run.seed}: ${show_number(Math.abs(run.score))}`;
			const axes = nnteach.make_axes(canvas, ranges);
			if (runs.grid[0].length === 2) nnteach.draw_map(axes, run.A, run.A.length / runs.grid.length);
			else nnteach.draw_line(axes, runs.grid.flat(), run.A, axes.colors.prediction);
		});
	}

	// Files

	copy(text) {
		const [field] = this.all("[data-copied]");
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
		const { state: { activation }, net: { coefs_: coefs, intercepts_: intercepts } } = this;
		this.save(JSON.stringify({ activation, coefs, intercepts }), "weights.json");
	}

	load_points(text) {
		this.set({ ...nnteach.read_csv(text), coefs: null });
	}

	load_weights(text) {
		this.set(nnteach.read_weights(text));
	}

	// What is shown

	get measure() {
		return !this.data.validation ? "loss" : this.state.measure;
	}

	get is_line() {
		return this.names.length === 1;
	}

	get is_wide() {
		const { parentNode: { scrollWidth, parentNode: { clientWidth } } } = this.view.box;
		return scrollWidth > clientWidth;
	}

	get score_name() {
		return this.data.classes ? "accuracy" : "R²";
	}

	get best_epoch() {
		const values = this.net.history_[`val_${this.measure}`] ?? [], best = this.measure === "loss" ? Math.min : Math.max;
		return values.indexOf(best(...values)) + 1;
	}

	/** What the test set was when the lid was lifted. A share ends with the same point, whatever its size. */
	get lid() {
		return this.lids[this.data.X.at(-1)];
	}

	lift() {
		const { net, data, state } = this;
		this.lids[data.X.at(-1)] = { net, ...this.measures_of(data.test), epoch: net.n_iter_, seed: state.random_state };
		this.draw();
	}

	measures_of(set) {
		if (!set || this.data.is_short) return null;
		const network = this.net._forward(set.X, set.y);
		return { loss: network.objective(0), score: this.net._score(network) };
	}

	/** Write into the form what it tells, and hide what does not apply. */
	show() {
		const [parts, buttons, texts, labels] = this.bound, holds = (test) => {
			const [place, value] = test.replace("!", "").split("="), found = nnteach.look_up(this, place);
			return (value ? String(found) === value : Boolean(found)) !== test.startsWith("!");
		};
		for (const part of parts) part.hidden = !part.dataset.if.split(" ").every(holds);
		for (const button of buttons) button.ariaDisabled = !holds(button.dataset.on);
		for (const place of texts) {
			const text = fill(place.dataset.text, this);
			if (place.textContent !== text) place.textContent = text;
		}
		for (const place of labels) place.ariaLabel = fill(place.dataset.label, this);
	}

	draw(size = FINE) {
		const { state, net, data, lid, ranges, canvases, measure, is_line } = this, { history_ } = net;
		this.measures = { train: this.measures_of(data.train), validation: this.measures_of(data.validation), test: lid?.net === net && lid };
		this.grid = make_grid(ranges, is_line ? N_STEPS : size, !is_line);
		this.output = nnteach.layer_values(net, this.grid).at(-1);
		this.draw_numbers(); // before the lines, since they move with it
		this.draw_result();
		if (is_line) nnteach.draw_units(canvases.units, net, ranges, Number(this.form.elements.n_added.value));
		this.view.draw(net, ranges);
		const lines = [[history_[measure], "training"], [history_[`val_${measure}`] ?? [], "validation"]];
		nnteach.draw_curves(canvases.curves, lines, { log: measure === "loss" && state.scale === "log", label: measure, best: this.best_epoch });
		if (!this.timer) this.draw_runs();
	}

	draw_numbers() {
		this.neuron = this.view.describe(this.net, this.probe);
		this.show();
		this.view.draw_numbers(this.net, this.probe);
	}

	draw_result() {
		const { data, lid } = this, sets = [data.train, data.validation, lid && data.test];
		nnteach.draw_result(this.canvases.result, this.output, this.grid, this.ranges, data, sets, this.names, this.cursor);
	}
}

Object.assign(nnteach, { Playground });
})();
