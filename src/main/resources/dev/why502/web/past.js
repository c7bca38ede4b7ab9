// How a probe has done: a strip of the past, how fast it was, its uptime, and what is left of what was promised.

import { fill, list, make, mark, part, set, shape } from "/dom.js";
import { clock, day, millis, now, spoken, t } from "/lang.js";
import { authorized } from "/token.js";

const HOUR = 3600000;
/** What a strip shows; a cell is so long. */
const SPANS = {
  day: { millis: 24 * HOUR, cell: HOUR, step: "hour" },
  week: { millis: 7 * 24 * HOUR, cell: 6 * HOUR, step: "hour" },
  quarter: { millis: 90 * 24 * HOUR, cell: 24 * HOUR, step: "day" },
};
const AGAIN_MILLIS = 60000;
const WIDTH = 480;
const HEIGHT = 60;
/** Fewer good runs than that in a cell are an outage, and not a flaw. */
const FLAWED = 0.95;
const LINES = ["p50Millis", "p95Millis", "p99Millis"];

const pasts = new Map();

/** Rounded down: what is not whole is never called so. */
function percent(ratio) {
  const hundredths = Math.floor(ratio * 10000 + 1e-7) / 100;
  return Number(hundredths.toFixed(2)) + " %";
}

function seconds(value) {
  const whole = Math.abs(value);
  if (whole < 120) return t("unit.s", { s: whole.toFixed(0) });
  return whole < 7200 ? t("unit.min", { min: (whole / 60).toFixed(1) }) : t("unit.hours", { h: (whole / 3600).toFixed(1) });
}

/** The buckets of an answer in cells of one length, with empty ones where nothing ran. */
function cellsOf(told, span) {
  const cells = [];
  const end = Date.parse(told.to);
  for (let start = Math.floor(Date.parse(told.from) / span.cell) * span.cell; start < end; start += span.cell) {
    cells.push({ start, runs: 0, failures: 0, unknown: 0, p50Millis: null, p95Millis: null, p99Millis: null });
  }
  for (const bucket of list(told.buckets)) {
    const cell = cells.findLast((one) => one.start <= Date.parse(bucket.start));
    if (!cell) continue;
    for (const count of ["runs", "failures", "unknown"]) cell[count] += Number(bucket[count]) || 0;
    // Percentiles do not add up; the worst of a cell is at least no better than it was.
    for (const line of LINES) if (bucket[line] !== null) cell[line] = Math.max(cell[line] ?? 0, Number(bucket[line]) || 0);
  }
  return cells;
}

function ratioOf(cell) {
  const known = cell.runs - cell.unknown;
  return known > 0 ? (known - cell.failures) / known : null;
}

function stateOf(cell) {
  const ratio = ratioOf(cell);
  return ratio === null ? "unknown" : ratio === 1 ? "up" : ratio >= FLAWED ? "degraded" : "down";
}

function wordsOf(cell, span) {
  const at = span.cell < 24 * HOUR ? clock(cell.start) : day(cell.start);
  const ratio = ratioOf(cell);
  if (ratio === null) return t(cell.runs ? "past.cell.unknown" : "past.cell.none", { at, n: cell.unknown });
  return t("past.cell", { at, ratio: percent(ratio), runs: cell.runs, failed: cell.failures })
    + (cell.p95Millis === null ? "" : t("past.cell.latency", { p50: millis(cell.p50Millis), p95: millis(cell.p95Millis) }))
    + (cell.unknown ? t("past.cell.besides", { n: cell.unknown }) : "");
}

class Past {
  #probe;
  #span = "day";
  #cells = [];
  #asked = 0;
  #language = null;

