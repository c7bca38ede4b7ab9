// Small pieces of page. All that comes from outside enters it as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

// What a stranger's server sent may turn the writing round or hide itself; it stands here as an escape.
const HOSTILE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

export function safe(value) {
  return String(value).replace(HOSTILE, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

export function text(value) {
  return document.createTextNode(safe(value));
}

export function list(value) {
  return Array.isArray(value) ? value : [];
}

/** An element; a value of null, undefined or false leaves the attribute or child out. */
export function make(tag, attributes, ...children) {
  return built(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes, ...children) {
  return built(document.createElementNS(SVG, tag), attributes, children);
}

function built(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : safe(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : text(child));
    }
  }
  return element;
}

/** A state's sign differs in shape too, not by colour alone. */
export function sign(state) {
  const known = ["up", "degraded", "down"].includes(state) ? state : "unknown";
  return shape("svg", { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, shape("use", { href: "#sign-" + known }));
}

const PLACES = /(https?:\/\/[^\s,;()"]+|(?<![\w.\/])(?:\/[\w.@%+~-]+)+\/?(?::\d+)?|(?:\d{1,3}\.){3}\d{1,3}:\d+|\[[0-9a-f:.]+\]:\d+)/;

/** A sentence whose file names and addresses look like ones, and break at their slashes. */
export function rich(sentence) {
  return safe(sentence).split(PLACES).map((part, index) => {
    if (index % 2 === 0) return part;
    const pieces = part.split(/(?<=[^/:]\/|[?&])(?=[^/])/);
    return make("span", { class: "place" }, pieces.length > 1 ? pieces.map((piece) => make("span", {}, piece)) : part);
  });
}

// A live region speaks what changes, a selection ends where text is replaced: what is the same stays untouched.
export function set(element, value) {
  const wanted = safe(value);
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function mark(element, name, value) {
  const wanted = safe(value);
  if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

/** Makes these the children, and touches only what is not. */
export function fill(parent, elements) {
  const same = parent.children.length === elements.length && elements.every((element, i) => parent.children[i] === element);
  if (!same) parent.replaceChildren(...elements);
}

/** A part of the page that is drawn anew only when its signature has changed. */
export function part(parent, name, signature, render) {
  let holder = parent.querySelector(":scope > [data-part=" + name + "]");
  if (!holder) {
    holder = make("div", { "data-part": name });
    parent.append(holder);
  }
  if (holder.signature !== signature) {
    holder.signature = signature;
    const drawn = render();
    holder.replaceChildren(...(Array.isArray(drawn) ? drawn : [drawn]).filter(Boolean));
    holder.hidden = !holder.childNodes.length;
  }
  return holder;
}
