// Starts the explorer, and signs it in with the access token of whichever answer brings one.
"use strict";
const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#explorer",
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  responseInterceptor(response) {
    const token = response.ok && response.body && response.body.access_token;
    if (token) {
      ui.preauthorizeApiKey("bearer", token);
      document.getElementById("signed-in").textContent = "Signed in.";
    }
    return response;
  },
});
