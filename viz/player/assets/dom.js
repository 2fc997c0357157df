// Elements of HTML and SVG. Text is always set as text, so that no name is taken for markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: element("p", { class: "note" }, "text", other). */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Give an element other children. */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/** Children in lists, without those that are missing: null, undefined or false. */
const present = (children) =>
  children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

export const byId = (id) => document.getElementById(id);

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...present(children));
  return made;
}
