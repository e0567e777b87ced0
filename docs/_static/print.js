/* Printing: light from the dark theme too, and with all folded parts if asked for. */
(function () {
  "use strict";

  const root = document.documentElement;
  let shown = null;

  function toPaper() {
    shown ??= root.dataset.theme;
    root.dataset.theme = "light";
  }

  function toScreen() {
    if (shown !== null) {
      root.dataset.theme = shown;
      shown = null;
    }
    for (const fold of document.querySelectorAll("details[data-opened-to-print]")) {
      fold.open = false;
      delete fold.dataset.openedToPrint;
    }
  }

  function printWithFolds() {
    for (const fold of document.querySelectorAll(".bd-article details:not([open])")) {
      fold.open = true;
      fold.dataset.openedToPrint = "";
    }
    window.print();
  }

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  const paper = window.matchMedia("print");
  paper.addEventListener("change", () => (paper.matches ? toPaper() : toScreen()));

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-print]");
    if (button) {
      button.dataset.print === "folds" ? printWithFolds() : window.print();
    }
  });
})();
