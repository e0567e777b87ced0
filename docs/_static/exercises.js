// Exercises check themselves in the page, and this browser remembers what was done.
const nnteach_exercises = (function () {
  "use strict";
  const STORE = "nnteach-exercises";
  const GUESSES = "nnteach-guesses";

  function read(store) {
    try {
      return JSON.parse(localStorage.getItem(store)) || {};
    } catch {
      return {}; // no storage, or not ours
    }
  }

  function write(store, values) {
    try {
      localStorage.setItem(store, JSON.stringify(values));
    } catch {
      // without storage the page works, and forgets
    }
  }

  function remember(name, answer, right) {
    const done = read(STORE);
    if (done[name]?.right && !right) return; // what was done once stays done
    done[name] = { answer, right };
    write(STORE, done);
  }

  // "703", "0,5", "1/2", "-3e-4" or "−3"; NaN if it is no number, as in typed_numbers.py
  const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i;
  const SPACE = /[\s\x1c-\x1f\x85\ufeff]/g;

  function readNumber(text) {
    const parts = text.replace(SPACE, "").replaceAll("−", "-").split("/");
    if (parts.length > 2 || !parts.every((part) => NUMBER.test(part))) return NaN;
    const [above, below = 1] = parts.map((part) => Number(part.replace(",", ".")));
    const number = above / below;
    return [above, below, number].every(Number.isFinite) ? number : NaN;
  }

  // the first of the known numbers that a number comes close enough to
  function findNumber(number, known) {
    return known.find(([value, tolerance]) => Math.abs(number - value) <= tolerance);
  }

  const COMMAS = "A comma is read as the decimal point. Write thousands without one.";

  const JUDGE = {
    number(answer, known) {
      const number = readNumber(answer);
      const found = findNumber(number, known);
      if (found) return [found === known[0], found[2]];
      const withoutCommas = readNumber(answer.replaceAll(",", ""));
      if (findNumber(withoutCommas, known)) return [false, COMMAS];
      if (answer.includes("%")) return [false, "Type a number without the sign %."];
      if (Number.isNaN(number)) return [false, "Type a number, such as 12, 0.5 or 1/2."];
      return [false, "This is not the number. Look at the hints."];
    },
    choice(answer, key) {
      if (!answer) return [false, "Choose one of the statements."];
      return [answer === key.right, key.feedback[answer]];
    },
    code() {
      return [true, "Noted."];
    },
  };

  function show(form, right, feedback) {
    const verdict = right ? "Right." : "Not yet.";
    const output = form.querySelector("output");
    // the feedback comes with the page, and its formulas are typeset where it is shown
    output.innerHTML = form.dataset.kind === "code" ? feedback : `${verdict} ${feedback}`;
    window.MathJax?.typesetPromise?.([output]);
    output.className = right ? "right" : "wrong";
  }

  function answerOf(form) {
    return new FormData(form).get("answer") ?? "";
  }

  function prepare(form) {
    const { exercise, kind } = form.dataset;
    const key = JSON.parse(form.dataset.key);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const answer = answerOf(form);
      const [right, feedback] = JUDGE[kind](answer, key);
      remember(exercise, answer, right);
      show(form, right, feedback);
    });
    const before = read(STORE)[exercise];
    if (!before) return;
    if (kind === "number") form.elements.answer.value = before.answer;
    if (kind === "choice") {
      const chosen = form.querySelector(`input[value="${CSS.escape(before.answer)}"]`);
      if (chosen) chosen.checked = true;
    }
    if (before.right) show(form, true, "You have done this.");
  }

  function prepareProgress() {
    const tools = document.querySelector(".exercise-tools");
    if (!tools) return;
    const say = (text) => (tools.querySelector("output").textContent = text);
    tools.querySelector("[data-progress=export]").addEventListener("click", function () {
      const values = { exercises: read(STORE), guesses: read(GUESSES) };
      const link = document.createElement("a");
      const blob = new Blob([JSON.stringify(values, null, 2)], { type: "application/json" });
      link.href = URL.createObjectURL(blob);
      link.download = "nnteach-progress.json";
      link.click();
      URL.revokeObjectURL(link.href);
      say("The file nnteach-progress.json is among your downloads.");
    });
    tools.querySelector("[data-progress=reset]").addEventListener("click", function () {
      if (!confirm("Forget all answers and guesses in this browser?")) return;
      write(STORE, {});
      write(GUESSES, {});
      showProgress();
      say("Everything is forgotten.");
    });
    showProgress();
  }

  function showProgress() {
    const done = read(STORE);
    for (const section of document.querySelectorAll(".exercise-section")) {
      const states = [...section.querySelectorAll(".exercise-state")];
      for (const state of states) {
        const entry = done[state.dataset.exercise];
        state.textContent = entry?.right ? "done" : entry ? "tried" : "";
      }
      const n_done = states.filter((state) => state.textContent === "done").length;
      section.querySelector(".exercise-count").textContent =
        `${n_done} of ${states.length} done`;
    }
  }

  // what a reader predicts first, shown again beside the answer
  function prepareGuesses() {
    const page = location.pathname.split("/").pop();
    for (const input of document.querySelectorAll("input[data-guess]")) {
      const number = input.dataset.guess;
      input.value = read(GUESSES)[page]?.[number] ?? "";
      input.addEventListener("input", function () {
        const guesses = read(GUESSES);
        guesses[page] = { ...guesses[page], [number]: input.value };
        write(GUESSES, guesses);
        showGuess(number, input.value);
      });
      showGuess(number, input.value);
    }
  }

  function showGuess(number, guess) {
    for (const place of document.querySelectorAll(`.guess[data-guess="${number}"]`)) {
      place.hidden = !guess;
      place.querySelector("q").textContent = guess;
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".exercise-form").forEach(prepare);
    prepareProgress();
    prepareGuesses();
  });

  return { judge: JUDGE };
})();
