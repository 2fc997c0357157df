// How large boxes are: all that they will ever show has to fit, or the drawing would move at each step.

import { isScalar, product, short, sum } from "./words.js";

export const LINE = 16;
export const CELL = 8; // of a picture of many numbers
export const CHARACTER = 7.25; // the width of one in the drawing's type, at 12 px

const LONGEST_CHIP = 32; // characters on an edge
const PADDING = 10;
const TITLE = 20;

/** The width of a text: marks above letters, as in x̄, take no room. */
export const widthOf = (text, character = CHARACTER) =>
  [...text.normalize("NFC").replace(/\p{M}/gu, "")].length * character;

/** Sizes of all boxes, and of the headings of open regions, by key. */
export function sizesOf(recording, graph, isRow) {
  const sizes = new Map();
  for (const box of graph.boxes.values()) {
    sizes.set(box.key, box.item === undefined ? foldSize(graph, box) : itemSize(recording, box.item, isRow));
  }
  for (const r of graph.openRegions()) {
    const { label, lines } = graph.structure.regions[r];
    sizes.set(`frame${r}`, { width: widthOf([label, ...lines].join("  ")) + 50, height: 0 });
  }
  return sizes;
}

/** The size of a leaf, a constant, or an operation together with its result. */
export function itemSize(recording, i, isRow) {
  const item = recording.structure.items[i];
  const array = arraySize(recording, i);
  if (item.kind !== "result") return { ...array, array };
  const operation = operationSize(item);
  const gap = isRow ? 14 : 12;
  const size = isRow
    ? { width: operation.width + gap + array.width, height: Math.max(operation.height, array.height) }
    : { width: Math.max(operation.width, array.width), height: operation.height + gap + array.height };
  return { ...size, array, operation };
}

/** How far apart the edges into an operation arrive: with room for their labels, if they have some. */
export function operandStep(parents) {
  const isLabelled = parents.some((parent) => parent.label);
  return Math.min(isLabelled ? 13 : 9, (isLabelled ? 60 : 20) / Math.max(1, parents.length - 1));
}

function operationSize({ symbol, parameters, parents }) {
  const texts = [symbol, ...parameters];
  const width = Math.max(...texts.map((text, i) => widthOf(text, i ? 6.1 : 8.4)));
  return { width: Math.max(38, width + 26), height: Math.max(32 + 13 * parameters.length, 14 + operandStep(parents) * (parents.length - 1)) };
}

function arraySize(recording, i) {
  const item = recording.structure.items[i];
  if (item.number) return { width: widthOf(item.name) + 26, height: 30, value: 0 };
  const { values, gradients } = recording.rowsOf(i);
  const total = gradients.every(isScalar) && sum(recording, i, recording.timeline.moments.length);
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

function foldSize(graph, { region }) {
  const { summary } = graph.structure.regions[region];
  const lines = summary.filter((line) => line);
  const width = Math.max(...lines.map((line, i) => widthOf(line, i ? 6.4 : 7.8)));
  return { width: Math.max(90, width + 44), height: 16 + 16 * lines.length };
}

/** What is written on an edge while a share flows along it. */
export function chipText(recording, share) {
  const full = recording.shareOf(share.from, share);
  const whole = product(recording, share.from, full);
  const text = whole && whole.length <= LONGEST_CHIP ? whole : short(recording.row(share.share));
  if (text !== null) return full.stretched.length ? `Σ = ${text}` : text;
  return recording.structure.items[share.to].shape;
}

/** The shares that flow along an edge at any time. */
export function sharesOf(recording, edge) {
  return edge.uses.flatMap((use) => {
    const { from, operand } = recording.structure.items[use.item].parents[use.index];
    return recording.timeline.arrivals[from].filter(
      (share) => share.from === use.item && share.operand === operand);
  });
}

/** The room for what is ever written on an edge. */
export function chipRoom(recording, edge) {
  const sizes = sharesOf(recording, edge).map((share) => chipSize(chipText(recording, share)));
  return { width: Math.max(0, ...sizes.map((s) => s.width)), height: Math.max(0, ...sizes.map((s) => s.height)) };
}

export function chipSize(text) {
  return text ? { width: widthOf(text, 6.7) + 16, height: 22 } : { width: 0, height: 0 };
}
