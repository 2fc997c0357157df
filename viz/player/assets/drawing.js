// The drawing of the graph without what changes from step to step, which paint.js adds.

import { svg } from "./dom.js";
import { compound } from "./compound.js";
import { chipRoom, itemSize, sizesOf } from "./measure.js";
import { arrow, curve, ellipse, outline } from "./shapes.js";

/** Lay out the graph and draw it; returns the <svg> and its parts by key. */
export function draw(run, view, isRow) {
  const sizes = sizesOf(run, view, isRow);
  const layout = compound(view, sizes, (edge) => chipRoom(run, edge), isRow);
  const drawing = { view, layout, isRow, boxes: new Map(), edges: new Map() };
  for (const edge of view.edges) drawing.edges.set(edge.key, edgeElement(run, layout, edge, isRow));
  const margin = 10;
  drawing.size = { width: layout.width + 2 * margin, height: layout.height + 2 * margin };
  drawing.chips = svg("g", { class: "chips", "aria-hidden": "true" });
  drawing.root = svg("svg",
    {
      role: "tree",
      "aria-label": "Computational graph",
      viewBox: `${-margin} ${-margin} ${drawing.size.width} ${drawing.size.height}`,
    },
    svg("g", { "aria-hidden": "true" }, frames(view, layout)),
    svg("g", { class: "edges", "aria-hidden": "true" }, [...drawing.edges.values()].map((e) => e.element)),
    svg("g", { role: "none" }, contents(run, drawing, 0, 1)),
    drawing.chips,
  );
  return drawing;
}

function frames(view, layout) {
  return view.openRegions().filter((r) => view.graph.regions[r].outer !== null).map((r) => {
    const { x, y, width, height } = layout.regions.get(r);
    return svg("rect", { class: "frame", x, y, width, height, rx: 8 });
  });
}

/** The boxes and headings of a region in reading order, as a tree for screen readers. */
function contents(run, drawing, region, level) {
  const { view } = drawing;
  const inside = [...view.boxes.values()].filter((box) => box.outer === region);
  const order = ({ item, region }) => (item === undefined ? view.reading.regions[region] : view.reading.items[item]);
  const parts = inside.map((box) => [order(box), () => [boxElement(run, drawing, box, level)]]);
  for (const r of view.openRegions()) {
    if (view.graph.regions[r].outer !== region) continue;
    const made = () => [heading(drawing, r, level), ...contents(run, drawing, r, level + 1)];
    parts.push([view.reading.regions[r], made]);
  }
  return parts.sort((a, b) => a[0] - b[0]).flatMap(([, made]) => made());
}

function heading(drawing, region, level) {
  const { label, lines } = drawing.view.graph.regions[region];
  const { x, y, width } = drawing.layout.regions.get(region);
  const element = treeItem(`r${region}`, level, `heading`, { "aria-expanded": "true" },
    svg("rect", { class: "outline", x: x + 1, y: y + 1, width: width - 2, height: 24, rx: 7 }),
    svg("text", { class: "fold-mark", x: x + 10, y: y + 17 }, "▾"),
    svg("text", { x: x + 26, y: y + 17 },
      svg("tspan", { class: "name" }, label),
      svg("tspan", { class: "small", dx: 8 }, lines.join("  "))));
  element.setAttribute("aria-label", `${[label, ...lines].join(", ")}, unfolded`);
  drawing.boxes.set(`r${region}`, { element });
  return element;
}

function boxElement(run, drawing, box, level) {
  return box.item === undefined
    ? foldElement(drawing, box, level)
    : itemElement(run, drawing, box, level);
}

function foldElement(drawing, box, level) {
  const area = drawing.layout.boxes.get(box.key);
  const region = drawing.view.graph.regions[box.region];
  const lines = region.folded.filter((line) => line);
  const element = treeItem(box.key, level, "box fold", { "aria-expanded": "false" },
    outline("fold", area),
    svg("text", { class: "fold-mark", x: area.x + 12, y: area.y + 21 }, "▸"),
    lines.map((text, i) => svg("text",
      { class: i ? "small" : "name", x: area.x + 28, y: area.y + 21 + 16 * i }, text)));
  element.setAttribute("aria-label", `${lines.join(", ")}, folded`);
  drawing.boxes.set(box.key, { element, box, area });
  return element;
}

