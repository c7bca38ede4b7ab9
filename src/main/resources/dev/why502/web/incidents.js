// Incidents: those that last and those that were, each with its story.

import { details, fixOf } from "/cases.js";
import { fill, list, make, part, rich, set, sign } from "/dom.js";
import { clock, counted, duration, has, span, spoken, t } from "/lang.js";
import { authorized } from "/token.js";

const MAX_INCIDENTS = 20;
const MAX_PROBES = 20;
const MAX_PROOF = 8;
/** Several news of one incident come at once. */
const AGAIN_MILLIS = 400;
/** What a service of ours calls an incident, a ULID; anything else is shown, and not asked for. */
const ID = /^[0-7][0-9A-Z]{1,31}$/;
const TONES = { opened: "down", changed: "down", reminded: "down", resolved: "up",
  repaired: "up", not_repaired: "down", worse: "down" };

const items = new Map();

function tone(incident) {
  return incident.state === "resolved" ? "up" : incident.state === "flapping" || incident.severity === "degraded" ? "degraded" : "down";
}

function lasted(incident) {
  return incident.resolvedAt
    ? t("incident.lasted", { span: duration(Date.parse(incident.resolvedAt) - Date.parse(incident.since)), at: clock(incident.resolvedAt) })
    : t("case.for", { span: span(incident.since) });
}

/** A word of ours for a word of the service's, or that word. */
function word(key, code) {
  const known = key.replaceAll("-", "_");
  return has(known) ? t(known) : code;
}

function entry(kind, at, title, said) {
  return make("li", { "data-state": TONES[String(kind).replaceAll("-", "_")] || "unknown" },
    make("time", { datetime: at }, clock(at)), make("p", { class: "happened" }, title), said ? make("p", { class: "quiet" }, said) : null);
}

/** What happened, in its order; what an event repeats of the one before is left out. */
function timeline(events, remedies) {
  const told = [];
  let before = {};
  for (const event of events) {
    const same = before.cause === event.cause && before.confidence === event.confidence;
    const merged = event.event === "resolved" && event.mergedInto;
    told.push([event.at, entry(event.event, event.at,
      [make("b", {}, merged ? t("event.merged") : word("event." + event.event, event.event)), event.event === "resolved" || same ? null : [" ", make("code", {}, event.cause), " ", word("confidence." + event.confidence, "")],
        event.affected > 1 && event.affected !== before.affected ? " " + counted("incident.probes", event.affected) : null],
      event.summary !== before.summary && event.event !== "resolved" ? rich(event.summary) : null)]);
    before = event;
  }
  for (const run of remedies) {
    const at = run.endedAt ?? run.startedAt;
    told.push([at, entry(run.outcome, at,
      [make("b", {}, word("remedy." + run.outcome, run.outcome)), " ", t("remedy.of", { remedy: run.remedy, probe: run.probe })],
      [rich(run.reason ?? ""), run.after ? [" · ", rich(run.after.summary)] : null])]);
  }
  told.sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
  return make("ol", { class: "story" }, told.map((one) => one[1]));
}

class Item {
  #story = null;
  #seen = null;
  #timer = 0;
  #language = null;

  constructor(id, model) {
    this.id = id;
    this.model = model;
    this.code = make("code", {});
    this.summary = make("span", {});
    this.title = make("button", { type: "button", class: "title", "aria-expanded": "false" }, this.code, " ", this.summary);
    this.facts = make("p", { class: "facts" });
    this.body = make("div", { class: "body", hidden: true });
    this.element = make("li", { class: "incident" }, make("h3", {}, this.title), this.facts, this.body);
    this.title.addEventListener("click", () => {
      this.body.hidden = !this.body.hidden;
      this.title.setAttribute("aria-expanded", String(!this.body.hidden));
      this.show(this.incident);
    });
  }

