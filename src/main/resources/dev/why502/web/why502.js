// What stands now, and why. All that comes from outside enters the page as text, never as markup.

import { Bus } from "/bus.js";

const SILENCE_MILLIS = 30000;
const MAX_CASES = 20;
const MAX_ROWS = 500;
const DRAW_MILLIS = 100;
const RANK = { down: 0, degraded: 1, unknown: 2, up: 3 };
const PHASES = ["resolve", "connect", "tls", "request", "processing", "transfer"];
const PHASE_NAMES = { resolve: "name", connect: "connect", tls: "TLS", request: "request", processing: "waiting", transfer: "body" };

const verdicts = new Map();
const runs = new Map();
const drawnCases = new Map();
const drawnRows = new Map();
const open = new Set();
let asked = false;
let connected = false;
let news = 0;
let health = null;
let drawing = false;

// ---- small pieces of page ----

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : text(child));
    }
  }
  return element;
}

// What a stranger's server sent may turn the writing round or hide itself; it stands here as an escape.
function text(value) {
  return document.createTextNode(
    String(value).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")));
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function span(fromIso) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(fromIso)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return seconds + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min";
  if (seconds < 86400) return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min";
  return Math.floor(seconds / 86400) + " d " + Math.floor((seconds % 86400) / 3600) + " h";
}

function clock(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleTimeString();
}

function copyButton(what, label) {
  const button = make("button", { type: "button", class: "copy", "aria-label": label }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(what);
    } catch {
      // No permission, or the page came over plain HTTP: the old way still works there.
      const area = make("textarea", { class: "off", readonly: true });
      area.value = what;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

// ---- the path, with the broken link marked ----

const STOPS = ["prober", "edge", "gateway", "upstream", "process"];

/**
 * Which link of the path the cause breaks: 0 prober-edge, 1 edge-gateway, 2 gateway-upstream,
 * 3 upstream-process; or which stop itself is at fault.
 */
function fault(verdict) {
  const cause = String(verdict.cause);
  if (cause === "ok") return {};
  if (cause.startsWith("prober-")) return { stop: 0 };
  if (cause.startsWith("edge-")) return { link: 0 };
  if (/^gateway-(wrong|stale-address|upstream|marked-down|misdirected|loop)/.test(cause)) return { link: 2 };
  if (cause.startsWith("gateway-")) return { stop: 2 };
  if (/^upstream-(refused|rejected|unreachable|connect-timeout|backlog-full|socket-missing)/.test(cause)) return { link: 2 };
  if (cause.startsWith("upstream-")) return { stop: 3 };
  if (cause.startsWith("process-")) return { stop: 4 };
  return { stop: 1 };
}

function evidenceOf(verdict, kind) {
  return list(verdict.evidence).find((one) => one.kind === kind);
}

function path(verdict) {
  const at = fault(verdict);
  const edge = evidenceOf(verdict, "edge-response");
  const pass = evidenceOf(verdict, "gateway-config");
  const process = evidenceOf(verdict, "process");
  const passed = pass && pass.data && pass.data.pass;
  const peer = passed && list(passed.peers)[0];
  const detail = [
    verdict.node,
    edge && edge.data && edge.data.seen && edge.data.seen.address,
    verdict.gateway,
    (peer && peer.address) || verdict.upstream,
    process && process.data && process.data.selector && process.data.selector.name,
  ];
  // A probe that stands for itself has no gateway on its way.
  const shown = verdict.gateway || verdict.upstream ? [0, 1, 2, 3, 4] : [0, 1];
  const items = [];
  for (const stop of shown) {
    if (stop > 0) {
      const broken = at.link === stop - 1;
      items.push(make("li", { class: broken ? "wire broken" : "wire", "aria-hidden": broken ? null : true },
        broken ? make("span", { class: "cross" }, "broken") : null));
    }
    const bad = at.stop === stop || (at.stop === 1 && shown.length === 2 && stop === 1);
    items.push(make("li", { class: bad ? "stop bad" : "stop" },
      make("span", { class: "what" }, stop === 1 && shown.length === 2 ? "target" : STOPS[stop]),
      make("span", { class: "which" }, detail[stop] || (stop === 1 ? verdict.probe : ""))));
  }
  return make("ol", { class: "path", "aria-label": "The path, and where it is broken" }, items);
}

// ---- one case ----

function fix(verdict) {
  const cure = verdict.fix;
  if (!cure) return null;
  const steps = list(cure.steps).join("\n");
  return make("div", { class: "fix" },
    make("h3", {}, "Fix"),
    make("p", {}, cure.summary),
    cure.at ? make("p", { class: "place" }, make("code", {}, cure.at.file + (cure.at.line ? ":" + cure.at.line : ""))) : null,
    steps ? make("div", { class: "code" }, make("pre", { tabindex: "0" }, make("code", {}, steps)), copyButton(steps, "Copy the steps")) : null,
    cure.verify ? make("p", { class: "verify-title" }, "Then see whether it helped") : null,
    cure.verify ? make("div", { class: "code" }, make("pre", { tabindex: "0" }, make("code", {}, cure.verify)), copyButton(cure.verify, "Copy the check")) : null);
}

function details(verdict, name, title, count, content) {
  if (!count) return null;
  const key = verdict.probe + " " + name;
  const box = make("details", { open: open.has(key) }, make("summary", {}, title, make("span", { class: "count" }, count)), content());
  box.addEventListener("toggle", () => { if (box.open) open.add(key); else open.delete(key); });
  return box;
}

function pairs(items, term, meaning) {
  return make("dl", {}, items.map((one) => [make("dt", {}, one[term]), make("dd", {}, one[meaning])]));
}

function evidence(verdict) {
  return make("ul", { class: "evidence" }, list(verdict.evidence).map((one, index) => {
    const data = one.data && Object.keys(one.data).length ? one.data : null;
    return make("li", {},
      make("span", { class: "kind" }, one.kind), make("time", { datetime: one.at }, clock(one.at)),
      make("p", {}, one.summary),
      data ? details(verdict, "data " + index, "data", " ", () => make("pre", { tabindex: "0" }, JSON.stringify(data, null, 2))) : null);
  }));
}

function caseOf(verdict, lead) {
  const id = "case-" + verdict.probe;
  return make("article", { class: "case", "data-state": verdict.state, id, "aria-labelledby": id + "-title", tabindex: "-1" },
    make("header", {},
      make("h2", { id: id + "-title" }, verdict.probe),
      make("p", { class: "facts" },
        make("span", { class: "state" }, verdict.state), " for ", make("span", { "data-since": verdict.since }, span(verdict.since)),
        make("span", { class: "dot" }, " · "), make("code", {}, verdict.cause),
        make("span", { class: "dot" }, " · "), verdict.confidence)),
    lead ? null : make("p", { class: "summary" }, verdict.summary),
    path(verdict),
    make("div", { class: "columns" },
      make("div", {},
        list(verdict.chain).length ? make("h3", {}, "From the symptom to the cause") : null,
        make("ol", { class: "chain" }, list(verdict.chain).map((link) => make("li", {}, make("code", {}, link.cause), make("p", {}, link.summary)))),
        list(verdict.unsettled).length ? make("div", { class: "unsettled" }, make("h3", {}, "Not settled yet"), pairs(verdict.unsettled, "cause", "settledBy")) : null),
      fix(verdict)),
    details(verdict, "evidence", "Evidence", list(verdict.evidence).length, () => evidence(verdict)),
    details(verdict, "ruledOut", "Ruled out", list(verdict.ruledOut).length, () => pairs(verdict.ruledOut, "cause", "because")),
    details(verdict, "risks", "Would strike next", list(verdict.risks).length, () => pairs(verdict.risks, "cause", "summary")));
}

// ---- the table ----

function bar(run) {
  if (!run) return make("span", { class: "none" }, "");
  const phases = run.phases || {};
  const total = PHASES.reduce((sum, phase) => sum + (phases[phase] || 0), 0) || 1;
  const said = PHASES.filter((phase) => phases[phase] !== undefined).map((phase) => PHASE_NAMES[phase] + " " + phases[phase] + " ms").join(", ");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 8");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "bar");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", said);
  let x = 0;
  for (const phase of PHASES) {
    const width = (phases[phase] || 0) / total * 100;
    if (width > 0) {
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("x", x.toFixed(2));
      rect.setAttribute("width", width.toFixed(2));
      rect.setAttribute("height", "8");
      rect.setAttribute("class", "p-" + phase);
      svg.append(rect);
      x += width;
    }
  }
  const outcome = run.failure || (run.status ? String(run.status) : run.outcome);
  return make("span", { class: "run", title: said }, make("span", { class: "outcome" }, outcome),
    make("span", { class: "millis" }, Number(run.durationMillis).toFixed(run.durationMillis < 10 ? 1 : 0) + " ms"), svg);
}

function row(verdict) {
  return make("tr", { "data-state": verdict.state },
    make("td", {}, make("span", { class: "state" }, verdict.state)),
    make("th", { scope: "row" }, verdict.state === "up" ? verdict.probe : make("a", { href: "#case-" + verdict.probe }, verdict.probe)),
    make("td", {}, verdict.cause === "ok" ? make("span", { class: "quiet" }, verdict.summary) : make("code", {}, verdict.cause)),
    make("td", { class: "since", "data-since": verdict.since }, span(verdict.since)),
    make("td", { class: "last" }, bar(runs.get(verdict.probe))));
}

/** The element of before where its verdict is still the same one: a page of 500 rows stays light. */
function cached(drawn, verdict, variant, render) {
  const known = drawn.get(verdict.probe);
  if (known && known.verdict === verdict && known.variant === variant) return known.element;
  const element = render(verdict, variant);
  drawn.set(verdict.probe, { verdict, variant, element });
  return element;
}

function forgetOthers(drawn, shown) {
  const probes = new Set(shown.map((verdict) => verdict.probe));
  for (const probe of drawn.keys()) if (!probes.has(probe)) drawn.delete(probe);
}

// ---- the whole ----

function sentence(sorted, silent) {
  const counts = { down: 0, degraded: 0, unknown: 0, up: 0 };
  for (const verdict of sorted) counts[verdict.state] = (counts[verdict.state] || 0) + 1;
  const worst = sorted[0];
  if (!connected && !asked) return ["unknown", "Connecting to why502", ""];
  if (silent) {
    return ["unknown", "No news", "Nothing was heard from why502 for " + (news ? span(new Date(news).toISOString()) : "a while") + ". What stands below may be old."];
  }
  if (!sorted.length) return ["unknown", asked ? "Nothing is watched yet" : "Asking what stands now", asked ? "Declare probes in the definitions file." : ""];
  const problems = health ? list(health.problems) : [];
  const rest = [];
  if (counts.down) rest.push(counts.down + " down");
  if (counts.degraded) rest.push(counts.degraded + " degraded");
  if (counts.unknown) rest.push(counts.unknown + " unknown");
  if (counts.up) rest.push(counts.up + " up");
  const tail = rest.join(", ") + (problems.length ? ". why502 itself: " + problems.join("; ") : "");
  if (worst.state === "up") return ["up", sorted.length === 1 ? "It is up" : "Everything is up", tail];
  return [worst.state, worst.summary, worst.probe + " is " + worst.state + ", " + worst.confidence + ": " + worst.cause + ". In all " + tail];
}

function draw() {
  drawing = false;
  const sorted = [...verdicts.values()].sort((a, b) =>
    (RANK[a.state] ?? 2) - (RANK[b.state] ?? 2) || Date.parse(a.since) - Date.parse(b.since) || (a.probe < b.probe ? -1 : 1));
  const silent = asked && Date.now() - news > SILENCE_MILLIS;
  document.body.classList.toggle("silent", silent);
  const [state, lead, tail] = sentence(sorted, silent);
  const top = document.getElementById("sentence");
  top.dataset.state = state;
  set(top.querySelector(".lead"), lead);
  set(top.querySelector(".rest"), tail);
  document.title = (state === "up" ? "up" : state === "unknown" ? "?" : state) + " · why502";
  const wrong = sorted.filter((verdict) => verdict.state !== "up" || list(verdict.risks).length);
  const cases = wrong.slice(0, MAX_CASES);
  const rows = sorted.slice(0, MAX_ROWS);
  forgetOthers(drawnCases, cases);
  forgetOthers(drawnRows, rows);
  keepFocus(() => {
    fill(document.getElementById("cases"), [
      ...cases.map((verdict) => cached(drawnCases, verdict, verdict.summary === lead, caseOf)),
      ...more(wrong.length - MAX_CASES, "p"),
    ]);
    fill(document.getElementById("rows"), rows.map((verdict) => cached(drawnRows, verdict, false, row)));
    fill(document.getElementById("more"), more(sorted.length - MAX_ROWS, "span"));
  });
  document.getElementById("probes").hidden = !sorted.length;
  linkState(silent);
}

function more(count, tag) {
  return count > 0 ? [make(tag, { class: "more" }, "and " + count + " more")] : [];
}

/** Touches the page only where the order or an element has changed. */
function fill(parent, elements) {
  const same = parent.children.length === elements.length && elements.every((element, i) => parent.children[i] === element);
  if (!same) parent.replaceChildren(...elements);
}

// aria-live speaks what changes: what is the same must stay untouched.
function set(element, value) {
  const node = text(value);
  if (element.textContent !== node.data) element.replaceChildren(node);
}

function keepFocus(change) {
  const active = document.activeElement;
  const inside = active && active.closest ? active.closest(".case") : null;
  const position = inside ? [...inside.querySelectorAll("summary, button, pre, a")].indexOf(active) : -1;
  change();
  if (inside && position >= 0) {
    const again = document.getElementById(inside.id);
    const target = again && again.querySelectorAll("summary, button, pre, a")[position];
    if (target) target.focus({ preventScroll: true });
  }
}

function linkState(silent) {
  const label = document.getElementById("link");
  const said = !connected ? "connection lost, trying again" : silent ? "connected, no news" : "live";
  label.dataset.live = connected && !silent ? "yes" : "no";
  set(label, said);
}

function later() {
  if (!drawing) {
    drawing = true;
    // No animation frame: the title must change in a tab that nobody looks at, too.
    setTimeout(draw, DRAW_MILLIS);
  }
}

function take(verdict) {
  if (!verdict || typeof verdict.probe !== "string") return;
  const known = verdicts.get(verdict.probe);
  // The sequence orders one node's messages; those of another node only time can.
  const older = known && (known.node === verdict.node ? known.seq > verdict.seq && known.at >= verdict.at : known.at > verdict.at);
  if (!older) verdicts.set(verdict.probe, verdict);
}

async function ask() {
  const seen = new Set();
  let after;
  do {
    const reply = await bus.ask("why502.query.verdicts", after === undefined ? {} : { after });
    for (const verdict of list(reply.verdicts)) {
      seen.add(verdict.probe);
      take(verdict);
    }
    after = reply.next;
    asked = true;
    later();
  } while (after !== undefined);
  for (const probe of verdicts.keys()) {
    if (!seen.has(probe)) verdicts.delete(probe);
  }
  later();
}

function heard() {
  news = Date.now();
}

const tokenForm = document.getElementById("token");
let token = sessionStorage.getItem("why502-token") || "";

const bus = new Bus(
  () => {
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    return scheme + location.host + "/eventbus/websocket" + (token ? "?access_token=" + encodeURIComponent(token) : "");
  },
  () => {
    connected = true;
    heard();
    tokenForm.hidden = true;
    ask().catch(() => { asked = true; later(); });
    later();
  },
  async (opened) => {
    connected = false;
    later();
    if (!opened) {
      const answer = await fetch("/api/v1/probes", token ? { headers: { authorization: "Bearer " + token } } : {}).catch(() => null);
      tokenForm.hidden = !(answer && answer.status === 401);
    }
  });

bus.listen("why502.verdicts", (verdict) => { heard(); take(verdict); later(); });
bus.listen("why502.health", (body) => { heard(); health = body; later(); });
bus.listen("why502.definitions", () => { ask().catch(() => {}); });
bus.listen("why502.observations", (run) => {
  heard();
  runs.set(run.probe, run);
  const drawn = drawnRows.get(run.probe);
  if (drawn) drawn.element.querySelector(".last").replaceChildren(bar(run));
});

tokenForm.addEventListener("submit", (event) => {
  event.preventDefault();
  token = document.getElementById("token-text").value.trim();
  sessionStorage.setItem("why502-token", token);
  location.reload();
});

setInterval(() => {
  for (const element of document.querySelectorAll("[data-since]")) set(element, span(element.dataset.since));
  const silent = asked && Date.now() - news > SILENCE_MILLIS;
  if (silent !== document.body.classList.contains("silent")) later();
}, 1000);

bus.connect();
later();
