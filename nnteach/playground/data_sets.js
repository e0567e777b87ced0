/*
Data sets with two classes, drawn as scikit-learn draws them, and the function of the lessons.

    const { X, y } = nnteach.make_moons({ n_samples: 300, noise: 0.2, random_state: 0 });
*/
(() => {
"use strict";

const { with_defaults, count, boolean, from_0, below_1, or, one_of, random_state } = nnteach.checks;
const repeat = (length, make) => Array.from({ length }, (_, i) => make(i));

const DATA_PARAMETERS = {
	n_samples: [100, count],
	shuffle: [true, boolean],
	noise: [null, or(from_0, one_of(null))],
	random_state: [null, random_state],
};

/** A maker of two classes; place(label, i, m, options) says where sample i of m is. */
function data_set(name, place, further_parameters) {
	return (given = {}) => {
		const options = with_defaults(name, given, { ...DATA_PARAMETERS, ...further_parameters });
		const { n_samples, shuffle, noise } = options, random = new nnteach.RandomState(options.random_state);
		const sizes = [Math.floor(n_samples / 2), Math.ceil(n_samples / 2)];
		const all = sizes.flatMap((m, label) =>
			repeat(m, (i) => ({ x: place(label, i, m, options), label }))
		);
		if (shuffle) random.shuffle(all);
		const noisy = (value) => value + (noise === null ? 0 : random.normal(0, noise));
		return { X: all.map(({ x }) => x.map(noisy)), y: all.map(({ label }) => label) };
	};
}

/** scikit-learn's moons. */
const make_moons = data_set("make_moons", (label, i, m) => {
	const t = i < m - 1 ? i * (Math.PI / (m - 1)) : m > 1 ? Math.PI : 0;
	const [x1, x2] = [Math.cos(t), Math.sin(t)];
	return label === 0 ? [x1, x2] : [1 - x1, 1 - x2 - 0.5];
});

/** scikit-learn's circles. */
const make_circles = data_set(
	"make_circles",
	(label, i, m, { factor }) => {
		const t = i * ((2 * Math.PI) / m), radius = label === 0 ? 1 : factor;
		return [Math.cos(t) * radius, Math.sin(t) * radius];
	},
	{ factor: [0.8, below_1] }
);

/** Two arms from the centre, half a turn apart: radius 2t, angle 3πt. */
const make_spiral = data_set("make_spiral", (label, i, m) => {
	const t = (i + 1) / m, angle = 3 * Math.PI * t + Math.PI * label;
	return [2 * t * Math.cos(angle), 2 * t * Math.sin(angle)];
});

function wavy_parabola(x) {
	return 0.2 + 0.4 * x ** 2 + 0.3 * x * Math.sin(9 * x);
}

Object.assign(nnteach, { make_moons, make_circles, make_spiral, wavy_parabola });
})();
