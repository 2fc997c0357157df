// The part of the page that holds the drawing: its zoom, and which part of it is visible.

import { byId, fill } from "./dom.js";

const SMALLEST = 0.75;
const LARGEST = 1.35;
const NARROW = 600; // pixels; below, data flows from top to bottom

export class Stage {
  constructor() {
    this.element = byId("stage");
    this.zoom = null; // as much as fits
    this.isTurned = false;
    byId("closer").addEventListener("click", () => this.change(1.25));
    byId("farther").addEventListener("click", () => this.change(0.8));
    byId("fit").addEventListener("click", () => this.change(null));
  }

  /** The drawing from left to right, or from top to bottom if more of it is visible then: drawn(isRow). */
  choose(drawn) {
    const chosen = this.chosen(drawn);
    return this.isTurned ? drawn(!chosen.isRow) : chosen;
  }

  chosen(drawn) {
    if (window.innerWidth < NARROW) return drawn(false);
    const row = drawn(true);
    if (this.fitting(row) >= SMALLEST) return row;
    const column = drawn(false);
    return this.fitting(column) > 1.2 * this.fitting(row) ? column : row;
  }

  /** The scale at which a whole drawing is visible. */
  fitting({ size }) {
    return Math.min(this.element.clientWidth / size.width, this.element.clientHeight / size.height);
  }

  put(drawing) {
    this.drawing = drawing;
    fill(this.element, drawing.root);
    this.resize();
  }

  change(factor) {
    this.zoom = factor === null ? null : Math.min(3, Math.max(0.25, this.scale * factor));
    this.resize();
  }

  resize() {
    const { root, size } = this.drawing;
    const widest = this.drawing.isRow ? this.fitting(this.drawing) : this.element.clientWidth / size.width;
    const largest = this.drawing.isRow ? LARGEST : 1;
    this.scale = this.zoom ?? Math.min(largest, Math.max(SMALLEST, widest));
    root.setAttribute("width", size.width * this.scale);
    root.setAttribute("height", size.height * this.scale);
  }

  /** Scroll to what happens: the active box, and those that it propagates to. */
  follow() {
    const active = [...this.element.querySelectorAll(".box.is-active")];
    const flows = this.element.querySelectorAll(".chip, .edge.is-backward, .edge.is-forward");
    if (active.length && !this.bring([...active, ...flows])) this.bring(active);
  }

  /** Scroll until parts of the drawing are visible; false if they are too far apart for that. */
  bring(parts) {
    const visible = this.element.getBoundingClientRect();
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const [left, top] = [Math.min(...boxes.map((b) => b.left)), Math.min(...boxes.map((b) => b.top))];
    const [right, bottom] = [Math.max(...boxes.map((b) => b.right)), Math.max(...boxes.map((b) => b.bottom))];
    if (right - left > visible.width || bottom - top > visible.height) return false;
    const isSeen = left >= visible.left && right <= visible.right && top >= visible.top && bottom <= visible.bottom;
    // Scrolling by 0 stops a movement that is under way.
    const x = isSeen ? 0 : (left + right - visible.left - visible.right) / 2;
    const y = isSeen ? 0 : (top + bottom - visible.top - visible.bottom) / 2;
    const isFar = Math.abs(x) > visible.width || Math.abs(y) > visible.height;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollTo({
      left: this.element.scrollLeft + x,
      top: this.element.scrollTop + y,
      behavior: isSeen || isFar || isStill ? "instant" : "smooth",
    });
    return true;
  }
}
