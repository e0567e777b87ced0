/*
The same settings from twenty starts, trained beside the page: was one of the runs lucky?
*/
(() => {
"use strict";

const N_STARTS = 20;

/** What a worker does; its script is the text of this function, after the engine's. */
function train_one({ data: { name, settings, data: { train, validation }, grid } }) {
	const net = new nnteach[name](settings), { X: X_val, y: y_val } = validation ?? {};
	net.start(train.X, train.y, { X_val, y_val });
	while (!net.is_finished) net.epoch();
	const { history_: { loss, val_loss, val_score } } = net, A = net._forward(grid).A;
	postMessage({ seed: settings.random_state, loss, val_loss, score: val_score?.at(-1) ?? -net.loss_, A });
}

/** Train from twenty starts; tell is called with each that is done. Returns a function that ends it. */
function train_starts(job, tell) {
	const script = new Blob([`const nnteach = (${make_nnteach})(); onmessage = ${train_one};`]);
	const seeds = Array.from({ length: N_STARTS }, (_, i) => (job.settings.random_state + i) % 2 ** 32);
	const workers = Array.from({ length: Math.min(4, navigator.hardwareConcurrency) }, () => new Worker(URL.createObjectURL(script)));
	const go_on = (worker) => {
		const settings = { ...job.settings, random_state: seeds.shift() };
		if (settings.random_state === undefined) worker.terminate();
		else worker.postMessage({ ...job, settings });
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
	const n = Math.max(...curves.map((curve) => curve.length));
	const at = (t) => curves.map((curve) => curve[Math.min(t, curve.length - 1)]);
	return [0.1, 0.5, 0.9].map((q) => Array.from({ length: n }, (_, t) => quantile(at(t), q)));
}

/** How the first of scores stands among the others. */
function luck_of([mine, ...others]) {
	const better = others.filter((other) => other > mine).length, worse = others.filter((other) => other < mine).length;
	const few = others.length / 10, luck = better <= few && worse > few ? "good" : worse <= few && better > few ? "bad" : "usual";
	return { luck, mine, better, worse, equal: others.length - better - worse, median: quantile([mine, ...others], 0.5) };
}

Object.assign(nnteach, { train_starts, band_of, luck_of });
})();
