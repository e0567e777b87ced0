/*
The playground's network as a Python script that prints the page's own loss.
*/
(() => {
"use strict";

function to_python(value) {
	if (Array.isArray(value)) return `[${value.map(to_python).join(", ")}]`;
	if (typeof value === "string") return JSON.stringify(value);
	return { true: "True", false: "False", null: "None", Infinity: "np.inf" }[value] ?? String(value);
}

/** codes has Python for each data set and for each step after it, with facts in braces. */
function python_script(state, net, { X, train, validation, test }, codes) {
	const settings = { ...nnteach.settings_of(state), max_iter: net.n_iter_ || state.max_iter };
	if (settings.batch_size > train.X.length) settings.batch_size = train.X.length;
	const facts = {
		...Object.fromEntries(Object.entries(state).map(([name, value]) => [name, to_python(value)])),
		function: state.function.replaceAll("^", "**").replace(/[a-z]{2,}/gi, "np.$&"),
		ends: [train.X.length, X.length - (test?.X.length ?? 0)].join(", "),
		Net: net.constructor.name,
		settings: Object.entries(settings).map(([name, value]) => `    ${name}=${to_python(value)},`).join("\n"),
	};
	const is_shuffled = state.data === "points" && !state.sizes && (validation || test);
	const steps = ["start", state.data, is_shuffled && "shuffled", "split", net.is_changed && "changed", "net", validation ? "validated" : "plain", "print"];
	return steps.filter(Boolean).map((step) => nnteach.fill(codes[step], facts)).join("\n");
}

Object.assign(nnteach, { python_script });
})();
