// The numbers of an array within a drawing: as text on tinted ground, or as a heat map.
//
// Blue is positive and red is negative, and stronger for larger numbers; the text has the sign as well.

import { svg } from "./dom.js";
import { CELL, CHARACTER, LINE } from "./measure.js";

const NUMBER = /-?(\d[\d.]*(e[+-]?\d+)?|inf)/g;

/** The largest number in any of the rows, which has the strongest tint. */
export function scaleOf(rows) {
  const found = rows.flatMap((row) => (row.lines || []).join(" ").match(NUMBER) || []);
  return Math.max(0, ...found.map((text) => Math.abs(Number(text))).filter(Number.isFinite)) || 1;
}

/** SVG elements that show a row of the table from (0, 0) on; `prefix` stands before a single line. */
export function picture(row, scale, prefix = "") {
  if (row.heat) return [...prefixed(prefix), ...heat(row.heat, prefix ? 14 : 2)];
  const lines = row.lines || [];
  if (lines.length === 1) return [...tints(lines, scale, prefix.length), line(lines[0], 0, prefix)];
  const shift = prefix ? 14 : 0;
  const group = svg("g", { transform: `translate(0 ${shift})` }, tints(lines, scale, 0),
    lines.map((text, i) => line(text, i)));
  return [...prefixed(prefix), group];
}

const prefixed = (prefix) => (prefix ? [svg("text", { class: "small", y: 10 }, prefix.trim())] : []);

function line(text, i, prefix = "") {
  const kind = isArray(text) ? "number tinted" : "number";
  return svg("text", { y: i * LINE + 12 }, prefix, svg("tspan", { class: kind }, text));
}

const isArray = (text) => /^[[ …]/.test(text);

/** A tint behind each number of an array; single numbers have none. */
function tints(lines, scale, indent) {
  if (!lines.length || !isArray(lines[0])) return [];
  const cells = lines.map((text) => [...text.matchAll(NUMBER)]);
  // Tints in one column have one width.
  const starts = cells.flat().map((cell) => cell.index);
  const widths = new Map(starts.map((start) => [start, 0]));
  for (const cell of cells.flat()) widths.set(cell.index, Math.max(widths.get(cell.index), cell[0].length));
  return cells.flatMap((row, i) => row.map((cell) => {
    const value = Number(cell[0]);
    return svg("rect", {
      class: value < 0 ? "minus" : "plus",
      x: (indent + cell.index) * CHARACTER - 2,
      y: i * LINE,
      width: widths.get(cell.index) * CHARACTER + 4,
      height: LINE - 1,
      rx: 2,
      "fill-opacity": strength(Math.abs(value) / scale, 0.3),
    });
  }));
}

function heat(rows, y) {
  return rows.flatMap((row, i) => row.match(/../g).map((cell, j) => {
    const level = (parseInt(cell, 16) - 127.5) / 127.5;
    const area = { x: j * CELL, y: y + i * CELL, width: CELL - 0.5, height: CELL - 0.5 };
    if (Number.isNaN(level)) return svg("rect", { class: "nan", ...area });
    const shade = { class: level < 0 ? "minus" : "plus", "fill-opacity": strength(Math.abs(level), 0.95) };
    return svg("rect", { ...shade, ...area });
  }));
}

const strength = (share, most) => (Math.min(1, share || 0) * most).toFixed(2);
