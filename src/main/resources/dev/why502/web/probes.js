// All probes: a list of any length, of which only what is near the window exists as elements.

import { fill, make, mark, set, shape, sign } from "/dom.js";
import { millis, span, t } from "/lang.js";

const CHUNK = 40;
const NEAR = "800px";
const PHASES = ["resolve", "connect", "tls", "request", "processing", "transfer"];
const STATES = ["down", "degraded", "unknown", "up"];
const HISTORY_HEIGHT = 20;
const HISTORY_WIDTH = 120;
/** A line of three runs is not drawn across the whole width. */
const LEAST_SLOTS = 20;

function cell(name, ...children) {
  return make("div", { role: "cell", class: "c-" + name }, ...children);
}

/** One row, which shows another probe when the order changes. */
class Row {
  constructor(pick) {
    this.state = make("span", { class: "word" });
    this.sign = make("span", { class: "sign-place" });
    this.name = make("button", { type: "button", class: "name" });
    this.about = make("span", { class: "about" });
    this.now = cell("now");
    this.since = cell("since");
    this.outcome = make("span", { class: "outcome" });
    this.took = make("span", { class: "took" });
    this.bar = shape("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img", hidden: true });
    this.line = shape("polyline", { class: "line" });
    this.flaws = shape("path", { class: "flaws" });
    this.history = shape("svg", { class: "history", viewBox: "0 0 " + HISTORY_WIDTH + " " + HISTORY_HEIGHT, preserveAspectRatio: "none", role: "img", hidden: true }, this.flaws, this.line);
    this.element = make("div", { role: "row", class: "row" },
      cell("state", make("span", { class: "state" }, this.sign, this.state)),
      make("div", { role: "rowheader", class: "c-probe" }, this.name, this.about),
      this.now, this.since, cell("run", this.outcome, this.took), cell("phases", this.bar), cell("history", this.history));
    this.name.addEventListener("click", () => pick(this.probe));
  }

  show(verdict, model, index) {
    this.element.hidden = false;
    mark(this.element, "aria-rowindex", index + 2);
    const described = model.probes.get(verdict.probe);
    if (this.verdict !== verdict) {
      this.verdict = verdict;
      this.probe = verdict.probe;
      if (this.drawn !== verdict.state) {
        this.drawn = verdict.state;
        this.element.dataset.state = verdict.state;
        this.sign.replaceChildren(sign(verdict.state));
        set(this.state, t("state." + verdict.state));
      }
      set(this.name, verdict.probe);
      const up = verdict.cause === "ok";
      set(this.now, up ? verdict.summary : verdict.cause);
      this.now.classList.toggle("code", !up);
      mark(this.now, "title", verdict.summary);
    }
    const about = (described && described.description) || "";
    set(this.about, about);
    mark(this.about, "title", about);
    set(this.since, span(verdict.since));
    const history = model.histories.get(verdict.probe);
    const last = history ? history.last : null;
    if (this.last !== last) {
      this.last = last;
      this.showRun(last);
      this.showHistory(history);
    }
  }

  hide() {
    this.element.hidden = true;
    this.verdict = null;
  }

  showRun(run) {
    this.bar.toggleAttribute("hidden", !run);
    if (!run) {
      set(this.outcome, "");
      set(this.took, "");
      this.bar.replaceChildren();
      return;
    }
    const phases = run.phases || {};
    set(this.outcome, run.failure || run.status || run.outcome);
    set(this.took, millis(run.durationMillis));
    this.outcome.classList.toggle("flaw", run.outcome !== "expected");
    const happened = PHASES.filter((phase) => phases[phase] > 0);
    const total = happened.reduce((sum, phase) => sum + phases[phase], 0) || 1;
    let x = 0;
    const parts = happened.map((phase, i) => {
      const rect = this.bar.children[i] || shape("rect", { height: "8" });
      const width = (phases[phase] / total) * 100;
      mark(rect, "class", "p-" + phase);
      mark(rect, "x", x.toFixed(1));
      mark(rect, "width", Math.max(0.5, width).toFixed(1));
      x += width;
      return rect;
    });
    fill(this.bar, parts);
    mark(this.bar, "aria-label", happened.map((phase) => t("phase." + phase) + " " + millis(phases[phase])).join(", "));
  }

  showHistory(history) {
    let longest = 1;
    let failed = 0;
    this.history.toggleAttribute("hidden", !history);
    if (!history) return;
    history.each((took, good) => {
      longest = Math.max(longest, took);
      failed += good ? 0 : 1;
    });
    const points = [];
    const step = HISTORY_WIDTH / (Math.max(LEAST_SLOTS, history.length) - 1);
    let flaws = "";
    history.each((took, good, i) => {
      const x = (HISTORY_WIDTH - (history.length - 1 - i) * step).toFixed(1);
      points.push(x + "," + (HISTORY_HEIGHT - 1.5 - (took / longest) * (HISTORY_HEIGHT - 3)).toFixed(1));
      if (!good) flaws += "M" + x + " 0V" + HISTORY_HEIGHT;
    });
    mark(this.line, "points", points.join(" "));
    mark(this.flaws, "d", flaws);
    mark(this.history, "aria-label", t("history.label", { n: history.length, failed, max: millis(longest) }));
  }
}

