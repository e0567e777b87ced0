/*
The same settings from twenty starts, trained beside the page: was one run lucky?
*/
(() => {
"use strict";

const N_STARTS = 20, MOST_WORKERS = 4;

/** What a worker does; it gets this function's text, and the engine's. */
function train_one({ data: { name, settings, train, validation, grid } }) {
	const net = new nnteach[name](settings).start(train.X, train.y, validation);
	while (!net.is_finished) net.epoch();
	postMessage({ seed: settings.random_state, history: net.history_, A: net._forward(grid).A });
}

/** Train from all starts; each that is done is given to tell. Returns what stops them. */
function train_starts(name, settings, { train, validation }, grid, tell) {
	const text = `const nnteach = (${make_nnteach})(); onmessage = ${train_one};`;
	const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
	const seeds = Array.from({ length: N_STARTS }, (_, i) => (settings.random_state + i) % 2 ** 32);
	const given = { name, train, validation: validation ? { X_val: validation.X, y_val: validation.y } : {}, grid };
	const workers = Array.from({ length: Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 2) }, () => new Worker(address));
	const next = (worker) => {
		if (seeds.length) worker.postMessage({ ...given, settings: { ...settings, random_state: seeds.shift() } });
		else worker.terminate();
	};
	for (const worker of workers) {
		worker.onmessage = ({ data }) => (next(worker), tell(data));
		next(worker);
	}
	return () => workers.forEach((worker) => worker.terminate());
}

function quantile(values, q) {
	const sorted = [...values].sort((a, b) => a - b), at = q * (sorted.length - 1), low = Math.floor(at);
	return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Median and band of curves; one that ended early keeps its last value. */
function band_of(curves) {
	const length = Math.max(...curves.map((curve) => curve.length));
	return [0.1, 0.5, 0.9].map((q) =>
		Array.from({ length }, (_, t) => quantile(curves.map((curve) => curve[Math.min(t, curve.length - 1)]), q))
	);
}

/** How the first of the results stands among all; more is better. */
function describe_luck(results, what) {
	const [mine, ...others] = results, better = others.filter((other) => other > mine).length;
	const worse = others.filter((other) => other < mine).length, n = others.length;
	const verdict = worse >= 0.9 * n ? "a lucky start" : better >= 0.9 * n ? "an unlucky start" : "no special luck";
	const median = nnteach.show_number(Math.abs(quantile(results, 0.5)));
	return (
		`Your start reached the ${what} ${nnteach.show_number(Math.abs(mine))}: ${verdict}. Of the other ${n}, ${better} did better, ` +
		`${worse} worse and ${n - better - worse} equally well; the median is ${median}.`
	);
}

Object.assign(nnteach, { train_starts, band_of, describe_luck, N_STARTS });
})();