  show(incident) {
    this.incident = incident;
    this.element.dataset.state = tone(incident);
    set(this.code, incident.cause);
    if (this.summary.signature !== incident.summary) {
      this.summary.signature = incident.summary;
      this.summary.replaceChildren(...make("span", {}, rich(incident.summary)).childNodes);
    }
    const affected = incident.affected ?? list(incident.probes).length;
    part(this.facts, "facts", JSON.stringify([spoken(), incident.state, incident.severity, incident.since, incident.resolvedAt, affected]), () => [
      make("span", { class: "state" }, sign(tone(incident)), t("incident." + (["open", "flapping"].includes(incident.state) ? incident.state : "resolved"))),
      make("time", { datetime: incident.since }, clock(incident.since)),
      make("span", incident.resolvedAt ? {} : { "data-for": incident.since }, lasted(incident)),
      make("span", {}, counted("incident.probes", affected))]);
    if (!this.body.hidden) {
      this.#askSoon(incident);
      this.#draw(incident);
    }
  }

  /** The service remembers all of it; what was heard here is only since the page was opened. */
  #askSoon(incident) {
    const news = spoken() + incident.seq + " " + incident.at + " " + this.#heardRemedies().length;
    if (this.#seen === news || !ID.test(this.id)) return;
    const first = this.#seen === null;
    this.#seen = news;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), first ? 0 : AGAIN_MILLIS);
  }

  async #ask() {
    const answer = await fetch("/api/v1/incidents/" + encodeURIComponent(this.id) + "?lang=" + spoken(), authorized()).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (told && Array.isArray(told.events)) {
      this.#story = told;
      this.show(this.incident);
    }
  }

  #heardRemedies() {
    return [...this.model.remedies.values()].filter((run) => run.incident === this.id);
  }

  #draw(incident) {
    const story = this.#story;
    const heard = list(this.model.heard.get(this.id));
    const events = story && story.events.length >= heard.length ? story.events : heard;
    const remedies = new Map(list(story && story.remedies).map((run) => [run.id, run]));
    for (const run of this.#heardRemedies()) remedies.set(run.id, run);
    part(this.body, "story", JSON.stringify([events, [...remedies.values()]]), () => timeline(events, [...remedies.values()]));
    const probes = list(incident.probes);
    part(this.body, "probes", JSON.stringify([probes, incident.affected]), () => (probes.length
      ? make("p", { class: "also" }, make("span", {}, t("incident.affected")), probes.slice(0, MAX_PROBES).map((probe) => make("span", { class: "tag" }, probe)),
        (incident.affected ?? probes.length) > MAX_PROBES ? make("span", {}, t("case.more", { n: (incident.affected ?? probes.length) - MAX_PROBES })) : null)
      : null));
    const verdict = incident.verdict || {};
    part(this.body, "proof", JSON.stringify(verdict.evidence), () => (list(verdict.evidence).length
      ? details("proof " + this.id, t("incident.proof"), verdict.evidence.length, make("ul", { class: "proof" }, verdict.evidence.slice(0, MAX_PROOF).map((one) => make("li", {}, make("code", {}, one.kind), " ", rich(one.summary ?? "")))))
      : null));
    part(this.body, "fix", JSON.stringify(verdict.fix), () => (verdict.fix
      ? details("fix " + this.id, t("fix"), null, make("div", { class: "fix" }, fixOf(verdict.fix))) : null));
  }
}

export function drawIncidents(model) {
  const all = [...model.incidents.values()].sort((a, b) =>
    (a.state === "resolved") - (b.state === "resolved") || (a.since < b.since ? 1 : -1));
  const shown = all.slice(0, MAX_INCIDENTS);
  const ids = new Set(shown.map((one) => one.id));
  for (const id of items.keys()) if (!ids.has(id)) items.delete(id);
  const section = document.getElementById("incidents");
  const holder = part(section, "list", String(shown.length > 0) + spoken(), () => (shown.length
    ? make("ul", { class: "sheet plain" }) : make("p", { class: "quiet" }, t("incidents.none"))));
  if (!shown.length) return;
  for (const incident of shown) {
    if (!items.has(incident.id)) items.set(incident.id, new Item(incident.id, model));
    items.get(incident.id).show(incident);
  }
  fill(holder.firstElementChild, shown.map((one) => items.get(one.id).element));
}

/** What was before the page was opened, as far as it is remembered. */
export async function askIncidents(model) {
  const answer = await fetch("/api/v1/incidents?state=all&limit=" + MAX_INCIDENTS + "&lang=" + spoken(), authorized()).catch(() => null);
  const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
  for (const incident of list(told && told.incidents)) model.remember(incident);
}

/** In another language everything is drawn anew. */
export function forgetIncidents() {
  items.clear();
}
