// Which language the page speaks, and the forms of times and numbers in it.

import { WORDS } from "/words.js";

const KEPT = "why502-language";

/** Of the service's clock against ours; a wall's computer is often minutes off. */
let skewMillis = 0;
const IGNORED_SKEW_MILLIS = 2000;

// The service has written what the browser prefers (Accept-Language) into the document; a choice made here stands above it.
let language = chosen();

function chosen() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
  return kept in WORDS ? kept : document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

export function spoken() {
  return language;
}

export function speak(other) {
  language = other;
  try {
    localStorage.setItem(KEPT, other);
  } catch {
    // As above.
  }
  translate();
}

/** The text of a key; {name} in it is replaced by the value of that name. */
export function t(key, values) {
  const words = WORDS[language][key];
  return values ? words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : words;
}

export function has(key) {
  return key in WORDS[language];
}

/** For texts that differ with a number: key.one and key.many. */
export function counted(key, n) {
  return t(key + (n === 1 ? ".one" : ".many"), { n });
}

/** Fills in the texts that stand in the document itself. */
export function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", t(element.dataset.tLabel));
  for (const element of document.querySelectorAll("[data-t-hint]")) element.setAttribute("placeholder", t(element.dataset.tHint));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

export function listenForLanguage(changed) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      if (button.dataset.language !== language) {
        speak(button.dataset.language);
        changed();
      }
    });
  }
}

/** The service's clock stood at this time when we heard it. */
export function heardTime(iso) {
  const skew = Date.now() - Date.parse(iso);
  if (Number.isFinite(skew)) skewMillis = Math.abs(skew) > IGNORED_SKEW_MILLIS ? skew : 0;
}

export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return t("unit.s", { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("unit.min", { min: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t("unit.h", { h: hours, min: minutes % 60 });
  return t("unit.d", { d: Math.floor(hours / 24), h: hours % 24 });
}

/** By the service's clock. */
export function now() {
  return Date.now() - skewMillis;
}

/** From a time of the service's clock until now. */
export function span(fromIso) {
  return duration(now() - Date.parse(fromIso));
}

export function millis(value) {
  const number = Number(value);
  return t("unit.ms", { ms: number.toFixed(number < 10 ? 1 : 0) });
}

/** A day of UTC, as the service counts days. */
export function day(at) {
  return new Date(at).toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { month: "short", day: "numeric", timeZone: "UTC" });
}

/** The time of day, with the date where it is not today's. */
export function clock(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const time = at.toLocaleTimeString(locale, { hour12: false });
  const today = at.toDateString() === new Date().toDateString();
  return today ? time : at.toLocaleDateString(locale, { month: "short", day: "numeric" }) + " " + time;
}
