// Elements of HTML and SVG. Text is always set as text, so that no name is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: element("p", { class: "note" }, "text", other). */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace the children of an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/** A flat list of children, without null, undefined and false. */
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
