// What stands below: what would strike next, and why502 itself.

import { details, fixOf } from "/cases.js";
import { list, make, part, rich, set, sign } from "/dom.js";
import { clock, duration, millis, t } from "/lang.js";

const MAX_RISKS = 20;
const MAX_ERRORS = 20;
const NAMED_PROBES = 5;

/** Each risk once, with the probes that it was seen on. */
function risksOf(verdicts) {
  const risks = new Map();
  for (const verdict of verdicts) {
    for (const risk of list(verdict.risks)) {
      const key = risk.cause + " " + risk.summary;
      if (risks.has(key)) risks.get(key).probes.push(verdict.probe);
      else risks.set(key, { risk, probes: [verdict.probe] });
    }
  }
  return [...risks.values()];
}

function named(probes) {
  const more = probes.length - NAMED_PROBES;
  return probes.slice(0, NAMED_PROBES).join(", ") + (more > 0 ? " " + t("case.more", { n: more }) : "");
}

export function drawRisks(verdicts) {
  const risks = risksOf(verdicts).slice(0, MAX_RISKS);
  const section = document.getElementById("risks");
  section.hidden = !risks.length;
  part(section, "risks", JSON.stringify(risks.map(({ risk, probes }) => [risk.cause, risk.summary, risk.fix, probes])), () => make("ul", { class: "sheet plain" }, risks.map(({ risk, probes }) =>
    make("li", { "data-state": "degraded" },
      make("p", { class: "risk" }, sign("degraded"), make("code", {}, risk.cause), make("span", { class: "quiet" }, t("risks.of", { probes: named(probes) }))),
      make("p", {}, rich(risk.summary)),
      risk.fix ? details("risk " + risk.cause + risk.summary, t("fix"), null, make("div", { class: "fix" }, fixOf(risk.fix))) : null))));
}

export function drawDefinitions(model) {
  const state = model.definitions;
  const refused = state && state.accepted === false;
  const notice = document.getElementById("refused");
  notice.hidden = !refused;
  part(notice, "errors", JSON.stringify(refused ? state.errors : null), () => (refused
    ? [make("p", {}, sign("degraded"), t("definitions.refused")),
      make("ul", {}, list(state.errors).slice(0, MAX_ERRORS).map((error) => make("li", {}, make("code", {}, error))),
        list(state.errors).length > MAX_ERRORS ? make("li", {}, t("case.more", { n: state.errors.length - MAX_ERRORS })) : null)]
    : []));
  set(document.getElementById("f-definitions"), !state ? t("definitions.unknown")
    : refused ? t("definitions.refused.short") : t("definitions.accepted", { at: clock(state.at) }));
}

export function drawService(model) {
  const health = model.health;
  const say = (id, value) => set(document.getElementById("f-" + id), health ? value() : t("service.never"));
  say("node", () => health.node || "");
  say("heard", () => t("service.ago", { span: duration(model.silentMillis()) }));
  say("runs", () => health.ran + " / " + health.due);
  say("late", () => millis(health.lateMillis));
  say("blocked", () => t("times", { n: health.blocked }));
  say("store", () => health.storeErrors);
  say("sockets", () => health.sockets);
  say("problems", () => list(health.problems).join("; ") || t("none"));
}
