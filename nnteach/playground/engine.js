/*
nnteach's networks in a browser: the same seed gives the same loss curve as in Python.

    const { X, y } = nnteach.make_moons({ noise: 0.2, random_state: 0 });
    const net = new nnteach.MLPClassifierNet({ hidden_layer_sizes: [8, 8], random_state: 0 });
    net.fit(X, y).score(X, y);  // with a validation set: fit(X, y, { X_val, y_val })

fit is made of steps, between which a page can draw:

    net.start(X, y);            // draws the starting weights
    net.step();                 // one update; returns the objective of its batch
    net.epoch();                // updates to the end of the epoch; returns its loss
    net.is_finished             // and net.stopped_by_ says why

Parameters, methods and fitted attributes are Python's. Learning rate,
momentum and alpha may change between steps. coefs_ and intercepts_ are copies.
*/
// a function, so that a worker can be given its text where no file can be loaded
const make_nnteach = () => {
"use strict";

// The layer. Samples are columns, as in the lessons: an array for n samples has a row for
// each feature or neuron, and its entry (k, i) stands at k * n + i.

class Layer {
	constructor(below, activation, [fan_in, fan_out], take) {
		Object.assign(this, { below, activation, fan_in, arrays: {} });
		[this.W, this.dW] = take(fan_in * fan_out);
		[this.b, this.db] = take(fan_out);
	}

	/** Compute A from the layer below, for n samples. */
	forward(n) {
		const { below, W, b, fan_in } = this;
		const [Z, A, D] = (this.arrays[n] ??= repeat(3, () => new Float64Array(b.length * n)));
		Object.assign(this, { n, Z, A, D });
		b.forEach((bias, j) => Z.fill(bias, j * n, (j + 1) * n));
		add_product(Z, W, fan_in, 1, below.A, n); // Z = W A + b
		this.activation.forward(A, Z, n); // A = g(Z)
	}

	/** Compute dE/dW and dE/db from D = dE/dZ, then D of the layer below. */
	backward() {
		const { below, W, D, dW, db, fan_in, n } = this;
		add_product(dW.fill(0), D, n, 1, transpose(below.A, n), fan_in); // dE/dW = D Aᵀ
		for (let j = 0; j < db.length; j++) db[j] = sum(D, j * n, (j + 1) * n); // row sums of D
		if (!below.D) return;
		add_product(below.D.fill(0), W, 1, fan_in, D, n); // dE/dA = Wᵀ D
		below.activation.backward(below.D, below.A, below.Z); // D = dE/dA ⊙ g'(Z)
	}
}

/** Add F B to C, whose rows have n entries; entry (j, k) of F is F[j * down + k * across]. */
function add_product(C, F, down, across, B, n) {
	const n_rows = C.length / n, inner = B.length / n;
	for (let j = 0; j < n_rows; j += 2) {
		const c0 = j * n, c1 = c0 + n, is_pair = j + 1 < n_rows;
		let k = 0, f = j * down;
		// two rows of C and four of B at a time: what is read once is used twice or more
		for (; is_pair && k + 3 < inner; k += 4, f += 4 * across) {
			const f0 = F[f], f1 = F[f + across], f2 = F[f + 2 * across], f3 = F[f + 3 * across];
			const g = f + down, b0 = k * n, b1 = b0 + n, b2 = b1 + n, b3 = b2 + n;
			const g0 = F[g], g1 = F[g + across], g2 = F[g + 2 * across], g3 = F[g + 3 * across];
			for (let i = 0; i < n; i++) {
				const x0 = B[b0 + i], x1 = B[b1 + i], x2 = B[b2 + i], x3 = B[b3 + i];
				C[c0 + i] += f0 * x0 + f1 * x1 + f2 * x2 + f3 * x3;
				C[c1 + i] += g0 * x0 + g1 * x1 + g2 * x2 + g3 * x3;
			}
		}
		for (; k < inner; k++, f += across) {
			add_row(F[f], B, k * n, C, c0, n);
			if (is_pair) add_row(F[f + down], B, k * n, C, c1, n);
		}
	}
}

/** Add a multiple of n entries of B, from b on, to those of C from c on. */
function add_row(factor, B, b, C, c, n) {
	for (let i = 0; i < n; i++) C[c + i] += factor * B[b + i];
}

function transpose(A, n) {
	const transposed = new Float64Array(A.length), n_rows = A.length / n;
	for (let k = 0, next = 0; k < n_rows; k++) {
		for (let i = k; i < A.length; i += n_rows) transposed[i] = A[next++];
	}
	return transposed;
}

function sum(values, start = 0, end = values.length) {
	let total = 0;
	for (let i = start; i < end; i++) total += values[i];
	return total;
}

// Activations and losses

/** An activation: its value at z, and its slope there from a = g(z), and from z if need be. */
function entrywise(value, slope) {
	return {
		forward(A, Z) {
			for (let i = 0; i < Z.length; i++) A[i] = value(Z[i]);
		},
		backward(D, A, Z) {
			for (let i = 0; i < D.length; i++) D[i] *= slope(A[i], Z[i]);
		},
	};
}

const logistic = (z) => 1 / (1 + Math.exp(-z));

/** Distribution function of the standard normal (Abramowitz and Stegun, 26.2.11). */
function normal_distribution(z) {
	let term = Math.abs(z) < 9 ? z : 0, total = 0;
	for (let k = 3; total + term !== total; k += 2) {
		total += term;
		term *= (z * z) / k;
	}
	return total === 0 ? (1 + Math.sign(z)) / 2 : 0.5 + total * normal_density(z);
}

const normal_density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

const ACTIVATIONS = {
	identity: entrywise((z) => z, () => 1),
	logistic: entrywise(logistic, (a) => a * (1 - a)),
	tanh: entrywise((z) => 1 - 2 / (Math.exp(2 * z) + 1), (a) => 1 - a * a), // faster than V8's
	relu: entrywise((z) => (z < 0 ? 0 : z), (a) => (a > 0 ? 1 : 0)),
	leaky_relu: entrywise((z) => (z < 0 ? 0.01 * z : z), (a) => (a > 0 ? 1 : 0.01)),
	elu: entrywise((z) => (z < 0 ? Math.expm1(z) : z), (a) => (a > 0 ? 1 : a + 1)),
	gelu: entrywise(
		(z) => z * normal_distribution(z),
		(a, z) => normal_distribution(z) + z * normal_density(z)
	),
	silu: entrywise((z) => z * logistic(z), (a, z) => logistic(z) * (1 + z * (1 - logistic(z)))),
	softplus: entrywise(
		(z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
		(a) => -Math.expm1(-a)
	),
};
const HIDDEN_ACTIVATIONS = Object.keys(ACTIVATIONS);

ACTIVATIONS.softmax = {
	forward(A, Z, n) {
		for (let i = 0; i < n; i++) {
			let largest = -Infinity, total = 0;
			for (let k = i; k < Z.length; k += n) largest = Math.max(largest, Z[k]);
			for (let k = i; k < Z.length; k += n) total += A[k] = Math.exp(Z[k] - largest);
			for (let k = i; k < Z.length; k += n) A[k] /= total;
		}
	},
};

/** Each has its output activation, with which dE/dZ is A - Y: the sum over the outputs. */
const LOSSES = {
	squared_error: { ell: (a, y) => (a - y) ** 2 / 2, averages_outputs: true },
	log_loss: { ell: (a, y) => (y ? -safe_log(a) : 0) },
	binary_log_loss: { ell: (a, y) => -safe_log(y ? a : 1 - a) },
};

/** Logarithm of a probability, kept finite. */
function safe_log(p) {
	return Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
}

class Network {
	constructor(layer_sizes, activations, loss) {
		const shapes = activations.map((_, l) => layer_sizes.slice(l, l + 2));
		const n_parameters = sum(shapes.map(([fan_in, fan_out]) => (fan_in + 1) * fan_out));
		const [theta, gradient] = repeat(2, () => new Float64Array(n_parameters));
		Object.assign(this, { activations, loss, theta, gradient, inputs: {} });
		let below = this.inputs, end = 0;
		const take = (length) => ((end += length), [theta, gradient].map((all) => all.subarray(end - length, end)));
		this.layers = shapes.map((shape, l) => (below = new Layer(below, ACTIVATIONS[activations[l]], shape, take)));
	}

	/** Go forward with these of the samples. */
	forward({ X, Y, n }, rows = arange(n)) {
		this.inputs.A = take_columns(X, n, rows);
		for (const layer of this.layers) layer.forward(rows.length);
		const { A } = this.layers.at(-1);
		return Object.assign(this, { n: rows.length, A, Y: Y && take_columns(Y, n, rows) });
	}

	/** Compute the gradient of scale · loss + penalty / 2 · squared weights. */
	backward(scale, penalty) {
		const { A, Y, layers } = this, { D } = layers.at(-1);
		for (let i = 0; i < D.length; i++) D[i] = (A[i] - Y[i]) * scale;
		for (let l = layers.length - 1; l >= 0; l--) layers[l].backward();
		for (const { W, dW } of layers) add_row(penalty, W, 0, dW, 0, W.length);
	}

	/** Mean loss plus penalty. */
	objective(alpha) {
		const { n, A, Y, loss, layers } = this;
		let total = 0;
		for (let i = 0; i < A.length; i++) total += loss.ell(A[i], Y[i]);
		if (loss.averages_outputs) total /= A.length / n;
		const squared_weights = sum(layers.map(({ W }) => sum(W.map((w) => w * w))));
		return (total + (alpha / 2) * squared_weights) / n;
	}

	is_finite() {
		return this.theta.every(Number.isFinite);
	}
}

function to_columns(rows) {
	return transpose(rows.flatMap((row) => [...row]), rows[0].length);
}

function to_rows(columns, n) {
	return repeat(n, (i) => repeat(columns.length / n, (k) => columns[k * n + i]));
}

function take_columns(source, n, columns) {
	const taken = new Float64Array((source.length / n) * columns.length);
	for (let k = 0, next = 0; k < source.length; k += n) {
		for (const i of columns) taken[next++] = source[k + i];
	}
	return taken;
}

function repeat(length, make) {
	return Array.from({ length }, (_, i) => make(i));
}

function arange(n) {
	return Int32Array.from({ length: n }, (_, i) => i);
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

const number = (range, is_inside) => [`a float in the range ${range}`, (x) => Number.isFinite(x) && is_inside(x)];
const count = ["an int in the range [1, inf)", (x) => Number.isInteger(x) && x >= 1];
const boolean = ["a boolean", (x) => typeof x === "boolean"];
const from_0 = number("[0, inf)", (x) => x >= 0), above_0 = number("(0, inf)", (x) => x > 0);
const below_1 = number("[0, 1)", (x) => x >= 0 && x < 1);
const one_of = (...names) => [`one of ${show(names)}`, (x) => names.includes(x)];
const or = ([a, is_a], [b, is_b]) => [`${a} or ${b}`, (x) => is_a(x) || is_b(x)];
const one_or_many = ([one, is_one]) => [`${one} or an array of these`, (x) => [x].flat().every(is_one)];
const random_state = [
	"an int in the range [0, 4294967295], a RandomState or null",
	(x) => x === null || x instanceof RandomState || x >>> 0 === x,
];

const PARAMETERS = {
	hidden_layer_sizes: [[100], one_or_many(count)],
	activation: ["relu", one_or_many(one_of(...HIDDEN_ACTIVATIONS))],
	solver: ["adam", one_of("sgd", "adam")],
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
	const values = {}, names = Object.keys(parameters);
	for (const name of names) [values[name]] = parameters[name];
	const unknown = Object.keys(given).find((name) => !(name in values));
	ensure(!unknown, `${owner} has no parameter '${unknown}', but ${names.join(", ")}.`);
	check_values(owner, Object.assign(values, given), parameters);
	return values;
}

function check_values(owner, values, parameters) {
	for (const [name, [, [must, holds]]] of Object.entries(parameters)) {
		const demand = `The '${name}' parameter of ${owner} must be ${must}.`;
		ensure(holds(values[name]), `${demand} Got ${show(values[name])} instead.`);
	}
}

/** Check that rows have equally many numbers; return how many. */
function check_rows(rows, name, n_numbers = rows?.[0]?.length, each = "sample") {
	ensure(rows?.length && n_numbers, `${name} must be an array of arrays. Got ${show(rows)} instead.`);
	const wrong = rows.findIndex((row) => row?.length !== n_numbers || !row.every(Number.isFinite));
	const demand = `${name} must have ${n_numbers} finite numbers for each ${each}.`;
	ensure(wrong < 0, `${demand} Got ${show(rows[wrong])} instead.`);
	return n_numbers;
}

function ensure(holds, message) {
	if (!holds) throw new Error(message);
}

function show(value) {
	if (typeof value === "string") return `'${value}'`;
	return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}

// The estimators

class MLPNet {
	constructor(parameters = {}) {
		Object.assign(this, with_defaults(this.constructor.name, parameters, PARAMETERS));
	}

	/** Train to the end; early stopping keeps the weights of the best epoch. */
	fit(X, y, validation_set) {
		this.start(X, y, validation_set);
		while (!this.is_finished) this.epoch();
		ensure(
			this.network.is_finite(),
			"Solver produced non-finite parameter weights: scale X, or lower learning_rate_init."
		);
		return this;
	}

	/** Draw the starting weights, and train nothing. */
	initialize(X, y, { X_val, y_val } = {}) {
		const { name } = this.constructor, hidden = [this.hidden_layer_sizes].flat();
		check_values(name, this, PARAMETERS);
		const is_one = typeof this.activation === "string";
		const activations = is_one ? hidden.map(() => this.activation) : this.activation;
		ensure(
			activations.length === hidden.length,
			`The 'activation' parameter of ${name} must be one name, or one for each hidden layer. ` +
				`Got ${activations.length} names for ${hidden.length} hidden layers.`
		);
		ensure(!X_val === !y_val, "X_val and y_val must be given together.");
		const draft = Object.create(this); // if the data are wrong, this stays as it was
		draft.n_features_in_ = check_rows(X, "X");
		const loss = draft._learn(y), samples = draft._encode_samples(X, y);
		const validation = X_val && draft._encode_samples(X_val, y_val, "_val");
		const layer_sizes = [draft.n_features_in_, ...hidden, draft.n_outputs_];
		const network = new Network(layer_sizes, [...activations, draft.out_activation_], loss);
		const random = as_random_state(this.random_state);
		this._draw_parameters(network, random);
		Object.assign(this, draft, { network, samples, validation, random, n_layers_: layer_sizes.length });
		return this._forget();
	}

	/** Weights and biases in scikit-learn's order. */
	_draw_parameters({ layers, activations }, random) {
		layers.forEach(({ fan_in, W, b }, l) => {
			// the output is drawn like the hidden layer below it
			const name = activations[Math.min(l, layers.length - 2)] ?? this.activation;
			const bound = Math.sqrt((name === "logistic" ? 2 : 6) / (fan_in + b.length));
			const draw = () => random.uniform(-bound, bound);
			W.set(to_columns(repeat(fan_in, () => repeat(b.length, draw))));
			b.set(repeat(b.length, draw));
		});
	}

	/** Begin a training that step and epoch go on with. */
	start(X, y, validation_set) {
		const needed = "early_stopping=true needs validation data: pass { X_val, y_val } after y.";
		ensure(validation_set?.X_val || !this.early_stopping, needed);
		return this.initialize(X, y, validation_set)._begin();
	}

	/** Set all weights and biases, from which a training that was begun begins anew. */
	set_weights(coefs, intercepts) {
		const { layers } = this._fitted_network(), { training } = this;
		layers.forEach(({ fan_in, b }, l) => {
			const rows = [...(coefs[l] ?? []), intercepts[l]], name = `coefs[${l}] with intercepts[${l}]`;
			ensure(rows.length === fan_in + 1, `coefs[${l}] must have ${fan_in} rows. Got ${rows.length - 1}.`);
			check_rows(rows, name, b.length, "row");
		});
		layers.forEach(({ W, b }, l) => (W.set(to_columns(coefs[l])), b.set(intercepts[l])));
		return training ? this._forget()._begin() : this._forget();
	}

	_forget() {
		const history_ = { loss: [], learning_rate: [] };
		if (this.validation) Object.assign(history_, { val_loss: [], score: [], val_score: [] });
		return Object.assign(this, { history_, training: null, n_iter_: 0, t_: 0 });
	}

	_begin() {
		const { theta } = this.network, [s, m, v] = repeat(3, () => new Float64Array(theta.length));
		const training = { order: arange(this.samples.n), next: 0, loss: 0, t: 0, s, m, v };
		Object.assign(training, { n_unimproved: 0, best_score: -Infinity, best: theta.slice() });
		return Object.assign(this, { training, stopped_by_: null, validation_scores_: this.early_stopping ? [] : null });
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
		const { training, network, alpha } = this, { order, next } = training;
		if (next === 0 && this.shuffle) this.random.shuffle(order);
		const batch_size = this.batch_size === "auto" ? 200 : this.batch_size;
		const { n } = network.forward(this.samples, order.subarray(next, next + batch_size));
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
		const { training, network, history_ } = this;
		history_.loss.push(training.loss);
		history_.learning_rate.push(this.learning_rate_init);
		if (this.validation) {
			history_.score.push(this._score(network.forward(this.samples)));
			history_.val_score.push(this._score(network.forward(this.validation)));
			history_.val_loss.push(network.objective(0));
		}
		this.n_iter_ += 1;
		this.t_ += this.samples.n;
		const n_unimproved = this._has_improved() ? 0 : training.n_unimproved + 1;
		Object.assign(training, { next: 0, loss: 0, n_unimproved });
		this.stopped_by_ = this._reason_to_stop();
		if (this.is_finished && this.early_stopping) network.theta.set(training.best);
	}

	/** Whether the epoch is better by tol than all before, or NaN. */
	_has_improved() {
		const { tol, training, early_stopping: early } = this, { best, best_score } = training;
		const name = early ? (this.scoring === "loss" ? "val_loss" : "val_score") : "loss";
		const value = this.history_[name].at(-1), score = name === "val_score" ? value : -value;
		if (early) this.validation_scores_.push(score);
		if (score > best_score) Object.assign(training, { best_score: score }), best.set(this.network.theta);
		return !(score < best_score + tol);
	}

	_reason_to_stop() {
		if (this.training.n_unimproved > this.n_iter_no_change) return "n_iter_no_change";
		const has_diverged = !Number.isFinite(this.loss_) && !this.network.is_finite();
		if (has_diverged && !this.early_stopping) return "divergence";
		return this.n_iter_ >= this.max_iter ? "max_iter" : null;
	}

	_encode_samples(X, y, ending = "") {
		check_rows(X, "X" + ending, this.n_features_in_);
		const needed = `y${ending} must have ${X.length} targets, one for each sample`;
		ensure(X.length === y.length, `${needed}. Got ${y.length} instead.`);
		return { X: to_columns(X), Y: this._encode(y, "y" + ending), n: X.length };
	}

	_fitted_network() {
		ensure(this.network, "This network is not fitted yet: call fit, start or initialize first.");
		return this.network;
	}

	/** The network after a forward pass of these samples. */
	_forward(X, y) {
		const network = this._fitted_network();
		check_rows(X, "X", this.n_features_in_);
		return network.forward(y ? this._encode_samples(X, y) : { X: to_columns(X), n: X.length });
	}

	/** Each hidden layer's activations, a row for each sample. */
	hidden_activations(X) {
		return this._forward(X).layers.slice(0, -1).map(({ A, n }) => to_rows(A, n));
	}

	/** The objective, and its gradient for each array of coefs_ and of intercepts_. */
	loss_and_gradients(X, y) {
		const network = this._forward(X, y), { n, A, layers } = network;
		// solvers step along the gradient of the sum over the outputs
		network.backward(1 / (network.loss.averages_outputs ? A.length : n), this.alpha / n);
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

	/** Learn the classes of y; return the loss. */
	_learn(y) {
		const classes = [...new Set(y)].sort((a, b) => (a < b ? -1 : 1)), type = typeof classes[0];
		const is_label = (label) => Number.isInteger(label) || type === "string";
		ensure(
			classes.length > 1 && classes.every((label) => typeof label === type && is_label(label)),
			"y must have two or more classes, all integers or all strings; for numbers there is " +
				`MLPRegressorNet. Got ${show(classes.slice(0, 5))} instead.`
		);
		const [n_outputs_, out_activation_, loss] =
			classes.length === 2 ? [1, "logistic", "binary_log_loss"] : [classes.length, "softmax", "log_loss"];
		Object.assign(this, { classes_: classes, n_outputs_, out_activation_ });
		return LOSSES[loss];
	}

	/** Zeros and ones for each class, or for the second of two. */
	_encode(y, name) {
		const { classes_, n_outputs_ } = this, wrong = y.find((label) => !classes_.includes(label));
		const demand = `${name} must have the classes ${show(classes_)}.`;
		ensure(wrong === undefined, `${demand} Got ${show(wrong)} instead.`);
		const columns = classes_.slice(-n_outputs_);
		return to_columns(Array.from(y, (label) => columns.map((other) => Number(other === label))));
	}

	_score({ A, Y, n }) {
		const right = likeliest({ A: Y, n });
		return likeliest({ A, n }).filter((k, i) => k === right[i]).length / n;
	}
}

/** Number of each sample's likeliest class. */
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
		this.n_outputs_ = check_rows(as_rows(y), "y");
		this.out_activation_ = "identity";
		return LOSSES.squared_error;
	}

	_encode(y, name) {
		check_rows(as_rows(y), name, this.n_outputs_);
		return to_columns(as_rows(y));
	}

	_score({ A, Y, n }) {
		const of_outputs = repeat(this.n_outputs_, (k) => {
			const y = Y.subarray(k * n, (k + 1) * n), mean = sum(y) / n;
			const residual = sum(y.map((value, i) => (value - A[k * n + i]) ** 2));
			const total = sum(y.map((value) => (value - mean) ** 2));
			return total > 0 ? 1 - residual / total : Number(residual === 0);
		});
		return sum(of_outputs) / this.n_outputs_;
	}
}

function as_rows(y) {
	return Array.from(y ?? [], (target) => [target].flat());
}

/** numpy's RandomState, a Mersenne Twister. */
class RandomState {
	constructor(seed) {
		this.key = new Uint32Array(624);
		this.key[0] = seed ?? Math.random() * 2 ** 32;
		for (let i = 1; i < 624; i++) {
			const last = this.key[i - 1];
			this.key[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
		}
		Object.assign(this, { position: 0, normals: [] });
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

	/** In [0, 1), from 53 random bits. */
	random_sample() {
		const high = this._next_uint32() >>> 5, low = this._next_uint32() >>> 6;
		return (high * 2 ** 26 + low) / 2 ** 53;
	}

	uniform(low = 0, high = 1) {
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

function as_random_state(given) {
	return given instanceof RandomState ? given : new RandomState(given);
}

const DATA_PARAMETERS = {
	n_samples: [100, count],
	shuffle: [true, boolean],
	noise: [null, or(from_0, one_of(null))],
	random_state: [null, random_state],
};

/** A maker of two classes; place(label, i, m, options) says where sample i of m is. */
function data_set(name, place, further_parameters) {
	return (given = {}) => {
		const options = with_defaults(name, given, { ...DATA_PARAMETERS, ...further_parameters });
		const { n_samples, shuffle, noise } = options, random = as_random_state(options.random_state);
		const sizes = [Math.floor(n_samples / 2), Math.ceil(n_samples / 2)];
		const all = sizes.flatMap((m, label) =>
			repeat(m, (i) => ({ x: place(label, i, m, options), label }))
		);
		if (shuffle) random.shuffle(all);
		const noisy = (value) => value + (noise === null ? 0 : random.normal(0, noise));
		return { X: all.map(({ x }) => x.map(noisy)), y: all.map(({ label }) => label) };
	};
}

/** scikit-learn's moons. */
const make_moons = data_set("make_moons", (label, i, m) => {
	const t = i < m - 1 ? i * (Math.PI / (m - 1)) : m > 1 ? Math.PI : 0;
	const [x1, x2] = [Math.cos(t), Math.sin(t)];
	return label === 0 ? [x1, x2] : [1 - x1, 1 - x2 - 0.5];
});

/** scikit-learn's circles. */
const make_circles = data_set(
	"make_circles",
	(label, i, m, { factor }) => {
		const t = i * ((2 * Math.PI) / m), radius = label === 0 ? 1 : factor;
		return [Math.cos(t) * radius, Math.sin(t) * radius];
	},
	{ factor: [0.8, below_1] }
);

/** Two arms from the centre, half a turn apart: radius 2t, angle 3πt. */
const make_spiral = data_set("make_spiral", (label, i, m) => {
	const t = (i + 1) / m, angle = 3 * Math.PI * t + Math.PI * label;
	return [2 * t * Math.cos(angle), 2 * t * Math.sin(angle)];
});

function wavy_parabola(x) {
	return 0.2 + 0.4 * x ** 2 + 0.3 * x * Math.sin(9 * x);
}

return { MLPClassifierNet, MLPRegressorNet, RandomState, make_moons, make_circles, make_spiral, wavy_parabola };
};
const nnteach = make_nnteach();
