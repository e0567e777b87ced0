/*
A small network whose numbers are computed anew when a reader types one of them, and
whose steps come one by one. What is on the page, and the table of the numbers, the
build has written: docs/extensions/step_by_step.py.
*/
const nnteach_step_by_step = (() => {
"use strict";

const ACTIVATIONS = {
	tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
	logistic: [(z) => 1 / (1 + Math.exp(-z)), (z) => 1 / (2 + Math.exp(-z) + Math.exp(z))],
	relu: [(z) => Math.max(0, z), (z) => Number(z > 0)],
};

/** All numbers by name: each is a function of a sum of products of those before it. */
function compute(table, given, activation) {
	const [g, slope] = ACTIVATIONS[activation], values = { ...given };
	const apply = { "": (z) => z, g, slope, half_square: (z) => z ** 2 / 2 };
	for (const { numbers, function: name } of table) {
		for (const [number, terms] of Object.entries(numbers)) {
			const product = (term) => term.reduce((all, factor) => all * (values[factor] ?? factor), 1);
			values[number] = apply[name](terms.reduce((sum, term) => sum + product(term), 0));
		}
	}
	return values;
}

function show(value) {
	return value.toFixed(3).replace("-0.000", "0.000").replace("-", "−");
}

/** Whether two names are the same, or an array and one of its numbers. */
function belong(a, b) {
	return a === b || a.startsWith(`${b}[`) || b.startsWith(`${a}[`);
}

function bind(form) {
	const table = JSON.parse(form.dataset.table), items = [...form.querySelectorAll("ol > li")];
	const linked = [...form.querySelectorAll("[data-of]")];
	const numbers = linked.filter((element) => element.matches(".number"));
	const inputs = linked.filter((element) => element.matches("input"));
	const step_of = {}; // a given number belongs to no step
	table.forEach((step, i) => Object.keys(step.numbers).forEach((name) => (step_of[name] = i)));
	let current = items.length - 1;

	function update() {
		if (!form.checkValidity()) return; // while a number is being typed
		const given = Object.fromEntries(inputs.map((input) => [input.name, input.valueAsNumber]));
		const values = compute(table, given, form.elements.g.value);
		for (const element of numbers) {
			const shown = show(values[element.dataset.of]), is_factor = element.matches(".factor");
			element.textContent = is_factor && shown.startsWith("−") ? `(${shown})` : shown;
		}
	}

	function light(name) {
		for (const element of linked) {
			element.classList.toggle("lit", name !== undefined && belong(name, element.dataset.of));
		}
	}

	function go(to) {
		current = Math.max(0, Math.min(to, items.length - 1));
		items.forEach((item, i) => {
			item.classList.toggle("to-come", i > current);
			item.toggleAttribute("aria-current", i === current);
		});
		for (const element of form.querySelectorAll("svg .number")) {
			element.parentNode.classList.toggle("to-come", step_of[element.dataset.of] > current);
		}
		form.querySelector("[data-go=back]").disabled = current === 0;
		form.querySelector("[data-go=next]").disabled = current === items.length - 1;
		form.querySelector("output").textContent = `Step ${current + 1} of ${items.length}`;
	}

	for (const input of inputs) input.required = true;
	for (const element of numbers) if (!element.closest("svg")) element.tabIndex = 0;
	for (const event of ["pointerover", "focusin"]) {
		form.addEventListener(event, ({ target }) => light(target.closest("[data-of]")?.dataset.of));
	}
	for (const event of ["pointerleave", "focusout"]) form.addEventListener(event, () => light());
	form.addEventListener("input", update);
	form.addEventListener("reset", () => setTimeout(update)); // the values come after the event
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("click", ({ target }) => {
		const to = { first: 0, back: current - 1, next: current + 1, last: items.length - 1 };
		if (target.dataset.go) go(to[target.dataset.go]);
	});
	update();
}

return { bind, compute };
})();
