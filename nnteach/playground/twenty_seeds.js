/*
The same settings from twenty starts, trained beside the page: was one of the runs lucky?
*/
(() => {
"use strict";

const N_STARTS = 20;

/** What a worker does; its script is the text of this function, after the engine's. */
function train_one({ data: { name, settings, train, validation, grid } }) {
	const net = new nnteach[name](settings);
	net.start(train.X, train.y, { X_val: validation?.X, y_val: validation?.y });
	while (!net.is_finished) net.epoch();
	const { loss, val_loss, val_score } = net.history_;
	postMessage({ seed: settings.random_state, loss, val_loss, score: val_score?.at(-1) ?? -net.loss_, A: net._forward(grid).A });
}

/** Train from twenty starts; tell is called with each that is done. Returns a function that ends it. */
function train_starts({ settings, ...job }, tell) {
	const script = URL.createObjectURL(new Blob([`const nnteach = (${make_nnteach})(); onmessage = ${train_one};`]));
	const workers = Array.from({ length: Math.min(4, navigator.hardwareConcurrency) }, () => new Worker(script));
	let n_begun = 0;
	const go_on = (worker) => {
		if (n_begun === N_STARTS) worker.terminate();
		else worker.postMessage({ ...job, settings: { ...settings, random_state: (settings.random_state + n_begun++) % 2 ** 32 } });
	};
	for (const worker of workers) {
		worker.onmessage = ({ data }) => (go_on(worker), tell(data));
		go_on(worker);
	}
	return () => workers.forEach((worker) => worker.terminate());
}

function quantile(values, q) {
	const sorted = values.toSorted((a, b) => a - b), at = q * (sorted.length - 1), low = Math.floor(at);
	return sorted[low] + (at - low) * (sorted[Math.ceil(at)] - sorted[low]);
}

/** Curves that 10, 50 and 90 % of the curves do not exceed; one that ends early keeps its last value. */
function band_of(curves) {
	const longest = curves.reduce((a, b) => (b.length > a.length ? b : a));
	return [0.1, 0.5, 0.9].map((q) => longest.map((_, t) => quantile(curves.map((curve) => curve[t] ?? curve.at(-1)), q)));
}

/** How one of scores stands among the others. */
function luck_of(mine, others) {
	const better = others.filter((other) => other > mine).length, worse = others.filter((other) => other < mine).length;
	const few = others.length / 10, luck = better <= few && worse > few ? "good" : worse <= few && better > few ? "bad" : "usual";
	return { luck, mine, better, worse, equal: others.length - better - worse, median: quantile([mine, ...others], 0.5) };
}

Object.assign(nnteach, { train_starts, band_of, luck_of });
})();
