/* Excerpts for a search from disk: there the browser refuses to fetch pages, so what
   the search asks for comes from a script with all texts, search_texts.js. */
(function () {
  "use strict";

  if (window.location.protocol !== "file:") {
    return;
  }
  const root = new URL(document.documentElement.dataset.content_root || "./", document.baseURI);
  let loading = null;

  function loadTexts() {
    loading ??= new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = new URL("_static/search_texts.js", root).href;
      script.onload = () => resolve(window.searchTexts);
      script.onerror = () => reject(new Error(`${script.src} cannot be read`));
      document.head.append(script);
    });
    return loading;
  }

  function asPage(sections) {
    const page = document.createElement("main");
    page.setAttribute("role", "main");
    for (const [anchor, text] of sections) {
      const section = document.createElement("section");
      section.id = anchor;
      section.textContent = text;
      page.append(section, " ");
    }
    return page.outerHTML;
  }

  const fetch = window.fetch;
  window.fetch = async function (address, options) {
    const url = new URL(address, document.baseURI);
    url.hash = url.search = "";
    if (!url.href.startsWith(root.href) || !url.pathname.endsWith(".html")) {
      return fetch(address, options);
    }
    const texts = await loadTexts();
    return new Response(asPage(texts[url.href.slice(root.href.length)] || []));
  };
})();
