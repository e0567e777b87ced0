/*
What the playground is set to: one flat object with Python's names, which an address can hold.
*/
(() => {
"use strict";

const { MLPClassifierNet, MLPRegressorNet } = nnteach;
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
const OWN = ["X", "y", "X_val", "y_val", "task", "feature_names", "coefs", "intercepts"];
const OF_NET = new MLPClassifierNet(), MOST_LAYERS = 6, MOST_UNITS = 100;

function ensure(holds, message) {
	if (!holds) throw new Error(message);
}

/** A whole state: what is given, and otherwise what was before. */
function complete_state(given, before = DEFAULTS) {
	const names = [...Object.keys(DEFAULTS), ...Object.keys(OF_NET), ...OWN];
	for (const name in given) ensure(names.includes(name), `The playground has no setting '${name}', but ${names.join(", ")}.`);
	const state = { ...before, ...given }, { hidden_layer_sizes: sizes, activation } = state;
	// other starting weights are meant, or these would not fit
	const is_other = ["hidden_layer_sizes", "activation", "random_state"].some((name) => name in given) || state.data !== before.data;
	if (is_other && !given.coefs) state.coefs = null;
	// a further layer has the activation of the one before it
	state.activation = sizes.map((_, l) => [activation].flat()[l] ?? [activation].flat().at(-1) ?? "tanh");
	ensure(state.data !== "points" || (state.X?.length && state.X.length === state.y?.length), "Own points need as many rows in X as targets in y.");
	ensure(state.validation_fraction + state.test_fraction <= 0.9, "The shares of validation and test must leave a tenth of the points for training; lower one of them.");
	ensure(state.coefs || (sizes.length <= MOST_LAYERS && Math.max(...sizes, 1) <= MOST_UNITS), `At most ${MOST_LAYERS} hidden layers of ${MOST_UNITS} neurons, so that each step is done in time.`);
	new MLPClassifierNet(settings_of(state)); // which checks them
	return state;
}

/** The parameters of the network among the settings. */
function settings_of(state) {
	return Object.fromEntries(Object.entries(state).filter(([name]) => name in OF_NET));
}

/** The network of a state at its start. */
function start_net(state, { train, validation, task }) {
	const Net = task === "regression" ? MLPRegressorNet : MLPClassifierNet;
	ensure(validation || !state.early_stopping, "Early stopping needs a validation set; raise its share, or turn early stopping off.");
	const net = new Net(settings_of(state)), { X: X_val, y: y_val } = validation ?? {};
	net.start(train.X, train.y, { X_val, y_val });
	if (state.coefs) net.set_weights(state.coefs, state.intercepts);
	return net;
}

/** The settings that differ from the defaults, as an address holds them. */
function to_address(state) {
	const points = state.data === "points" && state.X.map((x, i) => [...x, state.y[i]]).join(";");
	const parts = Object.entries({ ...state, ...(points && { points }) })
		.filter(([name, value]) => !OWN.includes(name) && String(value) !== String(DEFAULTS[name]))
		.map(([name, value]) => `${name}=${encodeURIComponent(value)}`.replace(/%2C|%3B/g, decodeURIComponent));
	return `#${parts.join("&")}`;
}

/** The settings that an address has. */
function from_address(address) {
	const given = {}, types = { ...OF_NET, ...DEFAULTS };
	for (const part of address.slice(1).split("&").filter(Boolean)) {
		const [name, text = ""] = part.split("=").map(decodeURIComponent);
		if (name === "points") Object.assign(given, nnteach.read_csv(text.replaceAll(";", "\n")));
		else given[name] = to_value(text, types[name]);
	}
	return given;
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

/** A text with facts for the names in braces. */
function fill(text, facts) {
	return text.replace(/\{(\w+)\}/g, (_, name) => (typeof facts[name] === "number" ? show_number(facts[name], 4) : facts[name]));
}

function count_parameters(layer_sizes) {
	return layer_sizes.reduce((sum, m, l) => sum + (l && (layer_sizes[l - 1] + 1) * m), 0);
}

Object.assign(nnteach, { DEFAULTS, complete_state, settings_of, start_net, to_address, from_address, to_value, count_parameters, show_number, fill });
})();
