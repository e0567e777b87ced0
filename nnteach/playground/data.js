/*
The playground's data: made from a seed, typed as a function of x, painted, or read from a file.
*/
(() => {
"use strict";

const { RandomState, wavy_parabola } = nnteach;

/** All samples; the first are trained on, the next validate, the last test. */
function make_data(state) {
	const samples = make_samples(state), { X, y } = samples, { validation_fraction, test_fraction } = state;
	const part = (from, to) => (to > from ? { X: X.slice(from, to), y: y.slice(from, to) } : null);
	const n = X.length, given = state.data === "points" && state.X_val && { X: state.X_val, y: state.y_val };
	const [n_validation, n_test] = [validation_fraction, test_fraction].map((share) => (given ? 0 : Math.round(n * share)));
	const n_train = n - n_validation - n_test;
	const task = samples.task ?? "classification", is_sorted = (a, b) => (a < b ? -1 : 1);
	return {
		...{ X, y, task, f: samples.f, classes: task === "classification" && [...new Set(y)].sort(is_sorted) },
		train: part(0, n_train),
		validation: given || part(n_train, n_train + n_validation),
		test: part(n_train + n_validation, n),
	};
}

function make_samples(state) {
	const { data, n_samples, noise, data_seed } = state, random = new RandomState(data_seed);
	const options = { n_samples, noise, random_state: random, ...(data === "circles" && { factor: 0.5 }) };
	const maker = nnteach[`make_${data}`], noisy = (value) => value + random.normal(0, noise);
	if (maker) return maker(options);
	const all = Array.from({ length: n_samples }, (_, i) => i);
	if (data === "three_spirals") {
		const y = all.map((i) => i % 3), t = y.map(() => random.random_sample());
		const angle = (i) => 1.5 * Math.PI * t[i] + (2 * Math.PI * y[i]) / 3;
		return { X: all.map((i) => [2 * t[i] * Math.cos(angle(i)), 2 * t[i] * Math.sin(angle(i))].map(noisy)), y };
	}
	if (data === "points") {
		const order = state.X.map((_, i) => i), { X, y, X_val, validation_fraction, test_fraction } = state;
		if (!X_val && validation_fraction + test_fraction > 0) random.shuffle(order);
		return { X: order.map((i) => X[i]), y: order.map((i) => y[i]), task: state.task ?? task_of(X, y) };
	}
	const f = data === "function" ? parse_function(state.function) : wavy_parabola;
	const X = all.map(() => [random.random_sample()]);
	return { X, y: X.map(([x]) => noisy(f(x))), f, task: "regression" };
}

function task_of(X, y) {
	const is_class = (target) => typeof target === "string" || Number.isInteger(target);
	return X[0].length === 2 && y.every(is_class) ? "classification" : "regression";
}

// Functions of x: a small grammar of their own, so that no text of a reader is run

const FUNCTIONS = ["sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs"];
const OPERATORS = {
	"+": [1, (a, b) => a + b],
	"-": [1, (a, b) => a - b],
	"*": [2, (a, b) => a * b],
	"/": [2, (a, b) => a / b],
	"^": [4, (a, b) => a ** b],
};

/** The function that a text such as "0.4*x^2 + sin(9*x)" says. */
function parse_function(text) {
	const tokens = text.replaceAll("**", "^").match(/[\d.]+(?:e-?\d+)?|[a-z]+|\S/gi) ?? [];
	const ensure = (holds, found = "the end") => {
		if (!holds) throw new Error(`The function must be made of x, pi, numbers, + - * / ^, brackets and ${FUNCTIONS.join(", ")}, such as 0.4*x^2 + sin(9*x). Got ${found} in '${text}' instead.`);
	};
	const in_brackets = () => {
		ensure(tokens[0] === "(", tokens.shift());
		const f = chain(1);
		ensure(tokens[0] === ")", tokens.shift());
		return f;
	};
	const operand = () => {
		if (tokens[0] === "(") return in_brackets();
		const token = tokens.shift();
		if (token === "x") return (x) => x;
		if (token === "pi") return () => Math.PI;
		if (token !== "-" && !FUNCTIONS.includes(token)) {
			ensure(token && !Number.isNaN(Number(token)), token);
			return () => Number(token);
		}
		const f = token === "-" ? chain(3) : in_brackets();
		return (x) => (token === "-" ? -f(x) : Math[token](f(x)));
	};
	const chain = (lowest) => {
		let f = operand();
		while (OPERATORS[tokens[0]]?.[0] >= lowest) {
			const [rank, apply] = OPERATORS[tokens.shift()], left = f, right = chain(rank === 4 ? 3 : rank + 1);
			f = (x) => apply(left(x), right(x));
		}
		return f;
	};
	const f = chain(1);
	ensure(!tokens.length, tokens[0]);
	return f;
}

// Files: a sample in each line, its target last

const MOST_POINTS = 2000, MOST_CLASSES = 6;

/** The points of a CSV text, or an error that names the line. */
function read_csv(text) {
	const cells_of = (line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
	const rows = text.split(/\r?\n/).map((line, i) => ({ place: `Line ${i + 1}`, line, cells: cells_of(line) }));
	const filled = rows.filter(({ line }) => line.trim()), is_number = (cell) => cell !== "" && Number.isFinite(Number(cell));
	const ensure = (holds, place, must, got) => {
		if (!holds) throw new Error(`${place} must have ${must}. Got ${got} instead. Mend the file and load it again; the points are as they were.`);
	};
	const header = filled[0]?.cells.slice(0, -1).some(is_number) ? null : filled.shift()?.cells;
	const width = (header ?? filled[0]?.cells)?.length;
	ensure(width === 2 || width === 3, "The file", "two or three columns, such as x,y or x1,x2,class", width ?? "nothing");
	ensure(filled.length >= 4 && filled.length <= MOST_POINTS, "The file", `4 to ${MOST_POINTS} points, to be drawn in time`, filled.length);
	for (const { place, line, cells } of filled) {
		ensure(cells.length === width, place, `${width} columns`, `'${line}'`);
		ensure(cells.slice(0, -1).every(is_number) && cells.at(-1), place, "a number such as 0.5 in each column, and a class or a number in the last", `'${line}'`);
	}
	const X = filled.map(({ cells }) => cells.slice(0, -1).map(Number)), last = filled.map(({ cells }) => cells.at(-1));
	const y = last.every(is_number) ? last.map(Number) : last, is_named = /^(class|label)$/i.test(header?.at(-1));
	const task = is_named || typeof y[0] === "string" ? "classification" : task_of(X, y), n = new Set(y).size;
	ensure(task === "regression" || (n > 1 && n <= MOST_CLASSES), "The last column", `from 2 to ${MOST_CLASSES} classes`, n);
	return { data: "points", X, y, task, feature_names: header?.slice(0, -1) };
}

function write_csv({ X, y, task }, feature_names) {
	const header = [...feature_names, task === "classification" ? "class" : "y"];
	return [header, ...X.map((x, i) => [...x, y[i]])].join("\n") + "\n";
}

Object.assign(nnteach, { make_data, parse_function, read_csv, write_csv });
})();
