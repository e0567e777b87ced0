/*
The playground's data: made from a seed, typed as a function of x, painted, or read from a file.
*/
(() => {
"use strict";

const { RandomState, wavy_parabola } = nnteach;

function ensure(holds, message) {
	if (!holds) throw new Error(message);
}

const SETS = ["train", "validation", "test"];

/** All samples; the first are trained on, the next validate, the last test. */
function make_data(state) {
	const { X, y, f, task = "classification" } = make_samples(state), n = X.length, is_sorted = (a, b) => (a < b ? -1 : 1);
	const shares = [state.validation_fraction, state.test_fraction].map((share) => Math.round(n * share));
	const [n_validation, n_test] = state.sizes?.slice(1) ?? shares, n_train = n - n_validation - n_test;
	const part = (from, to) => ({ X: X.slice(from, to), y: y.slice(from, to) }), train = part(0, n_train);
	const classes = task === "classification" && [...new Set(y)].sort(is_sorted);
	return {
		...{ X, y, f, task, classes, sizes: [n_train, n_validation, n_test], train },
		validation: n_validation ? part(n_train, n - n_test) : null,
		test: n_test ? part(n - n_test, n) : null,
		is_short: classes ? classes.length < 2 || classes.some((label) => !train.y.includes(label)) : n_train === 0,
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
		const order = state.X.map((_, i) => i), { X, y, sizes, task, validation_fraction, test_fraction } = state;
		if (!sizes && validation_fraction + test_fraction > 0) random.shuffle(order);
		return { X: order.map((i) => X[i]), y: order.map((i) => y[i]), task };
	}
	const f = data === "function" ? parse_function(state.function) : wavy_parabola;
	const X = all.map(() => [random.random_sample()]);
	return { X, y: X.map(([x]) => noisy(f(x))), f, task: "regression" };
}

function task_of(X, y) {
	const is_class = (target) => typeof target === "string" || Number.isInteger(target);
	return X[0]?.length !== 1 && y.every(is_class) ? "classification" : "regression";
}

// Functions of x: a small grammar of their own, and nothing else of a text is run

const OPERATORS = { "^": "**", pi: "Math.PI" }, FUNCTIONS = ["sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs"];

/** The function that a text such as "0.4*x^2 + sin(9*x)" says. */
function parse_function(text) {
	const refuse = (why) =>
		ensure(false, `The function must be made of x, pi, numbers, + - * / ^, brackets and ${FUNCTIONS.join(", ")}, such as 0.4*x^2 + sin(9*x). Got '${text}' instead: ${why}.`);
	const tokens = text.replaceAll("**", "^").match(/[\d.]+(?:e-?\d+)?|[a-z]+|\S/gi) ?? [];
	const code = tokens.map((token, i) => {
		if (FUNCTIONS.includes(token)) return `Math.${token}`;
		if (token === "-" && "(+-*".includes(tokens[i - 1] ?? "(")) return "-1 *"; // of a power as well
		if (!"x+-*/()".includes(token) && !(token in OPERATORS) && Number.isNaN(Number(token))) refuse(`there is no ${token}`);
		return OPERATORS[token] ?? token;
	});
	let f;
	try {
		f = Function("x", `return ${code.join(" ")}`);
		f(0.5).toFixed(); // which only a number has
	} catch ({ message }) {
		refuse(message);
	}
	return f;
}

// Files: a sample in each line, then its target, and its set if the header ends with one

const MOST_POINTS = 2000, MOST_CLASSES = 6;

/** The points of a CSV text, or an error that names the line. */
function read_csv(text) {
	const separator = text.match(/[;\t]/)?.[0] ?? ",", to_number = (cell) => (cell ? Number(separator === "," ? cell : cell.replace(",", ".")) : NaN);
	const cells_of = (line) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
	const rows = text.split(/\r?\n/).map((line, i) => ({ line, place: `Line ${i + 1}`, cells: cells_of(line) })).filter(({ line }) => line.trim());
	const check = (holds, place, must, got) =>
		ensure(holds, `${place} must have ${must}. Got ${got} instead. Mend the file and load it again; the points are as they were.`);
	const are_numbers = (cells) => cells.map(to_number).every(Number.isFinite), is_headed = rows[0]?.cells.slice(0, -1).every((cell) => !are_numbers([cell]));
	const header = is_headed ? rows.shift().cells : null, n_columns = (header ?? rows[0]?.cells)?.length, has_sets = header?.at(-1) === "set";
	const k = n_columns - has_sets - 1; // the target's column
	check(k === 1 || k === 2, "Line 1", "two or three columns, such as x,y or x1,x2,class, and after them set if you like", text ? `'${text.split("\n", 1)}'` : "an empty file");
	for (const row of rows) {
		row.set = SETS.indexOf(has_sets ? row.cells[k + 1] : "train");
		const is_right = row.cells.length === n_columns && are_numbers(row.cells.slice(0, k)) && row.cells[k] && row.set >= 0;
		check(is_right, row.place, `${k} number${k > 1 ? "s" : ""} such as 0.5, then a class or a number${has_sets ? `, then ${SETS.join(", ")}` : ""}`, `'${row.line}'`);
	}
	check(rows.length <= MOST_POINTS, "The file", `at most ${MOST_POINTS} points, to be drawn in time`, rows.length);
	rows.sort((a, b) => a.set - b.set);
	const X = rows.map(({ cells }) => cells.slice(0, k).map(to_number)), targets = rows.map(({ cells }) => cells[k]);
	const is_named = /^(class|label)$/i.test(header?.[k]), y = are_numbers(targets) ? targets.map(to_number) : targets;
	const task = is_named ? "classification" : rows.length ? task_of(X, y) : "regression", n = new Set(y).size;
	check(task === "regression" || n <= MOST_CLASSES, "The last column", `at most ${MOST_CLASSES} classes`, n);
	return { data: "points", X, y, sizes: has_sets ? SETS.map((_, s) => rows.filter(({ set }) => set === s).length) : null, task, feature_names: header?.slice(0, k) };
}

function write_csv({ X, y, sizes, task, feature_names }) {
	const sets = sizes?.flatMap((size, s) => Array(size).fill([SETS[s]])), target = task === "classification" ? "class" : "y";
	return [[...feature_names, target, sets ? "set" : []], ...X.map((x, i) => [...x, y[i], sets?.[i] ?? []])].map((row) => row.flat().join()).join("\n") + "\n";
}

Object.assign(nnteach, { ensure, SETS, make_data, task_of, parse_function, read_csv, write_csv });
})();
