// The outlines of boxes and edges. The shape alone tells the kinds apart: a leaf has sharp corners, a result
// round ones, a constant is a note with a folded corner, an operation an ellipse, a folded module a stack.

import { svg } from "./dom.js";

const EAR = 9;

export function outline(kind, { x, y, width, height }) {
  if (kind === "constant") {
    const fold = `M${x + width - EAR} ${y}v${EAR}h${EAR}`;
    const body = `M${x} ${y}h${width - EAR}l${EAR} ${EAR}v${height - EAR}h${-width}z`;
    return [svg("path", { class: "outline", d: body }), svg("path", { class: "crease", d: fold })];
  }
  const radius = kind === "result" ? 12 : kind === "fold" ? 6 : 1.5;
  const front = svg("rect", { class: "outline", x, y, width, height, rx: radius });
  if (kind !== "fold") return [front];
  const behind = [8, 4].map((d) =>
    svg("rect", { class: "behind", x: x + d - 4, y: y - d + 4, width, height, rx: radius }));
  return [...behind, front];
}

export function ellipse({ x, y, width, height }) {
  return svg("ellipse", {
    class: "outline operation",
    cx: x + width / 2,
    cy: y + height / 2,
    rx: width / 2,
    ry: height / 2,
  });
}

/** A smooth line through points, parallel to the main axis at both ends. */
export function curve(points, isRow) {
  const parts = points.slice(1).map(([x, y], i) => {
    const [a, b] = points[i];
    const half = isRow ? bend(x - a) : bend(y - b);
    const ends = isRow ? [a + half, b, x - half, y] : [a, b + half, x, y - half];
    return `C${[...ends, x, y].map((n) => n.toFixed(1)).join(" ")}`;
  });
  return `M${points[0].map((n) => n.toFixed(1)).join(" ")}${parts.join("")}`;
}

const bend = (distance) => (distance > 0 ? distance / 2 : 40);

/** An arrowhead with its tip at a point, along the main axis, or against it. */
export function arrow([x, y], isRow, isBack) {
  const [d, w] = [isBack ? 8 : -8, 4];
  return isRow ? `M${x} ${y}l${d} ${-w}v${2 * w}z` : `M${x} ${y}l${-w} ${d}h${2 * w}z`;
}
