// The cases: what is wrong, each with its path, chain, fix and evidence.

import { fill, list, make, part, rich, set, sign } from "/dom.js";
import { clock, span, t } from "/lang.js";
import { groupOf } from "/model.js";
import { pastOf } from "/past.js";
import { path } from "/path.js";

const MAX_CASES = 12;
const MAX_COMPANIONS = 8;
const SAID_MILLIS = 2000;

const cards = new Map();
/** What a person has opened or closed stays so while the page lives, whatever is drawn anew. */
const toggled = new Map();
const opened = new Set();
const picked = new Set();

export function copyButton(what, label) {
  const button = make("button", { type: "button", class: "copy", "aria-label": label }, t("copy"));
  button.addEventListener("click", async () => {
    const done = await copied(what, button);
    button.textContent = t(done ? "copied" : "copy.self");
    button.classList.toggle("done", done);
    set(document.getElementById("said"), t(done ? "copied.said" : "copy.self"));
    setTimeout(() => {
      button.textContent = t("copy");
      button.classList.remove("done");
      set(document.getElementById("said"), "");
    }, SAID_MILLIS);
  });
  return button;
}

async function copied(what, button) {
  try {
    await navigator.clipboard.writeText(what);
    return true;
  } catch {
    // No permission, or the page came over plain HTTP: the old way still works there.
    const area = make("textarea", { class: "off", readonly: true, "aria-hidden": "true" });
    area.value = what;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button.focus();
    if (!done) getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
    return done;
  }
}

function block(content, label) {
  return make("div", { class: "code" }, make("pre", { tabindex: "0", "aria-label": label, role: "group" }, make("code", {}, content)), copyButton(content, label));
}

export function fixOf(cure) {
  const steps = list(cure.steps).join("\n");
  const at = cure.at && cure.at.file ? cure.at.file + (cure.at.line ? ":" + cure.at.line : "") : null;
  return [
    make("p", {}, rich(cure.summary)),
    at && !String(cure.summary).includes(at) ? make("p", { class: "at" }, rich(at)) : null,
    steps ? block(steps, t("fix.copy")) : null,
    cure.verify ? make("p", { class: "verify" }, t("fix.verify")) : null,
    cure.verify ? block(cure.verify, t("fix.copy.verify")) : null,
  ].filter(Boolean);
}

export function details(key, title, count, content) {
  const box = make("details", { open: opened.has(key) }, make("summary", {}, title, count === null ? null : make("span", { class: "count" }, count)), content);
  box.addEventListener("toggle", () => {
    if (box.open) opened.add(key);
    else opened.delete(key);
  });
  return box;
}

function pairs(items, term, meaning) {
  return make("dl", {}, items.map((one) => [make("dt", {}, one[term]), make("dd", {}, rich(meaning(one)))]));
}

function evidence(verdict) {
  return make("ul", { class: "evidence" }, list(verdict.evidence).map((one, index) => {
    const data = one.data && Object.keys(one.data).length ? one.data : null;
    return make("li", {},
      make("p", { class: "kind" }, make("span", {}, one.kind), make("time", { datetime: one.at }, clock(one.at))),
      make("div", {},
        make("p", {}, rich(one.summary)),
        data ? details(verdict.probe + " data " + index, t("evidence.data"), null, make("pre", { tabindex: "0", role: "group", "aria-label": t("evidence.data") }, JSON.stringify(data, null, 2))) : null));
  }));
}

function unsettled(verdict) {
  return list(verdict.unsettled).length
    ? [make("h4", {}, t("unsettled")), pairs(verdict.unsettled, "cause", (one) => t("unsettled.by", { what: one.settledBy }))]
    : [];
}

function chain(verdict) {
  return list(verdict.chain).length
    ? [make("h4", {}, t("chain")), make("ol", { class: "chain" }, verdict.chain.map((link) => make("li", {}, make("code", {}, link.cause), make("p", {}, rich(link.summary)))))]
    : [];
}

class Card {
  constructor(key) {
    this.key = key;
    this.title = make("button", { type: "button", class: "title" });
    this.element = make("article", { class: "case" });
    this.heading = make("h3", {}, this.title);
    this.facts = make("p", { class: "facts" });
    this.close = null;
    this.summary = make("p", { class: "summary" });
    this.body = make("div", { class: "body" });
    this.element.append(make("header", {}, this.heading, this.facts), this.summary, this.body);
    this.title.addEventListener("click", () => {
      toggled.set(this.key, this.title.getAttribute("aria-expanded") !== "true");
      this.again();
    });
  }

  /** Shows the group's first verdict; the others are named. lead: its summary already stands above as the page's sentence. */
  show(group, open, lead, again) {
    const verdict = group[0];
    this.again = again;
    this.probe = verdict.probe;
    this.element.id = "case-" + verdict.probe;
    this.element.dataset.state = verdict.state;
    set(this.title, verdict.probe);
    this.title.setAttribute("aria-expanded", String(open));
    this.drawFacts(verdict);
    const repeated = lead || verdict.cause === "ok";
    if (this.said !== verdict.summary + repeated) {
      this.said = verdict.summary + repeated;
      this.summary.replaceChildren(...make("p", {}, repeated && lead ? null : rich(verdict.summary)).childNodes);
      this.summary.hidden = Boolean(lead);
    }
    this.body.hidden = !open;
    if (open) this.drawBody(verdict, group);
  }