function itemElement(run, drawing, box, level) {
  const item = run.graph.items[box.item];
  const { array, operation } = itemSize(run, box.item, drawing.isRow);
  const { x, y, width, height } = drawing.layout.boxes.get(box.key);
  const area = drawing.isRow
    ? { x: x + width - array.width, y: y + (height - array.height) / 2, ...array }
    : { x: x + (width - array.width) / 2, y: y + height - array.height, ...array };
  const numbers = svg("g", { transform: `translate(${area.x + 10} ${area.y + 24})` });
  const element = treeItem(box.key, level, `box ${item.kind}`, {},
    operation ? operationElements(item, operation, drawing, { x, y, width, height }, area) : null,
    outline(item.kind, area),
    svg("text", { class: `name${item.unnamed ? " unnamed" : ""}`, x: area.x + 10, y: area.y + 18 }, item.name),
    item.shape ? svg("text",
      { class: "small shape", x: area.x + area.width - 10, y: area.y + 18, "text-anchor": "end" },
      item.shape) : null,
    numbers);
  drawing.boxes.set(box.key, { element, box, area, numbers });
  return element;
}

function operationElements(item, size, drawing, unit, area) {
  const { isRow } = drawing;
  const x = isRow ? unit.x : unit.x + (unit.width - size.width) / 2;
  const y = isRow ? unit.y + (unit.height - size.height) / 2 : unit.y;
  const middle = [x + size.width / 2, y + size.height / 2];
  const end = isRow ? [area.x, middle[1]] : [middle[0], area.y];
  return [
    svg("path", { class: "joint", d: `M${middle.join(" ")}L${end.join(" ")}` }),
    ellipse({ x, y, ...size }),
    [item.symbol, ...item.parameters].map((text, i) => svg("text", {
      class: i ? "small centred" : "symbol centred",
      x: middle[0],
      y: middle[1] + 5 + 13 * (i - item.parameters.length / 2) + (item.parameters.length && !i ? -1 : 0),
    }, text)),
  ];
}

function treeItem(key, level, kind, attributes, ...children) {
  const roles = { role: "treeitem", "aria-level": level, "aria-selected": "false", tabindex: -1 };
  return svg("g", { class: kind, "data-key": key, ...roles, ...attributes }, ...children);
}

function edgeElement(run, layout, edge, isRow) {
  const points = layout.routes.get(edge.key).map((point) => [...point]);
  const last = points[points.length - 1];
  last[isRow ? 0 : 1] += inset(run, layout, edge, isRow, last);
  const line = curve(points, isRow);
  const path = svg("path", { class: "line", d: line });
  const element = svg("g", { class: "edge", "data-key": edge.key }, path,
    svg("path", { class: "arrow ahead", d: arrow(last, isRow, false) }),
    svg("path", { class: "arrow back", d: arrow(points[0], isRow, true) }),
    edge.head[0] === "i" ? labelElement(run, edge, last, isRow) : null);
  return { element, path, edge, points };
}

/** The distance from the border of a box to its ellipse, where an edge arrives. */
function inset(run, layout, edge, isRow, [x, y]) {
  if (edge.head[0] === "r") return 0;
  const { operation } = itemSize(run, edge.uses[0].item, isRow);
  const box = layout.boxes.get(edge.head);
  const [across, along] = isRow ? [operation.height, operation.width] : [operation.width, operation.height];
  const middle = isRow ? box.y + box.height / 2 : box.x + box.width / 2;
  const off = Math.min(1, Math.abs((isRow ? y : x) - middle) / (across / 2));
  return (along / 2) * (1 - Math.sqrt(1 - off * off));
}

/** The operand's name at the end of an edge, where operands could be confused. */
function labelElement(run, edge, [x, y], isRow) {
  const { parents } = run.graph.items[edge.uses[0].item];
  const { label } = parents[edge.index];
  if (!label) return null;
  // There is no room for them side by side: each is higher than the next.
  const higher = 9 + 10 * (parents.length - 1 - edge.index);
  const area = isRow ? { x: x - 10, y: y - 4, "text-anchor": "end" } : { x: x + 5, y: y - higher };
  return svg("text", { class: "operand", ...area }, label);
}
