// What the page knows: what stands now, what it heard since it was opened, and how old that is.

import { list } from "/dom.js";
import { heardTime } from "/lang.js";

const SILENCE_MILLIS = 30000;
const RUNS_KEPT = 60;
const HISTORIES_KEPT = 5000;
const INCIDENTS_KEPT = 200;
const EVENTS_KEPT = 50;
const RANK = { down: 0, degraded: 1, unknown: 2, up: 3 };

/** The runs of one probe that we heard of: the newest at the end, at most RUNS_KEPT. */
class History {
  #millis = new Float32Array(RUNS_KEPT);
  #good = new Uint8Array(RUNS_KEPT);
  #next = 0;
  length = 0;
  last = null;

  add(run) {
    this.last = run;
    this.#millis[this.#next] = Number(run.durationMillis) || 0;
    this.#good[this.#next] = run.outcome === "expected" ? 1 : 0;
    this.#next = (this.#next + 1) % RUNS_KEPT;
    this.length = Math.min(RUNS_KEPT, this.length + 1);
  }

  /** Calls see(millis, good, index) from the oldest to the newest. */
  each(see) {
    const first = (this.#next - this.length + RUNS_KEPT) % RUNS_KEPT;
    for (let i = 0; i < this.length; i += 1) {
      const at = (first + i) % RUNS_KEPT;
      see(this.#millis[at], this.#good[at] === 1, i);
    }
  }
}

export class Model {
  verdicts = new Map();
  histories = new Map();
  probes = new Map();
  incidents = new Map();
  /** What was heard of each incident, in its order. */
  heard = new Map();
  remedies = new Map();
  health = null;
  definitions = null;
  connected = false;
  /** Whether we know what stands: only then does "nothing" mean nothing. */
  asked = false;
  #healthMillis = 0;
  /** The probes in their order; null when it must be found anew, which most news do not ask for. */
  #order = null;
  #healthTicks = 0;

  /** A message of an older time than what we have is dropped: a reply and news may overtake one another. */
  verdict(body) {
    if (!body || typeof body.probe !== "string") return;
    const known = this.verdicts.get(body.probe);
    // The sequence orders one node's messages until it starts anew; those of another node only time can.
    const older = known && (known.node === body.node ? known.seq > body.seq && known.at >= body.at : known.at > body.at);
    if (older) return;
    body.rank = RANK[body.state] ?? RANK.unknown;
    body.sinceMillis = Date.parse(body.since) || 0;
    if (!known || known.rank !== body.rank || known.sinceMillis !== body.sinceMillis) this.#order = null;
    this.verdicts.set(body.probe, body);
  }

  run(body) {
    if (!body || typeof body.probe !== "string") return;
    let history = this.histories.get(body.probe);
    if (!history) {
      if (this.histories.size >= HISTORIES_KEPT) return;
      history = new History();
      this.histories.set(body.probe, history);
    }
    history.add(body);
  }

  /** News of an incident. What kind of news it is, what we knew of it before tells. */
  incident(body) {
    if (!body || typeof body.id !== "string") return;
    const known = this.heard.get(body.id) || [];
    const last = known[known.length - 1];
    if (!last || last.at !== body.at || last.state !== body.state) {
      known.push({ ...body, event: body.state === "resolved" ? "resolved" : this.incidents.has(body.id) ? "changed" : "opened" });
      if (known.length > EVENTS_KEPT) known.shift();
      this.heard.set(body.id, known);
    }
    this.incidents.set(body.id, body);
    if (this.incidents.size > INCIDENTS_KEPT) {
      const old = [...this.incidents.values()].filter((one) => one.state === "resolved").sort((a, b) => (a.since < b.since ? -1 : 1))[0];
      const gone = (old || this.incidents.values().next().value).id;
      this.incidents.delete(gone);
      this.heard.delete(gone);
    }
  }

  /** An incident that the service remembers: news that came meanwhile are newer. */
  remember(body) {
    if (body && typeof body.id === "string" && !this.incidents.has(body.id)) this.incidents.set(body.id, body);
  }

  remedy(body) {
    if (!body || typeof body.id !== "string") return;
    this.remedies.set(body.id, body);
    if (this.remedies.size > INCIDENTS_KEPT) this.remedies.delete(this.remedies.keys().next().value);
  }

  heardHealth(body) {
    this.health = body;
    heardTime(body.at);
    this.waitFromNow();
  }

  /** The silence is counted from here: from a message of the service's health, or from the connection that should bring one. */
  waitFromNow() {
    this.#healthMillis = Date.now();
    this.#healthTicks = performance.now();
  }

  /** Milliseconds without news. Of two clocks the later one counts: one stands still in sleep, the other may be set back. */
  silentMillis() {
    if (!this.#healthMillis) return 0;
    return Math.max(Date.now() - this.#healthMillis, performance.now() - this.#healthTicks);
  }

  silent() {
    return this.silentMillis() > SILENCE_MILLIS;
  }

  /** Only these probes are still watched. */
  retain(probes) {
    this.#order = null;
    for (const known of [this.verdicts, this.histories]) {
      for (const probe of known.keys()) if (!probes.has(probe)) known.delete(probe);
    }
  }

  described(body) {
    this.probes = new Map(list(body).filter((one) => one && typeof one.id === "string").map((one) => [one.id, one]));
  }

  /** In another language, or from another service, everything is asked anew. */
  forget() {
    this.verdicts.clear();
    this.#order = null;
    this.asked = false;
  }

  /** The worst first, of these the one that began first. */
  sorted() {
    this.#order ??= [...this.verdicts.values()]
      .sort((a, b) => a.rank - b.rank || (a.rank < RANK.up ? a.sinceMillis - b.sinceMillis : 0) || (a.probe < b.probe ? -1 : 1))
      .map((verdict) => verdict.probe);
    return this.#order.map((probe) => this.verdicts.get(probe));
  }
}

/** What one cure would end stands together: the same steps, or else the same cause at the same place. */
export function groupOf(verdict) {
  if (verdict.group === undefined) {
    const steps = verdict.fix ? list(verdict.fix.steps) : [];
    const last = list(verdict.chain).at(-1);
    verdict.group = JSON.stringify([verdict.state, verdict.cause, verdict.gateway, steps.length ? steps : last ? last.summary : verdict.summary]);
  }
  return verdict.group;
}
