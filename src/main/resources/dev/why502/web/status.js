// A wall's view: which service is in which state since when, and nothing of why.

import { fill, list, make, mark, set, sign } from "/dom.js";
import { clock, listenForLanguage, t, translate } from "/lang.js";
import { askForToken, authorized, keptToken } from "/token.js";

const ASK_MILLIS = 5000;
const PATIENCE_MILLIS = 10000;
const SILENCE_MILLIS = 30000;

const tiles = new Map();
let standing = null;
let tag = null;
let heardMillis = Date.now();
let heardTicks = performance.now();

function silent() {
  // Of two clocks the later one counts: one stands still in sleep, the other may be set back.
  return (standing && standing.stale) || Math.max(Date.now() - heardMillis, performance.now() - heardTicks) > SILENCE_MILLIS;
}

function tile(probe) {
  let known = tiles.get(probe.id);
  if (!known) {
    known = { name: make("span", { class: "name" }), state: make("span", { class: "state" }), since: make("time", {}) };
    known.element = make("li", { class: "tile" }, known.name, known.state, known.since);
    tiles.set(probe.id, known);
  }
  mark(known.element, "data-state", probe.state);
  set(known.name, probe.name);
  const word = t("state." + probe.state);
  if (known.state.textContent !== word) known.state.replaceChildren(sign(probe.state), word);
  mark(known.since, "datetime", probe.since || "");
  set(known.since, probe.since ? t("wall.since", { at: clock(probe.since) }) : "");
  return known.element;
}

function draw() {
  const gone = silent();
  const probes = standing ? list(standing.probes) : [];
  document.body.classList.toggle("silent", gone);
  const state = gone ? "silent" : standing ? standing.state : "unknown";
  const hero = document.getElementById("hero");
  if (hero.dataset.drawn !== state) {
    hero.dataset.drawn = state;
    hero.dataset.state = state;
    document.getElementById("hero-sign").replaceChildren(sign(state));
  }
  const heard = clock(new Date(heardMillis).toISOString());
  set(document.getElementById("lead"), gone ? t("wall.silent") : !standing ? t("lead.connecting") : probes.length ? t("wall." + state) : t("lead.nothing"));
  set(document.getElementById("rest"), gone ? t("wall.silent.rest", { at: heard }) : standing ? t("wall.heard", { at: heard }) : "");
  const link = document.getElementById("link");
  mark(link, "data-link", gone ? "quiet" : standing ? "live" : "connecting");
  set(link, t(gone ? "lead.silent" : standing ? "link.live" : "link.connecting"));
  fill(document.getElementById("tiles"), probes.map(tile));
  const shown = new Set(probes.map((one) => one.id));
  for (const id of tiles.keys()) if (!shown.has(id)) tiles.delete(id);
  set(document.getElementById("more"), standing && standing.more ? t("wall.more", { n: standing.more }) : "");
  const title = ({ up: "✓ ", down: "✕ ", degraded: "! " }[state] || "? ") + t("wall.title");
  if (document.title !== title) document.title = title;
}

async function ask() {
  try {
    const answer = await fetch("/status.json", { ...authorized(tag ? { "if-none-match": tag } : {}), cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    if (answer.status === 401) await askForToken("/status.json");
    if (answer.status === 200) {
      standing = await answer.json();
      tag = answer.headers.get("etag");
    }
    if (answer.status === 200 || answer.status === 304) {
      heardMillis = Date.now();
      heardTicks = performance.now();
    }
  } catch {
    // Not reached: the silence grows until it is told.
  }
  draw();
  setTimeout(ask, ASK_MILLIS);
}

listenForLanguage(draw);
keptToken();
translate();
draw();
setInterval(draw, 1000);
ask();
