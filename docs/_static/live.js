// What readers play with: its scripts are loaded when they open it, and not before. Then
// the content of its template takes the place of the figure that stands there.
(function () {
  "use strict";
  const folder = new URL(".", document.currentScript.src);
  const loads = {};
  const START = {
    step_by_step: (form) => nnteach_step_by_step.bind(form),
    film: function (element) {
      nnteach.play_film(element);
      if (element.dataset.plays) element.querySelector("button").click();
    },
    playground: (element) => new nnteach.Playground(element, JSON.parse(element.dataset.state)),
  };

  function load(name) {
    loads[name] ??= new Promise(function (resolve, reject) {
      const isStyle = name.endsWith(".css");
      const element = document.createElement(isStyle ? "link" : "script");
      Object.assign(element, { onload: resolve, onerror: reject });
      if (isStyle) Object.assign(element, { rel: "stylesheet", href: new URL(name, folder) });
      else element.src = new URL(name, folder);
      document.head.append(element);
    });
    return loads[name];
  }

  async function start(element) {
    const { live, scripts } = element.dataset;
    if (element.dataset.started) return;
    element.dataset.started = "true";
    for (const name of scripts.split(" ")) await load(name); // each may need those before it
    const template = element.querySelector("template");
    if (template) element.replaceChildren(template.content);
    START[live](element);
  }

  // a fold's event does not bubble
  document.addEventListener("toggle", function ({ target }) {
    if (target.open) target.querySelectorAll("[data-live]").forEach(start);
  }, true);
  document.addEventListener("click", function ({ target }) {
    const button = target.closest("[data-start]");
    if (!button) return;
    const element = document.querySelector(button.dataset.start);
    element.style.minHeight = `${element.offsetHeight}px`; // nothing below it moves
    start(element);
  });
})();
