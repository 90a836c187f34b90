// Starts the page. The paths stand in the document, because a release build names files by content.
const { module, wasm } = document.querySelector("script[data-module]").dataset;
import(module)
  .then((app) => app.default({ module_or_path: wasm }))
  .catch((error) => {
    document.getElementById("loading").textContent =
      "Trill could not start in this browser: " + error + ". Reload the page; if that does not help, use a current browser.";
  });
