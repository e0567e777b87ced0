/*
nnteach's networks in a browser: the same seed gives the same loss curve as in Python.

    const net = new nnteach.MLPClassifierNet({ hidden_layer_sizes: [8, 8], random_state: 0 });
    net.fit(X, y, { X_val, y_val }).score(X, y); // validation data are optional
    net.start(X, y); while (!net.is_finished) net.step(); // or net.epoch()

Learning rate, momentum and alpha may change between steps.
*/
// a function, since workers are made from its text
const make_nnteach = () => {
"use strict";

// Samples are columns, as in the lessons: an array for n samples has a row for each feature
// or neuron, and its entry (k, i) stands at k * n + i.

class Layer {
	constructor(below, name, fan_in, fan_out, take) {
		[this.W, this.dW] = take(fan_in * fan_out);
		[this.b, this.db] = take(fan_out);
		Object.assign(this, { below, fan_in, activation: ACTIVATIONS[name] ?? SOFTMAX, arrays: {} });
	}

	/** Compute A from the layer below, for n samples. */
	forward(n) {
		const { below, W, b, fan_in } = this;
		const [Z, A, D] = (this.arrays[n] ??= repeat(3, () => new Float64Array(b.length * n)));
		Object.assign(this, { n, Z, A, D });
		b.forEach((bias, j) => Z.fill(bias, j * n, (j + 1) * n));
		add_product(Z, n, W, fan_in, 1, below.A, n, 1); // Z = W A + b
		this.activation.forward(A, Z, n); // A = g(Z)
	}

	/** Compute dE/dW and dE/db from D = dE/dZ, then D of the layer below. */
	backward() {
		const { below, W, D, dW, db, fan_in, n } = this;
		add_product(dW.fill(0), fan_in, D, n, 1, below.A, 1, n); // dE/dW = D Aᵀ
		db.forEach((_, j) => (db[j] = sum(D.subarray(j * n, (j + 1) * n)))); // the rows' sums
		if (!below.D) return;
		add_product(below.D.fill(0), n, W, 1, fan_in, D, n, 1); // dE/dA = Wᵀ D
		below.activation.backward(below.D, below.A, below.Z); // D = dE/dA ⊙ g'(Z)
	}
}

/** Add F B to C of n columns. The next row of F is f_down entries on, the next column f_across. */
function add_product(C, n, F, f_down, f_across, B, b_down, b_across) {
	const n_rows = C.length / n, n_inner = F.length / n_rows;
	// blocks of 2 × 4 use each number read more than once; at the edge they repeat entries
	for (let i = 0; i < n; i += 4) {
		const i1 = Math.min(i + 1, n - 1), i2 = Math.min(i + 2, n - 1), i3 = Math.min(i + 3, n - 1);
		for (let j = 0; j < n_rows; j += 2) {
			const c = j * n, d = Math.min(j + 1, n_rows - 1) * n;
			let c0 = C[c + i], c1 = C[c + i1], c2 = C[c + i2], c3 = C[c + i3];
			let d0 = C[d + i], d1 = C[d + i1], d2 = C[d + i2], d3 = C[d + i3];
			let f = j * f_down, g = (d / n) * f_down, p = i * b_across, q = i1 * b_across, r = i2 * b_across, s = i3 * b_across;
			for (let k = 0; k < n_inner; k++) {
				const F0 = F[f], F1 = F[g], B0 = B[p], B1 = B[q], B2 = B[r], B3 = B[s];
				c0 += F0 * B0, c1 += F0 * B1, c2 += F0 * B2, c3 += F0 * B3;
				d0 += F1 * B0, d1 += F1 * B1, d2 += F1 * B2, d3 += F1 * B3;
				f += f_across, g += f_across, p += b_down, q += b_down, r += b_down, s += b_down;
			}
			C[c + i] = c0, C[c + i1] = c1, C[c + i2] = c2, C[c + i3] = c3;
			C[d + i] = d0, C[d + i1] = d1, C[d + i2] = d2, C[d + i3] = d3;
		}
	}
}

// Activations: the value a at z, and its slope there

const logistic = (z) => 1 / (1 + Math.exp(-z)), phi = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Distribution function of the standard normal (Abramowitz and Stegun, 26.2.11). */
function Phi(z) {
	if (!(Math.abs(z) < 9)) return (1 + Math.sign(z)) / 2;
	let term = z, total = 0;
	for (let k = 3; total !== total + term; term *= (z * z) / k, k += 2) total += term;
	return 0.5 + total * phi(z);
}

const entrywise = (value, slope) => ({
	forward(A, Z) {
		for (let i = 0; i < Z.length; i++) A[i] = value(Z[i]);
	},
	backward(D, A, Z) {
		for (let i = 0; i < D.length; i++) D[i] *= slope(A[i], Z[i]);
	},
});

const ACTIVATIONS = {
	identity: entrywise((z) => z, () => 1),
	logistic: entrywise(logistic, (a) => a * (1 - a)),
	tanh: entrywise((z) => 1 - 2 / (Math.exp(2 * z) + 1), (a) => 1 - a * a), // faster than V8's
	relu: entrywise((z) => (z < 0 ? 0 : z), (a) => (a > 0 ? 1 : 0)),
	leaky_relu: entrywise((z) => (z < 0 ? 0.01 * z : z), (a) => (a > 0 ? 1 : 0.01)),
	elu: entrywise((z) => (z < 0 ? Math.expm1(z) : z), (a) => (a > 0 ? 1 : a + 1)),
	gelu: entrywise((z) => z * Phi(z), (a, z) => Phi(z) + z * phi(z)),
	silu: entrywise((z) => z * logistic(z), (a, z) => logistic(z) * (1 + z * (1 - logistic(z)))),
	softplus: entrywise((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), (a) => -Math.expm1(-a)),
};

const SOFTMAX = {
	forward(A, Z, n) {
		for (let i = 0; i < n; i++) {
			let largest = -Infinity, total = 0;
			for (let k = i; k < Z.length; k += n) largest = Math.max(largest, Z[k]);
			for (let k = i; k < Z.length; k += n) total += A[k] = Math.exp(Z[k] - largest);
			for (let k = i; k < Z.length; k += n) A[k] /= total;
		}
	},
};

const log = (p) => Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON)); // finite

