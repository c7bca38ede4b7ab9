// The way of a request, drawn from what was seen on it, with the broken link marked.

import { list, make, rich } from "/dom.js";
import { has, millis, t } from "/lang.js";

const STOPS = ["prober", "edge", "gateway", "upstream", "process"];

/**
 * Where a cause lies: on the link that leads to a stop ("to"), or at the stop itself ("at"). Null for a cause that
 * is none. Without a gateway on the way, what is said of an upstream is said of the target.
 */
export function faultOf(cause, direct) {
  const code = String(cause);
  if (code === "ok") return null;
  if (code.startsWith("prober-")) return { at: "prober" };
  if (direct) return /refused|rejected|unreachable|connect-timeout|backlog-full|socket-missing|edge-dns/.test(code) ? { to: "edge" } : { at: "edge" };
  if (code.startsWith("edge-")) return /reset|timeout$|invalid-response|tls-/.test(code) && !/connect-timeout/.test(code) ? { at: "edge" } : { to: "edge" };
  if (/^gateway-(wrong-(port|address|scheme)|stale-address|upstream-|marked-down|misdirected|loop|denied)/.test(code)) return { to: "upstream" };
  if (code.startsWith("gateway-")) return { at: "gateway" };
  if (/^upstream-(refused|rejected|unreachable|connect-timeout|backlog-full|socket-missing|keepalive-race)/.test(code)) return { to: "upstream" };
  if (code.startsWith("upstream-")) return { at: "upstream" };
  if (code.startsWith("process-")) return { at: "process" };
  return { at: "edge" };
}

function dataOf(verdict, kind, fits) {
  const found = list(verdict.evidence).find((one) => one.kind === kind && one.data && (!fits || fits(one.data)));
  return found ? found.data : null;
}

/** What an answer, or its absence, says in a few words. */
function seen(answer) {
  const run = answer && answer.seen;
  if (!run) return null;
  if (run.response) return t("seen.answer", { status: run.response.status, millis: millis(run.durationMillis) });
  if (run.failure) return has("seen." + run.failure) ? t("seen." + run.failure) : run.failure;
  return t("seen.connected");
}

/** The end of a long path is what tells it from others. */
function place(at) {
  return at && at.file ? at.file.split("/").slice(-2).join("/") + (at.line ? ":" + at.line : "") : null;
}

function processOf(verdict, address) {
  const state = dataOf(verdict, "process");
  if (state) {
    const name = state.selector && state.selector.name;
    return { which: state.pid ? t("seen.pid", { name, pid: state.pid }) : name, seen: state.state };
  }
  const port = address && Number(String(address).split(":").at(-1));
  const listeners = dataOf(verdict, "listener");
  const row = listeners && list(listeners.rows).find((one) => one.port === port && one.pid);
  return row ? { which: t("seen.pid", { name: row.command, pid: row.pid }) } : {};
}

function stopsOf(verdict) {
  const edge = dataOf(verdict, "edge-response") || dataOf(verdict, "upstream-response");
  const route = dataOf(verdict, "gateway-config");
  const pass = route && route.pass;
  const sent = dataOf(verdict, "upstream-response", (one) => one.role === "as-gateway");
  const declared = dataOf(verdict, "upstream-response", (one) => one.role === "declared" && one.seen && one.seen.outcome === "expected");
  const peer = pass && list(pass.peers)[0];
  const reached = (sent && sent.address) || (peer && peer.address);
  // The service answers, and not where the gateway sends: both places belong into the picture.
  const elsewhere = declared && reached && declared.address !== reached ? declared : null;
  const upstream = sent || (elsewhere ? null : declared);
  return {
    prober: { which: verdict.node },
    edge: { which: (edge && edge.address) || verdict.probe, seen: seen(edge) },
    gateway: { which: verdict.gateway, seen: pass && place(pass.place) },
    upstream: { which: reached || (declared && declared.address) || verdict.upstream, seen: seen(upstream) },
    process: processOf(verdict, elsewhere ? elsewhere.address : reached || (declared && declared.address)),
    really: elsewhere && { which: elsewhere.address, seen: seen(elsewhere), name: elsewhere.upstream || verdict.upstream },
  };
}

function stop(name, what, told, more) {
  return make("li", { class: "stop" + (more || ""), "data-stop": name },
    make("span", { class: "what" }, what),
    told.which ? make("span", { class: "which" }, rich(told.which)) : null,
    told.seen ? make("span", { class: "seen" }, told.seen) : null,
    / bad/.test(more || "") ? make("span", { class: "flaw" }, t("broken.here")) : null);
}

function wire(broken, label, more) {
  return make("li", { class: "wire" + (broken ? " broken" : "") + (more || ""), "aria-hidden": broken ? null : "true" },
    broken ? make("span", { class: "cross" }, label) : null);
}

/** The manner in which a link is broken, where the protocol has a word for it. */
function manner(verdict) {
  const key = "broken." + verdict.proxyStatus;
  return verdict.proxyStatus && has(key) ? t(key) : t("broken");
}

export function path(verdict) {
  // A probe that stands for itself has no gateway on its way.
  const direct = !verdict.gateway && !verdict.upstream;
  const fault = faultOf(verdict.cause, direct);
  const told = stopsOf(verdict);
  const process = direct && !told.process.which && !(fault && fault.at === "process");
  const shown = direct ? (process ? ["prober", "edge"] : ["prober", "edge", "process"]) : STOPS;
  const items = [];
  for (const name of shown) {
    const broken = Boolean(fault && fault.to === name);
    if (name !== "prober") items.push(wire(broken, manner(verdict), " to-" + name));
    const bad = Boolean(fault && fault.at === name) || (!shown.includes(fault && (fault.at || fault.to)) && fault && name === "edge");
    const ghost = name === "upstream" && told.really ? " ghost" : "";
    items.push(stop(name, direct && name === "edge" ? t("stop.target") : t("stop." + name), told[name], ghost + (bad ? " bad" : "")));
    if (name === "upstream" && told.really) {
      items.push(wire(false, "", " detour"));
      items.push(stop("really", told.really.name || t("stop.really"), told.really, " good"));
    }
  }
  return make("ol", { class: "path" + (told.really ? " forked" : "") + (direct ? " direct" : ""), "aria-label": t(fault ? "path" : "path.whole") }, items);
}