export class ProbeList {
  #model;
  #pick;
  #chunks = [];
  #near = new Set();
  #order = [];
  #state = null;
  #needle = "";
  #chips = new Map();
  #watcher;

  constructor(model, pick) {
    this.#model = model;
    this.#pick = pick;
    this.rows = document.getElementById("rows");
    this.#watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const index = Number(entry.target.dataset.chunk);
        if (entry.isIntersecting) this.#near.add(index);
        else this.#near.delete(index);
      }
      this.drawRows();
    }, { rootMargin: NEAR });
    const filter = document.getElementById("filter");
    filter.addEventListener("input", () => {
      this.#needle = filter.value.trim().toLowerCase();
      this.draw(this.#sorted);
    });
    const chips = document.getElementById("chips");
    for (const state of STATES) {
      const number = make("b", {}, "0");
      const word = make("span", {});
      const chip = make("button", { type: "button", class: "chip", "data-state": state, "aria-pressed": "false" }, sign(state), number, word);
      chip.addEventListener("click", () => {
        this.#state = this.#state === state ? null : state;
        this.draw(this.#sorted);
      });
      this.#chips.set(state, { chip, number, word });
      chips.append(chip);
    }
  }

  #sorted = [];

  #fits(verdict) {
    if (this.#state && verdict.state !== this.#state) return false;
    if (!this.#needle) return true;
    const described = this.#model.probes.get(verdict.probe);
    return [verdict.probe, verdict.cause, verdict.gateway, described && described.description, described && described.target,
      ...Object.entries((described && described.labels) || {}).flat()]
      .some((one) => one && String(one).toLowerCase().includes(this.#needle));
  }

  draw(sorted) {
    this.#sorted = sorted;
    const counts = { down: 0, degraded: 0, unknown: 0, up: 0 };
    for (const verdict of sorted) counts[verdict.state] = (counts[verdict.state] || 0) + 1;
    for (const [state, { chip, number, word }] of this.#chips) {
      set(number, counts[state]);
      set(word, t("state." + state));
      mark(chip, "aria-pressed", String(this.#state === state));
      chip.classList.toggle("zero", counts[state] === 0);
    }
    const shown = this.#needle || this.#state ? sorted.filter((verdict) => this.#fits(verdict)) : sorted;
    this.#order = this.#held(shown);
    set(document.getElementById("shown"), shown.length === sorted.length ? "" : t("probes.shown", { shown: shown.length, all: sorted.length }));
    document.getElementById("none").hidden = shown.length > 0 || !sorted.length;
    mark(document.getElementById("table"), "aria-rowcount", shown.length + 1);
    this.#resize(Math.ceil(this.#order.length / CHUNK));
    this.drawRows();
  }

  /** While somebody stands in the list by keyboard, nothing moves away under the fingers. */
  #held(shown) {
    if (!this.rows.contains(document.activeElement) || this.#order.length !== shown.length) return shown;
    const now = new Map(shown.map((verdict) => [verdict.probe, verdict]));
    const held = this.#order.map((verdict) => now.get(verdict.probe));
    return held.every(Boolean) ? held : shown;
  }

  #resize(count) {
    while (this.#chunks.length > count) {
      const chunk = this.#chunks.pop();
      this.#near.delete(this.#chunks.length);
      this.#watcher.unobserve(chunk.element);
      chunk.element.remove();
    }
    while (this.#chunks.length < count) {
      const index = this.#chunks.length;
      const element = make("div", { role: "rowgroup", class: "chunk", "data-chunk": index });
      this.#chunks.push({ element, rows: [] });
      this.rows.append(element);
      this.#watcher.observe(element);
    }
    this.#chunks.forEach((chunk, index) => {
      const rows = Math.min(CHUNK, this.#order.length - index * CHUNK);
      if (chunk.count !== rows) {
        chunk.count = rows;
        chunk.element.style.setProperty("--rows", String(rows));
      }
    });
  }

  /** Only what is near the window is drawn; what has left it gives its elements back. */
  drawRows() {
    this.#chunks.forEach((chunk, index) => {
      if (!this.#near.has(index)) {
        if (chunk.rows.length && !chunk.element.contains(document.activeElement)) {
          chunk.rows = [];
          chunk.element.replaceChildren();
        }
        return;
      }
      for (let i = 0; i < chunk.count; i += 1) {
        if (!chunk.rows[i]) {
          chunk.rows[i] = new Row(this.#pick);
          chunk.element.append(chunk.rows[i].element);
        }
        chunk.rows[i].show(this.#order[index * CHUNK + i], this.#model, index * CHUNK + i);
      }
      for (let i = chunk.count; i < chunk.rows.length; i += 1) chunk.rows[i].hide();
    });
  }

  /** In another language everything is drawn anew. */
  forget() {
    for (const chunk of this.#chunks) {
      chunk.rows = [];
      chunk.element.replaceChildren();
    }
  }
}