// With the output activation of each loss, dE/dZ is A - Y: of the sum over the outputs
const squared_error = (a, y) => (a - y) ** 2 / 2;
const log_loss = (a, y) => (y ? -log(a) : 0), binary_log_loss = (a, y) => -log(y ? a : 1 - a);

class Network {
	constructor(sizes, activations, loss) {
		const n_parameters = sum(activations.map((_, l) => (sizes[l] + 1) * sizes[l + 1]));
		const [theta, gradient] = repeat(2, () => new Float64Array(n_parameters));
		let below = {}, start = 0;
		const take = (length) => {
			start += length;
			return [theta, gradient].map((all) => all.subarray(start - length, start));
		};
		Object.assign(this, { activations, loss, theta, gradient, inputs: below });
		this.layers = activations.map((name, l) => (below = new Layer(below, name, sizes[l], sizes[l + 1], take)));
	}

	/** Go forward with samples, or with some of them. */
	forward({ X, Y, n }, chosen) {
		const take = (array) => (array && chosen ? take_columns(array, n, chosen) : array);
		this.inputs.A = take(X);
		this.n = chosen?.length ?? n;
		for (const layer of this.layers) layer.forward(this.n);
		return Object.assign(this, { A: this.layers.at(-1).A, Y: take(Y) });
	}

	/** Compute the gradient of scale · loss + penalty / 2 · squared weights. */
	backward(scale, penalty) {
		const { A, Y, layers } = this, { D } = layers.at(-1);
		for (let i = 0; i < D.length; i++) D[i] = (A[i] - Y[i]) * scale;
		for (const layer of layers.toReversed()) layer.backward();
		for (const { W, dW } of layers) for (let i = 0; i < W.length; i++) dW[i] += penalty * W[i];
	}