  constructor(probe) {
    this.#probe = probe;
    this.choices = make("div", { class: "spans", role: "group" });
    this.strip = make("div", { class: "strip", role: "group" });
    this.said = make("p", { class: "quiet said", "aria-hidden": "true" });
    this.figures = make("div", {});
    this.heading = make("h4", {});
    this.element = make("section", { class: "past" }, make("div", { class: "past-head" }, this.heading, this.choices), this.strip, this.said, this.figures);
    for (const span of Object.keys(SPANS)) {
      const choice = make("button", { type: "button", class: "choice", "data-span": span });
      choice.addEventListener("click", () => {
        this.#span = span;
        this.ask();
        this.draw();
      });
      this.choices.append(choice);
    }
    this.strip.addEventListener("keydown", (event) => this.#move(event));
    for (const kind of ["focusin", "pointerover"]) {
      this.strip.addEventListener(kind, (event) => {
        const label = event.target.getAttribute("aria-label");
        if (event.target !== this.strip && label) set(this.said, label);
      });
    }
  }

  /** One stop for the tabulator key, the arrows within: a strip is a hundred cells. */
  #move(event) {
    const at = this.#cells.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: this.#cells.length - 1 }[event.key];
    if (at < 0 || to === undefined || !this.#cells[to]) return;
    event.preventDefault();
    this.#cells[at].tabIndex = -1;
    this.#cells[to].tabIndex = 0;
    this.#cells[to].focus();
  }

  async ask() {
    this.#asked += 1;
    const mine = this.#asked;
    const span = SPANS[this.#span];
    const query = "?step=" + span.step + "&lang=" + spoken() + "&from=" + encodeURIComponent(new Date(now() - span.millis).toISOString());
    const answer = await fetch("/api/v1/probes/" + encodeURIComponent(this.#probe) + "/history" + query, authorized()).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (mine !== this.#asked) return;
    this.told = told;
    this.of = this.#span;
    this.draw();
  }

  /** In another language, or once more. */
  draw() {
    if (this.#language !== spoken()) {
      this.#language = spoken();
      set(this.heading, t("past"));
      mark(this.choices, "aria-label", t("past.span"));
      for (const choice of this.choices.children) set(choice, t("past.span." + choice.dataset.span));
    }
    for (const choice of this.choices.children) mark(choice, "aria-pressed", String(choice.dataset.span === this.#span));
    if (!this.told) {
      set(this.said, this.#asked && this.of ? t("past.unreadable") : "");
      this.strip.hidden = true;
      this.figures.hidden = true;
      return;
    }
    this.strip.hidden = false;
    this.figures.hidden = false;
    const span = SPANS[this.of];
    const cells = cellsOf(this.told, span);
    this.#drawStrip(cells, span);
    part(this.figures, "latency", this.of + JSON.stringify(this.told.buckets), () => latency(cells, this.told.latency));
    part(this.figures, "uptime", JSON.stringify([this.told.uptime, this.told.objective]), () => [uptimes(this.told.uptime), promise(this.told.objective)]);
  }

  #drawStrip(cells, span) {
    mark(this.strip, "aria-label", t("past.strip", { span: t("past.span." + this.of) }));
    const held = this.#cells.indexOf(document.activeElement);
    while (this.#cells.length > cells.length) this.#cells.pop();
    while (this.#cells.length < cells.length) this.#cells.push(make("button", { type: "button", class: "cell", tabindex: "-1" }));
    const stop = held >= 0 && held < cells.length ? held : cells.length - 1;
    cells.forEach((cell, i) => {
      mark(this.#cells[i], "data-state", stateOf(cell));
      mark(this.#cells[i], "aria-label", wordsOf(cell, span));
      mark(this.#cells[i], "tabindex", i === stop ? "0" : "-1");
    });
    fill(this.strip, this.#cells);
    if (!this.#cells.includes(document.activeElement)) set(this.said, wordsOf(cells[cells.length - 1], span));
  }
}

function latency(cells, whole) {
  const most = Math.max(1, ...cells.map((cell) => cell.p99Millis ?? 0));
  if (!whole || whole.p50Millis === null) return [make("p", { class: "quiet" }, t("past.latency.none"))];
  const step = WIDTH / Math.max(1, cells.length - 1);
  const lines = LINES.map((line) => {
    let d = "";
    let open = false;
    cells.forEach((cell, i) => {
      if (cell[line] === null) {
        open = false;
        return;
      }
      const at = (i * step).toFixed(1) + " " + (HEIGHT - 2 - (cell[line] / most) * (HEIGHT - 4)).toFixed(1);
      // A lone point has no length; the round end of its line is what is seen.
      d += open ? "L" + at : "M" + at + "L" + at;
      open = true;
    });
    return shape("path", { class: "l-" + line.slice(0, 3), d });
  });
  const figures = LINES.map((line) => [line.slice(0, 3), millis(whole[line])]);
  return [
    make("p", { class: "figures" }, make("span", {}, t("past.latency")), figures.map(([name, value]) => make("span", { class: "dot l-" + name }, name + " ", make("b", {}, value)))),
    shape("svg", { class: "latency", viewBox: "0 0 " + WIDTH + " " + HEIGHT, preserveAspectRatio: "none", role: "img",
      "aria-label": t("past.latency.label", { p50: figures[0][1], p95: figures[1][1], p99: figures[2][1], max: millis(most) }) }, lines),
  ];
}

/** What is known of no window is not said of it, and what is known of a part only is said of that part. */
function uptimes(windows) {
  return make("dl", { class: "windows" }, list(windows).map((one) => make("div", {},
    make("dt", {}, one.window),
    make("dd", {},
      make("b", {}, one.ratio === null ? t("past.nothing") : percent(one.ratio)),
      one.ratio !== null && one.coverage < FLAWED ? make("span", { class: "quiet" }, t("past.coverage", { part: one.coverage > 0 && one.coverage < 0.01 ? "< 1 %" : percent(one.coverage) })) : null,
      one.maintenanceRuns && one.ratioOutsideMaintenance !== null ? make("span", { class: "quiet" }, t("past.maintenance", { ratio: percent(one.ratioOutsideMaintenance) })) : null))));
}

function promise(objective) {
  if (!objective || !objective.budget) return null;
  const left = Number(objective.budget.leftRatio);
  const rates = list(objective.burn).filter((one) => one.rate !== null);
  return make("div", { class: "promise", "data-state": left <= 0 ? "down" : left < 0.25 ? "degraded" : "up" },
    make("p", {}, t("past.objective", { target: percent(objective.target), window: objective.window }), " ",
      make("b", { class: "tone" }, t(left < 0 ? "past.budget.over" : "past.budget.left", { left: seconds(objective.budget.leftSeconds), total: seconds(objective.budget.totalSeconds) }))),
    shape("svg", { class: "budget", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      shape("rect", { class: "spent", width: "100", height: "4" }), shape("rect", { class: "left", width: Math.max(0, Math.min(100, left * 100)).toFixed(1), height: "4" })),
    rates.length ? make("p", { class: "quiet" }, t("past.burn"), " ", rates.map((one) => one.window + ": " + Number(one.rate).toFixed(1) + "×").join(" · ")) : null);
}

/** The past of a probe, which keeps what was chosen in it however often the page is drawn. */
export function pastOf(probe) {
  if (!pasts.has(probe)) pasts.set(probe, new Past(probe));
  const past = pasts.get(probe);
  past.ask();
  past.draw();
  return past.element;
}

setInterval(() => {
  for (const [probe, past] of pasts) {
    if (!past.element.isConnected) pasts.delete(probe);
    else if (past.element.offsetParent !== null) past.ask();
  }
}, AGAIN_MILLIS);
