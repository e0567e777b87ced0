// Slides one at a time: by keys and by buttons, also on the full screen.
(function () {
  "use strict";

  const CONTROL = `
    <button type="button" data-slides="back">Back</button>
    <output aria-live="polite"></output>
    <button type="button" data-slides="next">Next</button>
    <button type="button" data-slides="screen">Full screen</button>
    <button type="button" data-slides="leave">All slides</button>`;
  const KEYS = {
    ArrowRight: "next",
    ArrowDown: "next",
    PageDown: "next",
    " ": "next",
    ArrowLeft: "back",
    ArrowUp: "back",
    PageUp: "back",
    Home: "first",
    End: "last",
    f: "screen",
    F: "screen",
    Escape: "leave",
  };
  const root = document.documentElement;
  let slides = [];
  let current = 0;

  function isPresenting() {
    return root.classList.contains("presenting");
  }

  function show(number) {
    current = Math.max(0, Math.min(number, slides.length - 1));
    slides.forEach((slide, k) => slide.classList.toggle("current", k === current));
    document.querySelector(".slides-control output").textContent =
      `${current + 1} of ${slides.length}`;
    slides[current].scrollTop = 0;
    const heading = slides[current].querySelector("h1, h2");
    heading.tabIndex = -1;
    heading.focus();
    // so that a page that is loaded again shows the same slide
    history.replaceState(null, "", `#slide-${current + 1}`);
  }

  function inSight() {
    const found = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 100);
    return Math.max(0, found);
  }

  const DO = {
    present() {
      const number = inSight();
      root.classList.add("presenting");
      show(number);
    },
    next: () => show(current + 1),
    back: () => show(current - 1),
    first: () => show(0),
    last: () => show(slides.length - 1),
    screen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen?.();
    },
    leave() {
      if (document.fullscreenElement) document.exitFullscreen();
      root.classList.remove("presenting");
      slides[current].scrollIntoView();
    },
  };

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const onButton = event.target.closest?.("button") && event.key === " ";
    if (!isPresenting() || onButton || !(event.key in KEYS)) return;
    event.preventDefault();
    DO[KEYS[event.key]]();
  }

  document.addEventListener("DOMContentLoaded", function () {
    const box = document.querySelector(".slides");
    slides = [...box.querySelectorAll(".slide")];
    const control = document.createElement("div");
    control.className = "slides-control";
    control.innerHTML = CONTROL;
    box.append(control);
    document.addEventListener("keydown", onKey);
    document.addEventListener("click", function (event) {
      const button = event.target.closest("[data-slides]");
      if (button) DO[button.dataset.slides]();
    });
  });
})();
