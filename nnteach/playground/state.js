/*
What the playground is set to: one flat object with Python's names, which an address can hold.
*/
(() => {
"use strict";

const { MLPClassifierNet, MLPRegressorNet, ensure } = nnteach;
const DEFAULTS = {
	data: "moons",
	n_samples: 300,
	noise: 0.2,
	data_seed: 0,
	function: "sin(9*x)",
	validation_fraction: 0.2,
	test_fraction: 0.2,
	hidden_layer_sizes: [8, 8],
	activation: ["tanh", "tanh"],
	solver: "adam",
	learning_rate_init: 0.01,
	batch_size: 32,
	alpha: 0.0001,
	momentum: 0.9,
	max_iter: 200,
	early_stopping: false,
	n_iter_no_change: Infinity,
	random_state: 0,
	measure: "loss",
	scale: "linear",
	hide: [],
};
const POINTS = ["X", "y", "sizes", "task", "feature_names"], WEIGHTS = ["coefs", "intercepts"];
const OF_NET = new MLPClassifierNet(), MOST_LAYERS = 6, MOST_UNITS = 100, MOST_WEIGHTS = 200;

/** A whole state: what is given, and otherwise what was before. */
function complete_state(given, before = DEFAULTS) {
	const names = [...Object.keys({ ...DEFAULTS, ...OF_NET }), ...POINTS, ...WEIGHTS], are_given = (...names) => names.some((name) => name in given);
	for (const name in given) ensure(names.includes(name), `The playground has no setting '${name}', but ${names.join(", ")}.`);
	const state = { ...before, ...given }, { hidden_layer_sizes: sizes, activation, X, y } = state;
	// other starting weights or other sets are meant, or these would not fit
	if (!given.coefs && (are_given("hidden_layer_sizes", "activation", "random_state") || state.data !== before.data)) state.coefs = null;
	if (!given.sizes && are_given("X", "data_seed", "validation_fraction", "test_fraction")) state.sizes = null;
	// a further layer has the activation of the one before it
	state.activation = sizes.map((_, l) => [activation].flat()[l] ?? [activation].flat().at(-1) ?? "tanh");
	if (state.data === "points") {
		ensure(X && X.length === y?.length, "Own points need as many rows in X as targets in y.");
		state.task ??= nnteach.task_of(X, y);
		state.feature_names ??= X[0]?.length === 1 ? ["x"] : ["x1", "x2"];
	} else for (const name of POINTS) delete state[name];
	ensure(state.validation_fraction + state.test_fraction <= 0.9, "The shares of validation and test must leave a tenth of the points for training; lower one of them.");
	ensure(state.coefs || (sizes.length <= MOST_LAYERS && Math.max(...sizes, 1) <= MOST_UNITS), `At most ${MOST_LAYERS} hidden layers of ${MOST_UNITS} neurons, so that each step is done in time.`);
	new MLPClassifierNet(settings_of(state)); // which checks them
	return state;
}

/** The parameters of the network among the settings. */
function settings_of(state) {
	return Object.fromEntries(Object.entries(state).filter(([name]) => name in OF_NET));
}

/** The network of a state at its start; where training points are missing, one to look at. */
function start_net(state, { X, train, validation, task, classes, is_short }) {
	const Net = task === "regression" ? MLPRegressorNet : MLPClassifierNet, { coefs } = state;
	ensure(validation || !state.early_stopping, "Early stopping needs a validation set; raise its share, or turn early stopping off.");
	const net = new Net(settings_of(state)), zeros = (X[0] ?? state.feature_names).map(() => 0);
	if (is_short) net.start([zeros, zeros], [0, 1]);
	else net.start(train.X, train.y, { X_val: validation?.X, y_val: validation?.y });
	if (coefs) net.set_weights(coefs, state.intercepts).is_changed = true;
	return net;
}

/** The settings that differ from the defaults, as an address holds them; too many weights are left out. */
function to_address(state) {
	const points = state.data === "points" && nnteach.write_csv(state).trim().replaceAll("\n", ";");
	const { coefs, intercepts } = state, weights = coefs && [coefs, intercepts].flat(3).length <= MOST_WEIGHTS && JSON.stringify({ coefs, intercepts });
	const parts = Object.entries({ ...state, ...(points && { points }), ...(weights && { weights }) })
		.filter(([name, value]) => ![...POINTS, ...WEIGHTS].includes(name) && String(value) !== String(DEFAULTS[name]))
		.map(([name, value]) => `${name}=${encodeURIComponent(value)}`.replace(/%2C|%3B/g, decodeURIComponent));
	return `#${parts.join("&")}`;
}

/** The settings that an address has. */
function from_address(address) {
	const given = {}, types = { ...OF_NET, ...DEFAULTS };
	for (const part of address.slice(1).split("&").filter(Boolean)) {
		const [name, text = ""] = part.split("=").map(decodeURIComponent);
		if (name === "points") Object.assign(given, nnteach.read_csv(text.replaceAll(";", "\n")));
		else if (name === "weights") Object.assign(given, read_weights(text));
		else given[name] = to_value(text, types[name]);
	}
	return given;
}

/** The weights of a JSON text, and the sizes that they need. */
function read_weights(text) {
	try {
		const weights = JSON.parse(text);
		return { hidden_layer_sizes: weights.intercepts.slice(0, -1).map((b) => b.length), ...weights, coefs: [...weights.coefs] };
	} catch (error) {
		throw new Error(`Weights must be JSON with coefs and intercepts, as “Save the weights” writes it. ${error.message}; all stays as it was.`);
	}
}

/** A text as a value of the type that another one has. */
function to_value(text, like) {
	if (Array.isArray(like)) return text.split(/[ ,]+/).filter(Boolean).map((item) => to_value(item, like[0]));
	if (like === Infinity && !text.trim()) return Infinity; // an empty field: without limit
	if (typeof like === "boolean") return text === "true";
	return typeof like === "string" || text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** A number for readers: few digits, a true minus sign. */
function show_number(value, digits = 3) {
	const is_handy = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
	return (is_handy ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1)).replaceAll("-", "−");
}

/** What stands at a place such as net.n_iter_ in facts. */
function look_up(facts, place) {
	return place.split(".").reduce((owner, name) => owner?.[name], facts);
}

/** A text with what stands at the places in braces. */
function fill(text, facts) {
	return text.replace(/\{([\w.]+)\}/g, (_, place) => {
		const value = look_up(facts, place) ?? "?";
		return typeof value === "number" && !Number.isInteger(value) ? show_number(value, 4) : value;
	});
}

Object.assign(nnteach, { DEFAULTS, complete_state, settings_of, start_net, to_address, from_address, read_weights, to_value, show_number, look_up, fill });
})();
