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

/** code has Python for each data set: its imports, a blank line, and what uses settings in braces. */
function python_script(state, net, { train, validation, test }, code) {
	const name = net.constructor.name, { X_val, y_val } = state;
	const formula = state.function.replaceAll("^", "**").replace(/[a-z]{2,}/gi, "np.$&");
	const fill = (text) =>
		text.replace(/\{(\w+)\}/g, (_, key) => (key === "function" ? formula : to_python(state[key])));
	const [imports, ...body] = code[state.data].split("\n\n");
	const lines = ["import numpy as np", ...(imports.trim() ? [imports] : []), "", `from nnteach import ${name}`];
	lines.push("", fill(body.join("\n\n")));
	if (state.data === "points" && X_val) {
		lines.push(`X_val, y_val = np.array(${to_python(X_val)}), np.array(${to_python(y_val)})`, "X_train, y_train = X, y");
	} else {
		if (state.data === "points" && (validation || test)) lines.push(fill(code.shuffled.trim()));
		const n = train.X.length, ends = [n, n + (validation?.X.length ?? 0)].join(", ");
		for (const a of "Xy") lines.push(`${a}_train, ${a}_val, ${a}_test = np.split(${a}, [${ends}])`);
	}
	const settings = { ...nnteach.settings_of(state), max_iter: net.n_iter_ || state.max_iter };
	lines.push("", `net = ${name}(`, ...Object.keys(settings).map((key) => `    ${key}=${to_python(settings[key])},`), ")");
	lines.push(`net.fit(X_train, y_train${validation ? ", X_val=X_val, y_val=y_val" : ""})`);
	lines.push('print(f"loss {net.loss_:.9f} after {net.n_iter_} epochs")', "");
	return lines.join("\n");
}

Object.assign(nnteach, { python_script });
})();
