/*
The playground's charts: the result over the data, the curves, and the runs from twenty starts.
*/
(() => {
"use strict";

const N_STEPS = 100, ROOM = { left: 44, bottom: 30 };
const { make_axes, make_grid, draw_line, draw_points, draw_ticks, draw_label, layer_values, range_of } = nnteach;

/** Where a sample is drawn, and the number of its colour. */
function place_of({ classes, y }, [x1, x2], target) {
	const k = classes ? classes.indexOf(target) : x2 === undefined ? -1 : Number(target > (Math.min(...y) + Math.max(...y)) / 2);
	return [[x1, x2 ?? (classes ? k / (classes.length - 1) : target)], k];
}

/** The ranges that show all samples. */
function ranges_of(data) {
	const places = data.X.map((x, i) => place_of(data, x, data.y[i])[0]), [x, y] = [0, 1].map((j) => range_of(places.map((place) => place[j])));
	return { x, y };
}

const pictures = new WeakMap();

/** Draw the sets of samples; the picture is kept, since a training changes none of them. */
function draw_samples(axes, data, sets) {
	const { ctx, width, height, x_range, y_range, colors } = axes, { canvas } = ctx;
	const key = [data, ...sets, ...x_range, ...y_range, canvas.width, canvas.height, colors.background];
	if (!key.every((part, i) => part === pictures.get(canvas)?.key[i])) {
		const picture = new OffscreenCanvas(canvas.width || 1, canvas.height || 1), ctx = picture.getContext("2d");
		ctx.scale(canvas.width / width, canvas.height / height);
		sets.forEach((set, s) => {
			const places = (set?.X ?? []).map((x, i) => place_of(data, x, set.y[i]));
			draw_points({ ...axes, ctx }, places.map(([place]) => place), places.map(([, k]) => k), { hollow: s > 0, radius: s < 2 ? 4 : 6 });
		});
		pictures.set(canvas, { key, picture });
	}
	ctx.drawImage(pictures.get(canvas).picture, 0, 0, width, height);
}

/** The network's output A on a grid, with sets of samples: trained on, validating, tested. */
function draw_result(canvas, A, grid, ranges, data, sets, names, cursor) {
	const axes = make_axes(canvas, ranges, ROOM), { colors } = axes, n = grid.length, n_outputs = A.length / n, xs = grid.map(([x]) => x);
	const name = names[1] ?? (data.classes ? "probability" : "y"), is_plane = names.length === 2;
	draw_ticks(axes, names[0], name);
	if (is_plane) {
		const [low, high] = data.classes ? [0, 1] : range_of(data.y);
		nnteach.draw_map(axes, A.map((a) => (a - low) / (high - low)), n_outputs);
	} else if (data.f) draw_line(axes, xs, xs.map(data.f), colors.target, { width: 3, dash: [8, 4] });
	draw_samples(axes, data, sets);
	for (let k = 0; k < n_outputs && !is_plane; k++) {
		draw_line(axes, xs, A.subarray(k * n, (k + 1) * n), n_outputs > 1 ? colors.classes[k] : colors.prediction, { width: 3 });
	}
	draw_label(axes, name);
	const look = { width: 1.5, dash: [2, 2] };
	if (cursor) draw_line(axes, ranges.x, [cursor[1], cursor[1]], colors.text, look);
	if (cursor) draw_line(axes, [cursor[0], cursor[0]], ranges.y, colors.text, look);
}

/** What each unit of the last hidden layer adds to the output, and the sum of the first of them. */
function draw_units(canvas, net, ranges, n_added) {
	const X = make_grid(ranges, N_STEPS, false), xs = X.flat(), { W, b } = net.network.layers.at(-1), below = layer_values(net, X).at(-2) ?? xs;
	const parts = [...W.subarray(0, below.length / xs.length)].map((w, k) => xs.map((_, i) => w * below[k * xs.length + i]));
	const sum = xs.map((_, i) => parts.slice(0, n_added).reduce((sum, part) => sum + part[i], b[0]));
	const axes = make_axes(canvas, { x: ranges.x, y: range_of([...parts.flat(), ...sum]) }, ROOM), { colors } = axes;
	draw_ticks(axes, "x", "parts");
	parts.forEach((part, k) => draw_line(axes, xs, part, k < n_added ? colors.text : colors.border, { width: 1 }));
	draw_line(axes, xs, sum, colors.prediction, { width: 3 });
}

/** A chart over epochs: lines of [values, role], bands of [low, high, role], and a mark at one epoch. */
function draw_curves(canvas, lines, { log = false, label, best, bands = [] }) {
	const all = [...lines.map(([values]) => values), ...bands.map(([, high]) => high)].flat().filter((value) => Number.isFinite(value) && (!log || value > 0));
	log &&= all.length > 0; // before the first epoch there is no logarithm
	const [low, high] = range_of(all), n = Math.max(2, ...lines.map(([values]) => values.length)), epochs = Array.from({ length: n }, (_, t) => t + 1);
	const y = [log ? Math.min(...all) / 1.2 : label === "loss" ? 0 : low, high], axes = make_axes(canvas, { x: [0, n], y }, { log, ...ROOM });
	draw_ticks(axes, "epoch", label);
	for (const [low, high, role] of bands) nnteach.draw_band(axes, epochs.slice(0, low.length), low, high, axes.colors[role]);
	for (const [values, role, look] of lines) draw_line(axes, epochs.slice(0, values.length), values, axes.colors[role], look);
	if (best) draw_line(axes, [best, best], y, axes.colors.validation, { dash: [3, 3] });
}

Object.assign(nnteach, { ROOM, ranges_of, draw_result, draw_units, draw_curves });
})();
