// Films of the lessons' networks. What they show, nnteach.film, comes from docs/films.py.
(() => {
"use strict";

const XS = Array.from({ length: 201 }, (_, i) => i / 200);

// Each kind draws a frame and returns its number.
const KINDS = {
	descent: ({ ranges, contours, paths }) => ({
		draw(k, canvases) {
			paths.forEach((path, i) => {
				const axes = nnteach.make_axes(canvases[i], ranges), { border, prediction } = axes.colors;
				for (const contour of contours) nnteach.draw_line(axes, ...contour, border, { width: 1 });
				const points = path.slice(0, k + 1), along = [0, 1].map((j) => points.map((point) => point[j]));
				nnteach.draw_line(axes, ...along, prediction, { width: 1 });
				nnteach.draw_points(axes, [...points, [0, 0]], [...points.map(() => 0), 1], { radius: 3 });
			});
			return k;
		},
	}),

	/** The network is trained as far as the film is watched, and its weights are kept. */
	boundary({ settings, train, test }) {
		const { X, y } = nnteach.make_moons(train), shown = nnteach.make_moons(test), frames = [];
		const net = new nnteach.MLPClassifierNet({ ...settings, n_iter_no_change: Infinity }).start(X, y);
		const arrays = net.network.layers.flatMap(({ W, b }) => [W, b]);
		const keep = () => frames.push(arrays.map((array) => array.slice()));
		const restore = (k) => arrays.forEach((array, i) => array.set(frames[k][i]));
		function net_at(k, until = Infinity) {
			restore(frames.length - 1);
			while (frames.length <= k && Date.now() < until) net.epoch(), keep();
			restore(Math.min(k, frames.length - 1));
			return net;
		}
		keep();
		return {
			net_at,
			last: settings.max_iter,
			caption: (k) => `Epoch ${k}: ${Math.round(100 * net.score(shown.X, shown.y))} % of the test points right`,
			draw(k, [canvas]) {
				net_at(k, Date.now() + 50); // the page stays awake
				draw_boundary(canvas, net, shown.X, shown.y);
				return Math.min(k, frames.length - 1);
			},
		};
	},

	/** The frames of a training, or the sigmoids of one network, added one by one. */
	fit({ frames, weights, y }) {
		const predict = (k, xs) => network_line(frames ? frames[k] : { ...weights, w: weights.w.slice(0, k) }, xs);
		return {
			predict,
			draw(k, [canvas]) {
				const axes = nnteach.make_axes(canvas, { x: [0, 1], y }, { left: 32, bottom: 32 }), { colors } = axes;
				const now = predict(k, XS), before = predict(Math.max(0, k - 1), XS);
				nnteach.draw_ticks(axes, "x", "y");
				nnteach.draw_line(axes, XS, XS.map(nnteach.wavy_parabola), colors.target, { width: 5 });
				if (weights) nnteach.draw_line(axes, XS, now.map((value, i) => value - before[i]), colors.text, { dash: [5, 4] });
				nnteach.draw_line(axes, XS, now, colors.prediction);
				return k;
			},
		};
	},
};

/** The map of a network with two inputs, with samples of classes 0, 1, …. */
function draw_boundary(canvas, net, X, classes) {
	const [x, y] = [0, 1].map((j) => nnteach.range_of(X.map((sample) => sample[j]))), axes = nnteach.make_axes(canvas, { x, y });
	nnteach.draw_map(axes, nnteach.layer_values(net, nnteach.make_grid({ x, y }, 60)).at(-1));
	nnteach.draw_points(axes, X, classes);
}

/** A network of one input, a layer of sigmoids and one output. */
function network_line({ w, b, v, c }, xs) {
	return xs.map((x) => w.reduce((sum, w_j, j) => sum + v[j] / (1 + Math.exp(-w_j * x - b[j])), c));
}

function make_film({ kind, captions, ...film }) {
	return { last: captions?.length - 1, caption: (k) => captions[k], ...KINDS[kind](film) };
}

/** Bind a film's player. It plays when asked. */
function play_film(element) {
	const film = make_film(nnteach.film), canvases = element.querySelectorAll("canvas");
	const [slider, output] = ["input", "output"].map((name) => element.querySelector(name));
	const [play, back, next] = element.querySelectorAll("button");
	let timer = null;

	function show(k = slider.valueAsNumber) {
		slider.value = k;
		const shown = film.draw(slider.valueAsNumber, canvases);
		slider.ariaValueText = output.textContent = film.caption(shown);
		if (shown < slider.valueAsNumber) requestAnimationFrame(() => show());
	}

	function pause() {
		timer = clearInterval(timer);
		play.textContent = "Play";
	}

	function step(by) {
		show(slider.valueAsNumber + by);
		if (slider.valueAsNumber === film.last) pause();
	}

	play.onclick = () => {
		if (timer) return pause();
		if (slider.valueAsNumber === film.last) show(0);
		timer = setInterval(step, Math.max(50, 8000 / film.last), 1);
		play.textContent = "Pause";
	};
	back.onclick = () => (pause(), step(-1));
	next.onclick = () => (pause(), step(1));
	slider.oninput = () => (pause(), show());
	slider.max = film.last;
	show(0);
	new ResizeObserver(() => show()).observe(canvases[0]);
	new MutationObserver(() => show()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

Object.assign(nnteach, { make_film, play_film });
})();
