// The diagram of neurons and layers: its weights at a moment, and its links with the graph.
//
// What is pointed at or selected in one of the two is marked in the other. A part of the diagram is an
// element with data-layer or data-parameter, which say what it stands for.

import { byId, fill } from "./dom.js";
import { walkable } from "./tree.js";

const PART = "[data-parameter], [data-layer]";
const HINT = "Point at a unit or a weight, or select it, to find it in the graph.";
const BROAD = 9; // pixels around the middle of a line within which it is pointed at

export class Network {
  /** `choose(item, part)` selects an item of the graph, as `part` of the diagram; parts are numbers. */
  constructor({ svg, differences, states }, choose) {
    Object.assign(this, { differences, states, choose, pointed: null });
    this.root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    this.elements = [this.root, ...this.root.querySelectorAll("*")];
    this.units = this.elements.filter((e) => e.matches(".unit"));
    this.weights = this.elements.filter((e) => e.matches(".weight"));
    this.parts = this.elements.filter((e) => e.matches(PART));
    this.root.style.setProperty("--natural", `${this.root.getAttribute("width")}px`);
    this.asTree();
    this.broaden();
    fill(byId("network-drawing"), this.root);
    byId("network").hidden = false;
    this.listen(this.root, (target) => this.partAt(target));
  }

  /** Make the units a tree for the keyboard and for screen readers, as the boxes of the graph are. */
  asTree() {
    this.root.setAttribute("role", "tree");
    this.root.setAttribute("aria-label", `Neurons and layers: ${this.root.querySelector("title").textContent}`);
    this.units.forEach((unit, i) => {
      const attributes = { role: "treeitem", "aria-level": 1, tabindex: -1, "data-key": `u${i}` };
      for (const [name, value] of Object.entries(attributes)) unit.setAttribute(name, value);
    });
    for (const line of this.weights) line.setAttribute("aria-hidden", "true");
    walkable(this.root, (key, target) => this.chooseAt(target));
    this.root.addEventListener("click", ({ target }) => {
      if (!target.closest("[role=treeitem]")) this.chooseAt(target);
    });
  }

  /** Put a broad invisible line below each line: thin ones are hard to point at. */
  broaden() {
    this.broad = new Map();
    for (const line of this.weights) {
      const broad = line.cloneNode(false);
      broad.setAttribute("class", "broad");
      broad.setAttribute("stroke-width", BROAD);
      this.broad.set(broad, line);
    }
    this.weights[0].before(...this.broad.keys());
  }

  partAt(target) {
    const found = target.closest(PART);
    return found && { part: this.elements.indexOf(this.broad.get(found) || found) };
  }

  /** Listen to what is pointed at in the diagram or in the graph; `at(target)` says what it is. */
  listen(area, at) {
    const pointed = ({ target }) => this.point(at(target));
    area.addEventListener("pointerover", pointed);
    area.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && pointed(event));
    area.addEventListener("pointerleave", () => this.point(null));
    area.addEventListener("focusout", () => this.point(null));
  }

  point(pointed) {
    this.pointed = pointed;
    this.mark();
  }

  /** The items of the graph that a part stands for. */
  itemsOf({ dataset }) {
    const { layers, parameters } = this.links;
    if (dataset.parameter === undefined) return layers[dataset.layer];
    return dataset.parameter in parameters ? [parameters[dataset.parameter]] : [];
  }

  /** Select the last of the items of a part: what a layer gives, or a leaf. */
  chooseAt(target) {
    const at = this.partAt(target);
    if (!at) return;
    const items = this.itemsOf(this.elements[at.part]);
    if (items.length) this.choose(items[items.length - 1], at.part);
  }

  /** Show a moment: the weights in one of their states, and what of the graph is selected. */
  show(links, drawing, number, { selected, part }) {
    Object.assign(this, { links, drawing, selected, part });
    if (number !== this.shown) this.put(this.states[number]);
    this.shown = number;
    this.mark();
  }

  put(state) {
    this.differences.forEach(([number, name, begin, end], i) => {
      const element = this.elements[number];
      if (!name) element.textContent = begin + state[i] + end;
      else if (state[i] === null) element.removeAttribute(name);
      else element.setAttribute(name, state[i]);
    });
    for (const unit of this.units) unit.setAttribute("aria-label", titleOf(unit));
  }

  /** Mark what is pointed at, or else what is selected, in the diagram and in the graph. */
  mark() {
    const selection = this.selected === null ? {} : { items: [this.selected], part: this.part };
    const { part = null, items = [] } = this.pointed || selection;
    const chosen = part === null ? null : this.elements[part];
    const meant = new Set(chosen ? this.itemsOf(chosen) : items);
    const isOf = chosen
      ? (e) => e === chosen || belongs(e.dataset, chosen.dataset)
      : (e) => this.itemsOf(e).some((item) => meant.has(item)) || this.leadsInto(e, meant);
    for (const e of this.parts) e.classList.toggle("is-linked", isOf(e));
    this.root.classList.toggle("has-linked", this.weights.some((e) => e.matches(".is-linked")));
    for (const unit of this.units) {
      const isSelected = this.selected !== null && this.itemsOf(unit).includes(this.selected);
      unit.setAttribute("aria-selected", String(isSelected));
    }
    const { view, boxes } = this.drawing;
    const keys = new Set(chosen ? [...meant].map((item) => view.boxOf(item)) : []);
    for (const [key, { element }] of boxes) element.classList.toggle("is-linked", keys.has(key));
    fill(byId("network-said"), chosen ? titleOf(chosen) : HINT);
  }

  /** Whether a line leads into the units of a layer that is meant. */
  leadsInto({ dataset, classList }, meant) {
    return classList.contains("weight") && this.links.layers[dataset.layer].some((item) => meant.has(item));
  }
}

/** Whether a part of the diagram goes with another: the weights of a unit, those from an input. */
function belongs(line, { layer, unit, from, parameter }) {
  if (line.from === undefined || from !== undefined || parameter !== undefined) return false;
  if (layer === "0") return line.layer === "1" && (unit === undefined || line.from === unit);
  return line.layer === layer && (unit === undefined || line.unit === unit);
}

/** What a part is called, with its numbers. */
function titleOf(part) {
  const title = part.closest(".unit, .weight");
  return (title ? title.querySelector("title") : part).textContent;
}