	/** Mean loss plus penalty. */
	objective(alpha) {
		const { n, A, Y, loss, layers } = this;
		let total = 0, squared_weights = 0;
		for (let i = 0; i < A.length; i++) total += loss(A[i], Y[i]);
		for (const { W } of layers) for (let i = 0; i < W.length; i++) squared_weights += W[i] * W[i];
		if (loss === squared_error) total /= A.length / n; // the mean over the outputs
		return (total + (alpha / 2) * squared_weights) / n;
	}

	is_finite() {
		return this.theta.every(Number.isFinite);
	}
}

function sum(values) {
	let total = 0;
	for (let i = 0; i < values.length; i++) total += values[i];
	return total;
}

const repeat = (length, make) => Array.from({ length }, (_, i) => make(i));
const to_columns = (rows) => Float64Array.from(rows[0].flatMap((_, k) => rows.map((row) => row[k])));
const to_rows = (columns, n) => repeat(n, (i) => repeat(columns.length / n, (k) => columns[k * n + i]));

function take_columns(source, n, columns) {
	const taken = new Float64Array((source.length / n) * columns.length);
	for (let k = 0, next = 0; k < source.length; k += n) {
		for (let i = 0; i < columns.length; i++) taken[next++] = source[k + columns[i]];
	}
	return taken;
}

// Solvers: each makes a step of the parameters θ, at the rate η

