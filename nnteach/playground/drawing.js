/*
What playground and films draw. Colours come from the page's style, at each call.
*/
(() => {
"use strict";

const N_COLORS = 6, ROLES = ["training", "validation", "prediction", "target", "text", "border", "background"];

/** The colours of roles and classes as the element's style has them. */
function colors_of(element) {
	const style = getComputedStyle(element), whole = (color) => color.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
	const color = (role) => whole(style.getPropertyValue(`--nnteach-${role}`).trim());
	const classes = Array.from({ length: N_COLORS }, (_, k) => color(`class-${k}`));
	return { ...Object.fromEntries(ROLES.map((role) => [role, color(role)])), classes };
}

/** A cleared canvas, sharp on its screen, with the scales of both axes. */
function make_axes(canvas, { x: [x_low, x_high], y: [y_low, y_high] }, { log = false, left = 0, bottom = 0 } = {}) {
	const { clientWidth: width, clientHeight: height } = canvas, f = log ? Math.log10 : Number;
	canvas.width = width * devicePixelRatio;
	canvas.height = height * devicePixelRatio;
	const ctx = canvas.getContext("2d");
	ctx.scale(devicePixelRatio, devicePixelRatio);
	return {
		...{ ctx, width, height, left, bottom, log, colors: colors_of(canvas), x_range: [x_low, x_high], y_range: [y_low, y_high] },
		x: (value) => left + ((value - x_low) / (x_high - x_low)) * (width - left),
		y: (value) => ((f(y_high) - f(value)) / (f(y_high) - f(y_low))) * (height - bottom),
	};
}

/** The middles of size cells of a range, or of size × size, row by row from the upper left. */
function make_grid({ x, y }, size, is_plane = true) {
	const at = ([low, high], i) => low + ((high - low) * (i + 0.5)) / size;
	const point = (i) => [at(x, i % size), at(y, size - 1 - Math.floor(i / size))];
	return Array.from({ length: is_plane ? size ** 2 : size }, (_, i) => (is_plane ? point(i) : [at(x, i)]));
}

/** Each layer's values for these samples: of neuron j and sample i at j * n + i. */
function layer_values(net, X) {
	return net._forward(X).layers.map(({ A }) => A.slice());
}

/** Colour a square grid: by one value from 0 to 1, or by the probabilities of classes. */
function draw_map({ ctx, width, height, left, bottom, colors }, values, n_outputs = 1) {
	const n = values.length / n_outputs, size = Math.sqrt(n), image = new ImageData(size, size);
	const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
	const paper = channels(colors.background), inks = colors.classes.slice(0, Math.max(2, n_outputs)).map(channels);
	for (let i = 0; i < n; i++) {
		// where the network is undecided, the paper shows
		const p = values[i], weights = n_outputs === 1 ? [1 - 2 * p, 2 * p - 1] : inks.map((_, k) => 1.5 * values[k * n + i] - 0.5);
		image.data.set([...paper, 255], 4 * i);
		inks.forEach((ink, k) => {
			const share = 0.75 * Math.min(1, Math.max(0, weights[k]));
			for (let c = 0; c < 3; c++) image.data[4 * i + c] += share * (ink[c] - paper[c]);
		});
	}
	const small = new OffscreenCanvas(size, size);
	small.getContext("2d").putImageData(image, 0, 0);
	ctx.drawImage(small, left, 0, width - left, height - bottom);
}

function draw_line({ ctx, x, y }, xs, ys, color, { width = 2, dash = [] } = {}) {
	Object.assign(ctx, { strokeStyle: color, lineWidth: width });
	ctx.setLineDash(dash);
	ctx.beginPath();
	xs.forEach((value, i) => ctx.lineTo(x(value), y(ys[i])));
	ctx.stroke();
}

/** Fill what lies between two lines. */
function draw_band({ ctx, x, y }, xs, low, high, color) {
	ctx.beginPath();
	xs.forEach((value, i) => ctx.lineTo(x(value), y(high[i])));
	for (let i = xs.length; i--; ) ctx.lineTo(x(xs[i]), y(low[i]));
	Object.assign(ctx, { fillStyle: color, globalAlpha: 0.2 });
	ctx.fill();
	ctx.globalAlpha = 1;
}

const N_CORNERS = [36, 4, 3]; // circles, squares and triangles, for who cannot tell the colours

/** Points of classes 0, 1, …; hollow ones are not trained on. */
function draw_points({ ctx, x, y, colors }, X, classes, { hollow = false, radius = 4 } = {}) {
	X.forEach(([x1, x2], i) => {
		const color = colors.classes[classes[i]] ?? colors.training, n = N_CORNERS[classes[i] % 3] ?? N_CORNERS[0];
		ctx.beginPath();
		for (let c = 0; c < n; c++) {
			const angle = 2 * Math.PI * ((c + 0.5) / n + 0.25);
			ctx.lineTo(x(x1) + radius * Math.cos(angle), y(x2) + radius * Math.sin(angle));
		}
		ctx.closePath();
		const [fillStyle, strokeStyle] = hollow ? [colors.background, color] : [color, colors.background];
		Object.assign(ctx, { fillStyle, strokeStyle, lineWidth: 1.2 });
		ctx.setLineDash([]);
		ctx.fill();
		ctx.stroke();
	});
}

/** Draw round values along the axes, which need room at the left and at the bottom. */
function draw_ticks(axes, x_label, y_label) {
	const { ctx, x, y, width, height, left, bottom, colors, x_range, y_range, log } = axes;
	const line = (xs, ys) => draw_line(axes, xs, ys, colors.border, { width: 1 });
	Object.assign(ctx, { fillStyle: colors.text, font: "12px sans-serif" });
	for (const value of ticks(x_range)) {
		line([value, value], y_range);
		ctx.fillText(value, Math.min(x(value) - 4, width - 24), height - bottom + 13);
	}
	for (const value of log ? decades(y_range) : ticks(y_range)) {
		line(x_range, [value, value]);
		if (y(value) > 16) ctx.fillText(value, 2, y(value) + 4); // below the label
	}
	ctx.fillText(x_label, left, height - 3);
	ctx.fillText(y_label, 2, 11);
}

function ticks([low, high]) {
	const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
	const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough), first = Math.ceil(low / step);
	return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(4)));
}

function decades([low, high]) {
	const first = Math.ceil(Math.log10(low));
	return Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => Number(`1e${first + i}`));
}

/** From the least to the greatest of numbers, and a tenth more on each side. */
function range_of(values) {
	const finite = values.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
	const more = (high - low) / 10 || 0.5;
	return finite.length ? [low - more, high + more] : [0, 1];
}

/** The map of a network with two inputs, with samples of classes 0, 1, …. */
function draw_boundary(canvas, net, X, classes, { size = 40, ranges } = {}) {
	ranges ??= { x: range_of(X.map(([x1]) => x1)), y: range_of(X.map(([, x2]) => x2)) };
	const axes = make_axes(canvas, ranges), A = layer_values(net, make_grid(ranges, size)).at(-1);
	draw_map(axes, A, A.length / size ** 2);
	draw_points(axes, X, classes);
}

Object.assign(nnteach, { colors_of, make_axes, make_grid, layer_values, draw_map, draw_line, draw_band, draw_points, draw_ticks, range_of, draw_boundary });
})();
