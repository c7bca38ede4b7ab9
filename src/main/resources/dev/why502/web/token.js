// The token of a service that asks for one: kept for this tab only.

const KEPT = "why502-token";
let token = "";

function storage(use) {
  try {
    return use(sessionStorage);
  } catch {
    // Storage may be forbidden; then each load asks anew.
    return null;
  }
}

/** Takes up the token that this tab has been given, and listens for a new one. */
export function keptToken() {
  token = storage((kept) => kept.getItem(KEPT)) || "";
  document.getElementById("token").addEventListener("submit", (event) => {
    event.preventDefault();
    storage((kept) => kept.setItem(KEPT, document.getElementById("token-text").value.trim()));
    location.reload();
  });
}

export function authorized(headers) {
  return { headers: token ? { ...headers, authorization: "Bearer " + token } : { ...headers } };
}

/** What a WebSocket's URL carries: a browser cannot add a header there. */
export function tokenQuery() {
  return token ? "&access_token=" + encodeURIComponent(token) : "";
}

/** Shows the question for the token where the service refuses for want of one. */
export async function askForToken(path) {
  const answer = await fetch(path, authorized()).catch(() => null);
  document.getElementById("token").hidden = !(answer && answer.status === 401);
}
