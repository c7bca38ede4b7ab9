// What stands now, and why: takes the news from the bus and draws what has changed, at most once a frame.

import { Bus } from "/bus.js";
import { drawCases, forgetCases, pick } from "/cases.js";
import { list, mark, rich, safe, set, sign } from "/dom.js";
import { askIncidents, drawIncidents, forgetIncidents } from "/incidents.js";
import { counted, duration, listenForLanguage, span, spoken, t, translate } from "/lang.js";
import { Model } from "/model.js";
import { ProbeList } from "/probes.js";
import { drawDefinitions, drawRisks, drawService } from "/rest.js";
import { askForToken, authorized, keptToken, tokenQuery } from "/token.js";

/** News come much faster than anybody reads. */
const DRAW_MILLIS = 120;
const MAX_PAGES = 1000;

const model = new Model();
const rows = new ProbeList(model, (probe) => pick(probe, drawAll));
let waiting = false;
let drawnMillis = 0;
let asking = 0;

// ---- the sentence ----

function which(verdict, companions) {
  const said = t("lead.which", {
    probe: verdict.probe, state: t("state." + verdict.state), span: span(verdict.since), confidence: t("confidence." + verdict.confidence),
  });
  return said + (companions > 0 ? (spoken() === "zh" ? "，" : ", ") + t("lead.also", { n: companions }) : "");
}

/** State, one sentence, and what stands under it. */
function sentence(sorted, group) {
  if (model.silent()) {
    const millis = model.silentMillis();
    return ["silent", t("lead.silent"), model.health ? t("lead.silent.rest", { span: duration(millis) }) : t("lead.silent.never")];
  }
  if (!model.asked) return ["unknown", t(model.connected ? "lead.asking" : "lead.connecting"), ""];
  if (!sorted.length) return ["unknown", t("lead.nothing"), t("lead.nothing.rest")];
  const problems = model.health ? list(model.health.problems) : [];
  const itself = problems.length ? t("lead.itself", { problems: problems.join("; ") }) : "";
  const worst = sorted[0];
  if (worst.state === "up") return ["up", counted("lead.up", sorted.length), itself];
  return [worst.state, worst.summary, which(worst, group.length - 1) + (itself ? " · " + itself : "")];
}

function drawLead(sorted, group) {
  const [state, said, rest] = sentence(sorted, group);
  const hero = document.getElementById("hero");
  const lead = document.getElementById("lead");
  if (hero.dataset.state !== state) {
    hero.dataset.state = state;
    document.getElementById("hero-sign").replaceChildren(sign(state));
  }
  if (lead.textContent !== safe(said)) {
    lead.replaceChildren(...rich(said));
    lead.classList.toggle("long", said.length > 110);
  }
  set(document.getElementById("rest"), rest);
  const wrong = sorted.filter((verdict) => verdict.rank < 3).length;
  const short = state === "silent" ? t("lead.silent") : state === "up" ? t("state.up") : wrong ? wrong + " " + t("state." + sorted[0].state) : "…";
  const title = { up: "✓ ", down: "✕ ", degraded: "! " }[state] || "? ";
  if (document.title !== title + short + " · why502") document.title = title + short + " · why502";
}

// ---- drawing ----

/** Runs come with every probe's every interval; they change nothing but the rows that are in sight. */
let onlyRuns = true;

function draw() {
  waiting = false;
  drawnMillis = performance.now();
  const silent = model.silent();
  if (onlyRuns) {
    rows.drawRows();
  } else {
    const sorted = model.sorted();
    const group = drawCases(sorted, drawAll);
    drawLead(sorted, group);
    drawRisks(sorted);
    drawDefinitions(model);
    rows.draw(sorted);
    drawIncidents(model);
    document.getElementById("probes").hidden = !sorted.length;
  }
  onlyRuns = true;
  document.body.classList.toggle("silent", silent);
  drawLink(silent);
}

function drawAll() {
  onlyRuns = false;
  draw();
}

function drawLink(silent) {
  const link = document.getElementById("link");
  mark(link, "data-link", !model.connected ? (model.asked ? "lost" : "connecting") : silent ? "quiet" : "live");
  set(link, t("link." + link.dataset.link));
}

function soon() {
  if (waiting) return;
  waiting = true;
  const due = Math.max(0, DRAW_MILLIS - (performance.now() - drawnMillis));
  // A tab that nobody looks at has no frames; its title must change all the same.
  setTimeout(() => (document.hidden ? draw() : requestAnimationFrame(draw)), due);
}

function later() {
  onlyRuns = false;
  soon();
}

function tick() {
  for (const element of document.querySelectorAll("[data-for]")) set(element, t("case.for", { span: span(element.dataset.for) }));
  drawService(model);
  later();
}

// ---- asking ----

async function pages(address, list, take) {
  let after;
  for (let i = 0; i < MAX_PAGES; i += 1) {
    const body = { lang: spoken() };
    if (after !== undefined) body.after = after;
    const reply = await bus.ask(address, body);
    for (const one of Array.isArray(reply[list]) ? reply[list] : []) take(one);
    after = reply.next;
    later();
    if (after === undefined || after === null) return;
  }
}

async function ask() {
  asking += 1;
  const mine = asking;
  const seen = new Set();
  await pages("why502.query.verdicts", "verdicts", (verdict) => {
    seen.add(verdict.probe);
    model.verdict(verdict);
  });
  if (mine === asking) {
    model.asked = true;
    model.retain(seen);
    later();
  }
  await describe();
  await pages("why502.query.incidents", "incidents", (incident) => model.incident(incident)).catch(() => {});
  await askIncidents(model);
  await bus.ask("why502.query.definitions", {}).then((state) => {
    model.definitions = state && typeof state.accepted === "boolean" ? state : model.definitions;
  }).catch(() => {});
  later();
}

async function describe() {
  const all = [];
  let after = "";
  for (let i = 0; i < MAX_PAGES; i += 1) {
    const answer = await fetch("/api/v1/probes" + after, authorized()).catch(() => null);
    if (!answer || !answer.ok) return;
    const body = await answer.json();
    all.push(...list(body.probes));
    if (body.next === undefined || body.next === null) break;
    after = "?after=" + encodeURIComponent(body.next);
  }
  model.described(all);
  later();
}

function askAgain() {
  ask().catch(() => later());
}

// ---- the bus ----

const bus = new Bus(
  () => (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/eventbus/websocket?lang=" + spoken() + tokenQuery(),
  () => {
    model.connected = true;
    model.waitFromNow();
    document.getElementById("token").hidden = true;
    askAgain();
    later();
  },
  async (opened) => {
    model.connected = false;
    later();
    if (!opened) await askForToken("/api/v1/probes");
  });

bus.listen("why502.verdicts", (verdict) => { model.verdict(verdict); later(); });
bus.listen("why502.health", (body) => { model.heardHealth(body); drawService(model); later(); });
bus.listen("why502.incidents", (incident) => { model.incident(incident); later(); });
bus.listen("why502.remedies", (run) => { model.remedy(run); later(); });
bus.listen("why502.observations", (run) => { model.run(run); soon(); });
bus.listen("why502.definitions", (state) => {
  model.definitions = state;
  later();
  askAgain();
});

listenForLanguage(() => {
  forgetCases();
  forgetIncidents();
  rows.forget();
  for (const part of document.querySelectorAll("[data-part]")) part.remove();
  // What the service says comes in the language that the connection asked for.
  bus.again();
  model.forget();
  tick();
});

keptToken();
translate();
setInterval(tick, 1000);
bus.connect();
tick();
