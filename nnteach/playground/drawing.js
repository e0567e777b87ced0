/*
What playground and films draw. Colours come from the page's style.
*/
(() => {
"use strict";

const ROLES = ["training", "validation", "prediction", "target", "text", "border", "background"];
const known = new Map(); // to read the style, a browser lays the page out: once for all that is drawn at once

/** The colours of roles and classes around an element. */
function colors_of(element) {
	const box = element.closest("form, [data-live]") ?? element;
	if (!known.has(box)) {
		const style = getComputedStyle(box), color = (name) => style.getPropertyValue(`--nnteach-${name}`).trim();
		const classes = [0, 1, 2, 3, 4, 5].map((k) => color(`class-${k}`));
		known.set(box, { ...Object.fromEntries(ROLES.map((role) => [role, color(role)])), classes });
		queueMicrotask(() => known.clear());
	}
	return known.get(box);
}

/** A cleared canvas, sharp on its screen, with the scales of both axes. */
function make_axes(canvas, { x: x_range, y: y_range }, { log = false, left = 0, bottom = 0 } = {}) {
	const { clientWidth: width, clientHeight: height } = canvas, ctx = canvas.getContext("2d");
	const size = [width, height].map((length) => Math.floor(length * devicePixelRatio));
	if (String(size) !== String([canvas.width, canvas.height])) [canvas.width, canvas.height] = size;
	ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
	ctx.clearRect(0, 0, width, height);
	const f = log ? Math.log10 : Number, share = (value, low, high) => (value - low) / (high - low);
	return {
		...{ ctx, width, height, left, bottom, log, x_range, y_range, colors: colors_of(canvas) },
		x: (value) => left + share(value, ...x_range) * (width - left),
		y: (value) => (1 - share(f(value), ...y_range.map(f))) * (height - bottom),
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
	const channels = (color) => {
		ctx.fillStyle = color; // which writes any colour as #rrggbb
		return [1, 3, 5].map((at) => parseInt(ctx.fillStyle.slice(at, at + 2), 16));
	};
	const paper = channels(colors.background), inks = colors.classes.slice(0, Math.max(2, n_outputs)).map(channels);
	for (let c = 0; c < 4; c++) for (let i = 0; i < n; i++) image.data[4 * i + c] = paper[c] ?? 255;
	inks.forEach((ink, k) => {
		for (let i = 0; i < n; i++) {
			// where the network is undecided, the paper shows
			const weight = n_outputs > 1 ? 1.5 * values[k * n + i] - 0.5 : k ? 2 * values[i] - 1 : 1 - 2 * values[i];
			const share = 0.75 * Math.min(1, Math.max(0, weight));
			for (let c = 0; c < 3; c++) image.data[4 * i + c] += share * (ink[c] - paper[c]);
		}
	});
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

/** A picture of a point, which is quicker to copy than to draw. */
function make_stamp([fillStyle, strokeStyle], n_corners, radius) {
	const half = Math.ceil(radius) + 2, side = 2 * half * devicePixelRatio, stamp = new OffscreenCanvas(side, side), ctx = stamp.getContext("2d");
	ctx.scale(devicePixelRatio, devicePixelRatio);
	for (let c = 0; c < n_corners; c++) {
		const angle = 2 * Math.PI * ((c + 0.5) / n_corners + 0.25);
		ctx.lineTo(half + radius * Math.cos(angle), half + radius * Math.sin(angle));
	}
	ctx.closePath();
	Object.assign(ctx, { fillStyle, strokeStyle, lineWidth: 1.2 });
	ctx.fill();
	ctx.stroke();
	return stamp;
}

/** Points of classes 0, 1, …; hollow ones are not trained on. */
function draw_points({ ctx, x, y, colors }, X, classes, { hollow = false, radius = 4 } = {}) {
	const stamps = {}, round = (at) => Math.round(at * devicePixelRatio) / devicePixelRatio;
	X.forEach(([x1, x2], i) => {
		const k = classes[i], look = [colors.classes[k] ?? colors.training, colors.background];
		const stamp = (stamps[k] ??= make_stamp(hollow ? look.reverse() : look, N_CORNERS[k % 3] ?? N_CORNERS[0], radius));
		const side = stamp.width / devicePixelRatio; // a whole number of pixels away, so that it stays sharp
		ctx.drawImage(stamp, round(x(x1) - side / 2), round(y(x2) - side / 2), side, side);
	});
}

/** Draw round values along the axes, which need room at the left and at the bottom. */
function draw_ticks(axes, x_label, y_label) {
	const { ctx, x, y, width, height, left, bottom, colors, x_range, y_range, log } = axes;
	const line = (xs, ys) => draw_line(axes, xs, ys, colors.border, { width: 1 });
	Object.assign(ctx, { fillStyle: colors.text, font: "12px sans-serif" });
	for (const value of ticks(x_range)) {
		line([value, value], y_range);
		ctx.fillText(short(value), Math.min(x(value) - 4, width - 24), height - bottom + 13);
	}
	for (const value of log ? decades(y_range) : ticks(y_range)) {
		line(x_range, [value, value]);
		if (y(value) > 16) ctx.fillText(short(value), 2, y(value) + 4); // below the label
	}
	ctx.fillText(x_label, left, height - 3);
	draw_label(axes, y_label);
}

/** Name the y axis; a long name needs to come after what it lies upon. */
function draw_label({ ctx, colors }, text) {
	Object.assign(ctx, { fillStyle: colors.text, strokeStyle: colors.background, lineWidth: 4 });
	ctx.setLineDash([]);
	ctx.strokeText(text, 2, 11);
	ctx.fillText(text, 2, 11);
}

function ticks([low, high]) {
	const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
	const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough), first = Math.ceil(low / step);
	return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function decades([low, high]) {
	const first = Math.ceil(Math.log10(low));
	return Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i));
}

/** A number where there is little room. */
function short(value, digits = 4) {
	const rounded = Number(value.toPrecision(digits)), size = Math.abs(rounded), is_handy = !size || (size >= 1e-3 && size < 1e4);
	return (is_handy ? String(rounded) : rounded.toExponential().replace("+", "")).replaceAll("-", "−");
}

/** From the least to the greatest of numbers, and a tenth more on each side. */
function range_of(values) {
	const finite = values.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
	const more = (high - low) / 10 || 0.5;
	return finite.length ? [low - more, high + more] : [0, 1];
}

Object.assign(nnteach, { colors_of, make_axes, make_grid, layer_values, draw_map, draw_line, draw_band, draw_points, draw_ticks, draw_label, short, range_of });
})();