  drawFacts(verdict) {
    const signature = [verdict.state, verdict.cause, verdict.confidence, verdict.since, picked.has(verdict.probe)].join(" ");
    if (this.facts.signature === signature) return;
    this.facts.signature = signature;
    this.facts.replaceChildren(
      make("span", { class: "state" }, sign(verdict.state), t("state." + verdict.state)),
      make("span", { "data-for": verdict.since }, t("case.for", { span: span(verdict.since) })),
      ...(verdict.cause === "ok" ? [] : [make("code", {}, verdict.cause), make("span", {}, t("confidence." + verdict.confidence))]));
    if (picked.has(verdict.probe)) {
      const close = make("button", { type: "button", class: "small" }, t("case.close"));
      close.addEventListener("click", () => {
        picked.delete(verdict.probe);
        this.again();
        document.getElementById("probes").focus();
      });
      this.facts.append(close);
    }
  }

  drawBody(verdict, group) {
    const companions = group.slice(1).map((one) => one.probe);
    part(this.body, "also", companions.slice(0, MAX_COMPANIONS).join() + companions.length, () => companions.length
      ? make("p", { class: "also" }, make("span", {}, t("case.also")), companions.slice(0, MAX_COMPANIONS).map((probe) => make("span", { class: "tag" }, probe)),
        companions.length > MAX_COMPANIONS ? make("span", {}, t("case.more", { n: companions.length - MAX_COMPANIONS })) : null)
      : null);
    const drawn = path(verdict);
    part(this.body, "path", drawn.textContent + drawn.className, () => drawn);
    const columns = part(this.body, "columns", "", () => [make("div", {}), make("section", { class: "fix" })]);
    const [left, right] = columns.children;
    part(left, "chain", JSON.stringify(verdict.chain), () => chain(verdict));
    part(left, "unsettled", JSON.stringify(verdict.unsettled), () => unsettled(verdict));
    part(right, "fix", JSON.stringify(verdict.fix), () => (verdict.fix ? [make("h4", {}, t("fix")), ...fixOf(verdict.fix)] : []));
    left.hidden = !list(verdict.chain).length && !list(verdict.unsettled).length;
    right.hidden = !verdict.fix;
    part(this.body, "past", verdict.probe, () => pastOf(verdict.probe));
    const key = verdict.probe + " ";
    part(this.body, "ruled", JSON.stringify(verdict.ruledOut), () => (list(verdict.ruledOut).length
      ? details(key + "ruled", t("ruled.out"), verdict.ruledOut.length, pairs(verdict.ruledOut, "cause", (one) => one.because)) : null));
    part(this.body, "evidence", JSON.stringify(verdict.evidence), () => (list(verdict.evidence).length
      ? details(key + "evidence", t("evidence"), verdict.evidence.length, evidence(verdict)) : null));
  }
}

/** Opens the case of a probe, also of one that is up, and goes there. */
export function pick(probe, again) {
  picked.add(probe);
  toggled.set("picked " + probe, true);
  again();
  const card = [...cards.values()].find((one) => one.probe === probe) || [...cards.values()].find((one) => one.probes && one.probes.has(probe));
  if (card) {
    card.element.scrollIntoView({ block: "start" });
    card.title.focus({ preventScroll: true });
  }
}

/** Draws the cases of these verdicts, which come in their order; the first one is open. */
export function drawCases(sorted, again) {
  const groups = new Map();
  for (const verdict of sorted) {
    const own = picked.has(verdict.probe) ? "picked " + verdict.probe : null;
    if (verdict.rank === 3 && !own) continue;
    const key = own || groupOf(verdict);
    if (groups.has(key)) groups.get(key).push(verdict);
    else groups.set(key, [verdict]);
  }
  const shown = [...groups.entries()];
  const kept = shown.filter(([key], index) => index < MAX_CASES || key.startsWith("picked "));
  const elements = [];
  kept.forEach(([key, group], index) => {
    if (!cards.has(key)) cards.set(key, new Card(key));
    const card = cards.get(key);
    const wrong = group[0].rank < 3;
    card.probes = new Set(group.map((one) => one.probe));
    card.show(group, toggled.get(key) ?? index === 0, index === 0 && wrong, again);
    elements.push(card.element);
  });
  for (const key of cards.keys()) if (!groups.has(key)) cards.delete(key);
  if (shown.length > kept.length) elements.push(make("p", { class: "quiet" }, t("case.more.cases", { n: shown.length - kept.length })));
  fill(document.getElementById("cases"), elements);
  return kept.length && kept[0][1][0].rank < 3 ? kept[0][1] : [];
}

/** In another language everything is drawn anew. */
export function forgetCases() {
  cards.clear();
}
