// How large boxes are. Everything that they show in any step has to fit, so that the drawing does not move.

import { isScalar, product, short, sum } from "./words.js";

export const LINE = 16;
export const CELL = 8; // of a heat map
export const CHARACTER = 7.25; // the width of a character in the drawing's font at 12 px

const LONGEST_CHIP = 32; // characters on an edge
const PADDING = 10;
const TITLE = 20;

/** The width of a text. Combining marks, as in x̄, take no room. */
export const widthOf = (text, character = CHARACTER) =>
  [...text.normalize("NFC").replace(/\p{M}/gu, "")].length * character;

/** Sizes of all boxes, and of the headings of open regions, by key. */
export function sizesOf(run, view, isRow) {
  const sizes = new Map();
  for (const box of view.boxes.values()) {
    sizes.set(box.key, box.item === undefined ? foldSize(view, box) : itemSize(run, box.item, isRow));
  }
  for (const r of view.openRegions()) {
    const { label, lines } = view.graph.regions[r];
    sizes.set(`frame${r}`, { width: widthOf([label, ...lines].join("  ")) + 50, height: 0 });
  }
  return sizes;
}

/** The size of a leaf, a constant, or an operation together with its result. */
export function itemSize(run, i, isRow) {
  const item = run.graph.items[i];
  const array = arraySize(run, i);
  if (item.kind !== "result") return { ...array, array };
  const operation = operationSize(item);
  const gap = isRow ? 14 : 12;
  const size = isRow
    ? { width: operation.width + gap + array.width, height: Math.max(operation.height, array.height) }
    : { width: Math.max(operation.width, array.width), height: operation.height + gap + array.height };
  return { ...size, array, operation };
}

/** The distance between the edges into an operation, with room for their labels, if they have some. */
export function operandStep(parents) {
  const isLabelled = parents.some((parent) => parent.label);
  return Math.min(isLabelled ? 13 : 9, (isLabelled ? 60 : 20) / Math.max(1, parents.length - 1));
}

function operationSize({ symbol, parameters, parents }) {
  const texts = [symbol, ...parameters];
  const width = Math.max(...texts.map((text, i) => widthOf(text, i ? 6.1 : 8.4)));
  return { width: Math.max(38, width + 26), height: Math.max(32 + 13 * parameters.length, 14 + operandStep(parents) * (parents.length - 1)) };
}

function arraySize(run, i) {
  const item = run.graph.items[i];
  if (item.number) return { width: widthOf(item.name) + 26, height: 30, value: 0 };
  const { values, gradients } = run.rowsOf(i);
  const total = gradients.every(isScalar) && sum(run, i, run.timeline.moments.length);
  const title = widthOf(item.name, 8.2) + widthOf(item.shape, 6.6) + (item.shape ? 12 : 0);
  const width = Math.max(38, title, total ? widthOf(`grad ${total}`) : 0,
    ...values.map((row) => pictureSize(row).width),
    ...gradients.map((row) => pictureSize(row).width + (isOneLine(row) ? widthOf("grad ") : 0)));
  const value = Math.max(...values.map((row) => pictureSize(row).height));
  const gradient = Math.max(...gradients.map((row) => pictureSize(row).height + (isOneLine(row) ? 0 : 14)));
  const height = TITLE + value + (gradient ? gradient + 5 : 0) + PADDING;
  return { width: width + 2 * PADDING, height, value };
}

export const isOneLine = (row) => !row.heat && (row.lines || []).length <= 1;

export function pictureSize(row) {
  if (row.heat) return { width: (row.heat[0].length / 2) * CELL, height: row.heat.length * CELL + 4 };
  const lines = row.lines || [];
  return { width: Math.max(0, ...lines.map((line) => widthOf(line))), height: lines.length * LINE };
}

function foldSize(view, { region }) {
  const { folded } = view.graph.regions[region];
  const lines = folded.filter((line) => line);
  const width = Math.max(...lines.map((line, i) => widthOf(line, i ? 6.4 : 7.8)));
  return { width: Math.max(90, width + 44), height: 16 + 16 * lines.length };
}

/** The text on an edge while a contribution flows along it. */
export function chipText(run, contribution) {
  const full = run.withEdge(contribution.from, contribution);
  const whole = product(run, contribution.from, full);
  const text = whole && whole.length <= LONGEST_CHIP ? whole : short(run.row(contribution.value));
  if (text !== null) return full.stretched.length ? `Σ = ${text}` : text;
  return run.graph.items[contribution.to].shape;
}

/** The contributions that flow along an edge in a pass. */
export function contributionsOf(run, edge) {
  return edge.uses.flatMap((use) => {
    const { from, operand } = run.graph.items[use.item].parents[use.index];
    return run.timeline.arrivals[from].filter(
      (contribution) => contribution.from === use.item && contribution.operand === operand);
  });
}

/** The room for the longest text on an edge. */
export function chipRoom(run, edge) {
  const sizes = contributionsOf(run, edge).map((contribution) => chipSize(chipText(run, contribution)));
  return { width: Math.max(0, ...sizes.map((s) => s.width)), height: Math.max(0, ...sizes.map((s) => s.height)) };
}

export function chipSize(text) {
  return text ? { width: widthOf(text, 6.7) + 16, height: 22 } : { width: 0, height: 0 };
}
