// The numbers of an array in the panel: all of them if they are few, otherwise a heat map and statistics.

import { element, svg } from "./dom.js";
import { CELL, widthOf, LINE } from "./measure.js";
import { picture, scaleOf } from "./picture.js";

const WIDEST = 42; // characters in a line of the panel

/** A block of numbers with a caption. */
export function block(row, caption = "") {
  const lines = wrapped(row.whole || row.lines || ["not known"]);
  // A block that is wider than the panel scrolls, so that the Tab key has to reach it.
  const isWide = !row.heat && Math.max(...lines.map((line) => line.length)) > WIDEST;
  return element("figure", { class: "numbers", tabindex: isWide ? 0 : null },
    row.heat ? image(row, lines) : null,
    row.heat ? element("p", { class: "statistics" }, lines.join("; ")) : written(lines),
    caption ? element("figcaption", {}, caption) : null);
}

/** Blocks with signs between them: one × other = result. */
export function equation(blocks, signs) {
  const parts = blocks.map((made, i) => (i && signs[i - 1]
    ? element("div", { class: "signed" }, element("span", { class: "sign" }, signs[i - 1]), made) : made));
  return element("div", { class: "equation" }, parts);
}

/** A single long row of numbers as several lines, in columns. */
function wrapped(lines) {
  if (lines.length > 1 || lines[0].length <= WIDEST) return lines;
  const numbers = lines[0].slice(1, -1).trim().split(/ +/);
  const width = Math.max(...numbers.map((number) => number.length));
  const columns = Math.max(1, Math.floor(WIDEST / (width + 2)));
  const rows = [];
  for (let i = 0; i < numbers.length; i += columns) {
    rows.push(numbers.slice(i, i + columns).map((number) => number.padStart(width)).join("  "));
  }
  return rows.map((row, i) => `${i ? " " : "["}${row}${i === rows.length - 1 ? "]" : ""}`);
}

/** Lines of numbers on tinted ground. */
function written(lines) {
  const row = { lines };
  const width = Math.max(...lines.map((line) => widthOf(line))) + 2;
  const height = lines.length * LINE + 2;
  return svg("svg", { class: "lines", width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": lines.join("; ") }, picture(row, scaleOf([row])));
}

function image(row, lines) {
  const [width, height] = [(row.heat[0].length / 2) * CELL, row.heat.length * CELL + 4];
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Heat map: ${lines.join("; ")}` }, picture(row, 1));
}
