// Signs in where that is asked for, then starts the page.
const dialog = document.getElementById("sign-in");
const form = dialog.querySelector("form");
const [field, says] = form.querySelectorAll("input, [role]");

// Private keys and provider tokens, which go nowhere from here; the page itself knows more of their shapes.
const KEY = /PRIVATE KEY|LS0tLS1CRUdJTi|\bM[C-I][\w+/-]{0,5}?(AgE|CAQ|IBA)|\beyJ[\w-]+\.eyJ/;

// Exchanges the access token for a cookie no script can read; the token itself is kept nowhere.
async function signIn(token) {
  if (KEY.test(token)) {
    field.value = "";
    says.textContent = "This is a signing key or a provider token, not the access token. It was not sent.";
    return;
  }
  let problem = { title: "The relay did not answer.", detail: "Try it again." };
  try {
    const headers = { "trill-access": encodeURIComponent(token.trim()) };
    const answer = await fetch("/api/session", { method: "POST", headers });
    problem = answer.ok ? null : await answer.json();
  } catch {}
  says.textContent = problem ? problem.title + " " + problem.detail : "";
  if (problem) return;
  field.value = "";
  dialog.close();
  // The page catches up, as when it comes back to the front.
  document.dispatchEvent(new Event("visibilitychange"));
}

// A link may bring the token in its fragment, which no request carries. It must not stay in the address.
function takeLink() {
  const [, token] = location.hash.match(/^#access=(.+)/) ?? [];
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  return signIn(token);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(field.value);
});
addEventListener("hashchange", takeLink);
await takeLink();

// The page asks for the relay's settings first. They come while it is still loading.
const settings = Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", href: "/api/relay", crossOrigin: "" });
document.head.append(settings);

// The paths stand in the document, because a release build names files by content.
const { module, wasm } = document.querySelector("script[data-module]").dataset;
import(module)
  .then((app) => app.default({ module_or_path: wasm }))
  .catch((error) => {
    const loading = document.getElementById("loading");
    // Once the page stands there, this is no reason to say that it could not start.
    if (!loading) throw error;
    loading.textContent = "Trill could not start in this browser: " + error + ". Reload the page; if that does not help, use a current browser.";
  });
