// Starts the explorer, signs it in with the access token of whichever answer brings one, and lets the walk at the top
// of the page open the calls that it names.
"use strict";

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#explorer",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  defaultModelExpandDepth: 2,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  // The token lives as long as this page: closing it signs out.
  persistAuthorization: false,
  requestSnippetsEnabled: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor: signIn,
});

/** Uses the token of an answer that has one. */
function signIn(response) {
  if (response.ok && response.body && response.body.access_token) {
    ui.preauthorizeApiKey("bearer", response.body.access_token);
    const { email } = response.body.user;
    document.getElementById("signed-in").textContent = `Signed in as ${email}.`;
  }
  return response;
}

/** Opens the call that a link such as #/Orders/placeOrder names, and brings it into view. */
function open(link) {
  const [, tag, operation] = link.split("/");
  const { layoutActions } = ui.getSystem();
  layoutActions.show(["operations-tag", tag], true);
  layoutActions.show(["operations", tag, operation], true);
  requestAnimationFrame(() => {
    const call = document.getElementById(`operations-${tag}-${operation}`);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    call?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  });
}

document.querySelectorAll(".stoa-walk a").forEach((step) => {
  step.addEventListener("click", () => open(step.hash));
});