const SOLVERS = {
	sgd({ theta, gradient }, { s }, { learning_rate_init: eta, momentum: mu, nesterovs_momentum }) {
		for (let i = 0; i < theta.length; i++) {
			s[i] = mu * s[i] - eta * gradient[i];
			theta[i] += nesterovs_momentum ? mu * s[i] - eta * gradient[i] : s[i];
		}
	},
	adam({ theta, gradient }, { m, v, t }, { learning_rate_init: eta, beta_1, beta_2, epsilon }) {
		const rate = (eta * Math.sqrt(1 - beta_2 ** t)) / (1 - beta_1 ** t);
		for (let i = 0; i < theta.length; i++) {
			m[i] = beta_1 * m[i] + (1 - beta_1) * gradient[i];
			v[i] = beta_2 * v[i] + (1 - beta_2) * gradient[i] * gradient[i];
			theta[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
		}
	},
};

// Parameters: the default, what it must be, and a test

const float = (range, is_inside) => [`a float in the range ${range}`, (x) => Number.isFinite(x) && is_inside(x)];
const count = ["an int in the range [1, inf)", (x) => Number.isInteger(x) && x >= 1];
const boolean = ["a boolean", (x) => typeof x === "boolean"];
const from_0 = float("[0, inf)", (x) => x >= 0), above_0 = float("(0, inf)", (x) => x > 0);
const below_1 = float("[0, 1)", (x) => x >= 0 && x < 1);
const one_of = (...names) => [`one of ${show(names)}`, (x) => names.includes(x)];
const or = ([a, is_a], [b, is_b]) => [`${a} or ${b}`, (x) => is_a(x) || is_b(x)];
const one_or_many = ([one, is_one]) => [`${one} or an array of these`, (x) => [x].flat().every(is_one)];
const is_seed = (x) => x === null || x instanceof RandomState || x >>> 0 === x;
const random_state = ["an int in the range [0, 4294967295], a RandomState or null", is_seed];

const PARAMETERS = {
	hidden_layer_sizes: [[100], one_or_many(count)],
	activation: ["relu", one_or_many(one_of(...Object.keys(ACTIVATIONS)))],
	solver: ["adam", one_of(...Object.keys(SOLVERS))],
	alpha: [0.0001, from_0],
	batch_size: ["auto", or(count, one_of("auto"))],
	learning_rate: ["constant", one_of("constant")],
	learning_rate_init: [0.001, above_0],
	max_iter: [200, count],
	shuffle: [true, boolean],
	random_state: [null, random_state],
	tol: [0.0001, from_0],
	momentum: [0.9, or(below_1, one_of(1))],
	nesterovs_momentum: [true, boolean],
	early_stopping: [false, boolean],
	beta_1: [0.9, below_1],
	beta_2: [0.999, below_1],
	epsilon: [1e-8, above_0],
	n_iter_no_change: [10, or(count, one_of(Infinity))],
	scoring: [null, one_of("loss", null)],
};

function with_defaults(owner, given, parameters) {
	const names = Object.keys(parameters), unknown = Object.keys(given).find((name) => !names.includes(name));
	ensure(!unknown, `${owner} has no parameter '${unknown}', but ${names.join(", ")}.`);
	return check_values(owner, { ...Object.fromEntries(names.map((name) => [name, parameters[name][0]])), ...given }, parameters);
}

function check_values(owner, values, parameters) {
	for (const [name, [, [must, holds]]] of Object.entries(parameters)) {
		ensure(holds(values[name]), `The '${name}' parameter of ${owner} must be ${must}.`, values[name]);
	}
	return values;
}

/** Check that all rows have as many numbers; return how many. */
function check_rows(rows, name, n_numbers = rows?.[0]?.length, each = "sample") {
	ensure(rows?.length && n_numbers, `${name} must be an array of arrays.`, rows);
	const wrong = rows.findIndex((row) => row?.length !== n_numbers || !row.every(Number.isFinite));
	ensure(wrong < 0, `${name} must have ${n_numbers} finite numbers for each ${each}.`, rows[wrong]);
	return n_numbers;
}

function ensure(holds, message, ...got) {
	if (!holds) throw new Error(message + got.map((value) => ` Got ${show(value)} instead.`).join(""));
}

function show(value) {
	if (typeof value === "string") return `'${value}'`;
	return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}

class MLPNet {
	constructor(parameters = {}) {
		Object.assign(this, with_defaults(this.constructor.name, parameters, PARAMETERS));
	}

	/** Train to the end; early stopping keeps the weights of the best epoch. */
	fit(X, y, validation_set) {
		this.start(X, y, validation_set);
		while (!this.is_finished) this.epoch();
		const message = "Solver produced non-finite parameter weights: scale X, or lower learning_rate_init.";
		ensure(this.network.is_finite(), message);
		return this;
	}

	/** Begin a training that step and epoch go on with. */
	start(X, y, validation_set) {
		const holds = validation_set?.X_val || !this.early_stopping;
		ensure(holds, "early_stopping=true needs validation data: pass { X_val, y_val } after y.");
		return this.initialize(X, y, validation_set)._begin(true);
	}

	/** Draw the starting weights, and train nothing. */
	initialize(X, y, { X_val, y_val } = {}) {
		const { name } = this.constructor, { activation, hidden_layer_sizes } = check_values(name, this, PARAMETERS);
		const hidden = [hidden_layer_sizes].flat(), n = hidden.length;
		const activations = Array.isArray(activation) ? activation : hidden.map(() => activation), m = activations.length;
		const must = `The 'activation' parameter of ${name} must be one name, or one for each hidden layer.`;
		ensure(m === n, `${must} Got ${m} names for ${n} hidden layers.`);
		ensure(!X_val === !y_val, "X_val and y_val must be given together.");
		const draft = Object.create(this); // if the data are wrong, this stays as it was
		draft.n_features_in_ = check_rows(X, "X");
		const loss = draft._learn(y), samples = draft._encode_samples(X, y);
		const validation = X_val && draft._encode_samples(X_val, y_val, "_val");
		const sizes = [draft.n_features_in_, ...hidden, draft.n_outputs_], random = new RandomState(this.random_state);
		const network = new Network(sizes, [...activations, draft.out_activation_], loss);
		network.layers.forEach(({ fan_in, W, b }, l) => {
			// the output is drawn like the last hidden layer
			const rule = activations[Math.min(l, n - 1)] ?? activation;
			const bound = Math.sqrt((rule === "logistic" ? 2 : 6) / (fan_in + b.length));
			const draw = () => random.uniform(-bound, bound);
			W.set(to_columns(repeat(fan_in, () => repeat(b.length, draw))));
			b.set(repeat(b.length, draw));
		});
		Object.assign(this, draft, { network, samples, validation, random, n_layers_: sizes.length });
		return this._begin(false);
	}

	/** Set all weights and biases; a training begins anew from them. */
	set_weights(coefs, intercepts) {
		const { layers } = this._fitted_network();
		layers.forEach(({ fan_in, b }, l) => {
			ensure(coefs[l]?.length === fan_in, `coefs[${l}] must have ${fan_in} rows.`, coefs[l]?.length);
			check_rows([...coefs[l], intercepts[l]], `coefs[${l}], intercepts[${l}]`, b.length, "row");
		});
		layers.forEach(({ W, b }, l) => (W.set(to_columns(coefs[l])), b.set(intercepts[l])));
		return this._begin(this.training);
	}

	/** Forget all training; begin another one if wanted. */
	_begin(wanted) {
		const { network: { theta }, samples, validation, early_stopping } = this;
		const [best, s, m, v] = repeat(4, () => new Float64Array(theta.length)), order = new Int32Array(samples.n).map((_, i) => i);
		best.set(theta);
		return Object.assign(this, {
			training: wanted && { order, next: 0, loss: 0, t: 0, n_unimproved: 0, best, best_score: -Infinity, s, m, v },
			history_: { loss: [], learning_rate: [], ...(validation && { val_loss: [], score: [], val_score: [] }) },
			validation_scores_: early_stopping ? [] : null,
			...{ stopped_by_: null, n_iter_: 0, t_: 0 },
		});
	}

	get best_loss_() {
		return this.early_stopping ? null : -this.training.best_score;
	}

	get best_validation_score_() {
		return this.early_stopping ? this.training.best_score : null;
	}

	get is_finished() {
		return !this.training || this.stopped_by_ !== null;
	}

	/** Make one update; return the objective of its batch before it. */
	step() {
		ensure(!this.is_finished, "No training is going on: call start or fit.");
		const { training, network, alpha, batch_size } = this, { order, next } = training;
		if (next === 0 && this.shuffle) this.random.shuffle(order);
		const { n } = network.forward(this.samples, order.subarray(next, next + (batch_size === "auto" ? 200 : batch_size)));
		const objective = network.objective(alpha);
		network.backward(1 / n, alpha / n);
		training.t += 1;
		SOLVERS[this.solver](network, training, this);
		training.loss += (n * objective) / order.length;
		training.next += n;
		if (training.next === order.length) this._end_epoch();
		return objective;
	}

	/** Make the updates that the epoch still lacks; return its loss. */
	epoch() {
		do this.step();
		while (this.training.next > 0);
		return this.loss_;
	}

	_end_epoch() {
		const { training, network, history_, samples, validation, early_stopping } = this;
		history_.loss.push(training.loss);
		history_.learning_rate.push(this.learning_rate_init);
		if (validation) {
			history_.score.push(this._score(network.forward(samples)));
			history_.val_score.push(this._score(network.forward(validation)));
			history_.val_loss.push(network.objective(0));
		}
		this.n_iter_ += 1;
		this.t_ += samples.n;
		const n_unimproved = this._has_improved() ? 0 : training.n_unimproved + 1;
		Object.assign(training, { next: 0, loss: 0, n_unimproved });
		if (this.n_iter_ >= this.max_iter) this.stopped_by_ = "max_iter";
		if (!Number.isFinite(this.loss_) && !network.is_finite()) this.stopped_by_ = "divergence";
		if (n_unimproved > this.n_iter_no_change) this.stopped_by_ = "n_iter_no_change";
		if (this.is_finished && early_stopping) network.theta.set(training.best);
	}

	/** Whether the epoch is better by tol than all before; what is not finite is not. */
	_has_improved() {
		const { training, history_, early_stopping, scoring } = this, { best, best_score } = training;
		const by_score = early_stopping && scoring !== "loss", losses = early_stopping ? history_.val_loss : history_.loss;
		const watched = by_score ? history_.val_score.at(-1) : -losses.at(-1);
		const score = Number.isFinite(watched) ? watched : NaN;
		this.validation_scores_?.push(score);
		if (score > best_score) {
			training.best_score = score;
			best.set(this.network.theta);
		}
		return score >= best_score + this.tol;
	}

	_encode_samples(X, y, ending = "") {
		const n = X?.length;
		check_rows(X, "X" + ending, this.n_features_in_);
		ensure(!y || y.length === n, `y${ending} must have ${n} targets, one for each sample.`, y?.length);
		return { n, X: to_columns(X), Y: y && this._encode(y, "y" + ending) };
	}

	_fitted_network() {
		ensure(this.network, "This network is not fitted yet: call fit, start or initialize first.");
		return this.network;
	}

	/** The network after a forward pass of these samples. */
	_forward(X, y) {
		return this._fitted_network().forward(this._encode_samples(X, y));
	}

	/** Activations of each hidden layer, by samples. */
	hidden_activations(X) {
		return this._forward(X).layers.slice(0, -1).map(({ A, n }) => to_rows(A, n));
	}

	/** The objective, and its gradient for coefs_ and for intercepts_. */
	loss_and_gradients(X, y) {
		const network = this._forward(X, y), { n, A, layers, loss } = network;
		// solvers step along the gradient of the sum over the outputs
		network.backward(1 / (loss === squared_error ? A.length : n), this.alpha / n);
		const of_coefs = layers.map(({ dW, fan_in }) => to_rows(dW, fan_in));
		return [network.objective(this.alpha), of_coefs, layers.map(({ db }) => [...db])];
	}

	get coefs_() {
		return this.network.layers.map(({ W, fan_in }) => to_rows(W, fan_in));
	}

	get intercepts_() {
		return this.network.layers.map(({ b }) => [...b]);
	}

	get loss_curve_() {
		return this.history_.loss;
	}

	get loss_() {
		return this.history_.loss.at(-1) ?? NaN;
	}

	/** Accuracy of a classifier, R² of a regressor. */
	score(X, y) {
		return this._score(this._forward(X, y));
	}
}

class MLPClassifierNet extends MLPNet {
	predict(X) {
		return likeliest(this._forward(X)).map((k) => this.classes_[k]);
	}

	predict_proba(X) {
		const { A, n } = this._forward(X), rows = to_rows(A, n);
		return this.n_outputs_ === 1 ? rows.map(([p]) => [1 - p, p]) : rows;
	}

	/** Learn the classes; return the loss. */
	_learn(y) {
		const classes_ = [...new Set(y)].sort((a, b) => (a < b ? -1 : 1)), is_binary = classes_.length === 2;
		const are_strings = classes_.every((label) => typeof label === "string");
		const holds = classes_.length > 1 && (are_strings || classes_.every(Number.isInteger));
		const must = "y must have two or more classes, all integers or all strings; for numbers there is MLPRegressorNet.";
		ensure(holds, must, classes_.slice(0, 5));
		const n_outputs_ = is_binary ? 1 : classes_.length;
		Object.assign(this, { classes_, n_outputs_, out_activation_: is_binary ? "logistic" : "softmax" });
		return is_binary ? binary_log_loss : log_loss;
	}

	/** Zeros and ones for each class, or for the second of two. */
	_encode(y, name) {
		const { classes_ } = this, wrong = y.find((label) => !classes_.includes(label));
		ensure(wrong === undefined, `${name} must have the classes ${show(classes_)}.`, wrong);
		const columns = classes_.slice(-this.n_outputs_);
		return to_columns(Array.from(y, (label) => columns.map((other) => Number(other === label))));
	}

	_score({ A, Y, n }) {
		const right = likeliest({ A: Y, n });
		return likeliest({ A, n }).filter((k, i) => k === right[i]).length / n;
	}
}

/** Each sample's likeliest class. */
function likeliest({ A, n }) {
	return repeat(n, (i) => {
		if (A.length === n) return A[i] > 0.5 ? 1 : 0;
		let best = 0;
		for (let k = 1; k * n < A.length; k++) if (A[k * n + i] > A[best * n + i]) best = k;
		return best;
	});
}

class MLPRegressorNet extends MLPNet {
	predict(X) {
		const { A, n } = this._forward(X);
		return this.n_outputs_ === 1 ? [...A] : to_rows(A, n);
	}

	_learn(y) {
		Object.assign(this, { n_outputs_: check_rows(as_rows(y), "y"), out_activation_: "identity" });
		return squared_error;
	}

	_encode(y, name) {
		check_rows(as_rows(y), name, this.n_outputs_);
		return to_columns(as_rows(y));
	}

	_score({ A, Y, n }) {
		const of_outputs = repeat(this.n_outputs_, (k) => {
			const y = Y.subarray(k * n, (k + 1) * n), mean = sum(y) / n;
			const residual = sum(y.map((y_i, i) => (y_i - A[k * n + i]) ** 2));
			const total = sum(y.map((y_i) => (y_i - mean) ** 2));
			return total > 0 ? 1 - residual / total : Number(residual === 0);
		});
		return sum(of_outputs) / this.n_outputs_;
	}
}

const as_rows = (y) => Array.from(y ?? [], (target) => [target].flat());

/** numpy's RandomState, a Mersenne Twister. */
class RandomState {
	constructor(seed) {
		if (seed instanceof RandomState) return seed;
		const key = new Uint32Array(624);
		key[0] = seed ?? Math.random() * 2 ** 32;
		for (let i = 1; i < 624; i++) key[i] = Math.imul(1812433253, key[i - 1] ^ (key[i - 1] >>> 30)) + i;
		Object.assign(this, { key, position: 0, normals: [] });
	}

	_next_uint32() {
		const { key } = this, i = this.position;
		this.position = (i + 1) % 624;
		let y = (key[i] & 0x80000000) | (key[this.position] & 0x7fffffff);
		y = key[i] = key[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
		y ^= y >>> 11;
		y ^= (y << 7) & 0x9d2c5680;
		y ^= (y << 15) & 0xefc60000;
		return (y ^ (y >>> 18)) >>> 0;
	}

	/** In [0, 1), of 53 bits. */
	random_sample() {
		const high = this._next_uint32() >>> 5, low = this._next_uint32() >>> 6;
		return (high * 2 ** 26 + low) / 2 ** 53;
	}

	uniform(low, high) {
		return low + (high - low) * this.random_sample();
	}

	/** An integer in [low, high). */
	randint(low, high) {
		const largest = high - 1 - low, mask = 2 ** 32 / 2 ** Math.clz32(largest) - 1;
		if (largest === 0) return low;
		let drawn;
		do drawn = (this._next_uint32() & mask) >>> 0;
		while (drawn > largest);
		return low + drawn;
	}

	shuffle(array) {
		for (let i = array.length - 1; i > 0; i--) {
			const j = this.randint(0, i + 1);
			[array[i], array[j]] = [array[j], array[i]];
		}
	}

	/** Marsaglia's polar method makes two at a time. */
	normal(mean = 0, deviation = 1) {
		while (!this.normals.length) {
			const u = 2 * this.random_sample() - 1, v = 2 * this.random_sample() - 1;
			const square = u * u + v * v, factor = Math.sqrt((-2 * Math.log(square)) / square);
			if (square > 0 && square < 1) this.normals.push(factor * u, factor * v);
		}
		return mean + deviation * this.normals.pop();
	}
}

const checks = { with_defaults, count, boolean, from_0, below_1, or, one_of, random_state };
return { MLPClassifierNet, MLPRegressorNet, RandomState, checks };
};
const nnteach = make_nnteach();
