/* What is wider than the page scrolls in a box of its own. Here such a box is made
   reachable by keyboard, named for screen readers, and marked, so that it says that it
   scrolls. The theme does so for code only. */
(function () {
  "use strict";

  const BOXES = [
    ["div.math", "Formula"],
    ["pre", "Code or output"],
    [".pst-scrollable-table-container, .output_html", "Table"],
  ];

  function markScrollBoxes() {
    for (const [selector, name] of BOXES) {
      for (const box of document.querySelectorAll(`.bd-article :is(${selector})`)) {
        const scrolls = box.scrollWidth > box.clientWidth + 1;
        box.classList.toggle("scrolls", scrolls);
        if (scrolls) {
          box.tabIndex = 0;
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", `${name}, scrolls sideways`);
        } else if (box.getAttribute("aria-label")?.endsWith("scrolls sideways")) {
          for (const attribute of ["tabindex", "role", "aria-label"]) {
            box.removeAttribute(attribute);
          }
        }
      }
    }
  }

  let waiting = 0;
  function markSoon() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(markScrollBoxes);
  }

  window.addEventListener("load", function () {
    markSoon();
    window.addEventListener("resize", markSoon);
    document.addEventListener("toggle", markSoon, true);
    const typeset = window.MathJax && window.MathJax.startup;
    if (typeset && typeset.promise) {
      typeset.promise.then(markSoon);
    }
  });
})();
