// What the drawing shows in a step: which values and gradients are known, and what flows.

import { fill, svg } from "./dom.js";
import { chipSize, chipText, contributionsOf } from "./measure.js";
import { picture, scaleOf } from "./picture.js";
import { gradientAt, valueAt } from "./timeline.js";
import { gradientName, isScalar, short, sum } from "./words.js";

/** Paint a step of the pass into a drawing. */
export function paint(drawing, run, step, selected) {
  const upstream = selected === null ? null : drawing.view.upstream(selected);
  const items = new Set(momentsOf(run, step).map((moment) => moment.item));
  for (const shown of drawing.boxes.values()) {
    if (!shown.box) continue;
    if (shown.box.item === undefined) paintFold(shown, drawing.view, run, step);
    else paintItem(shown, run, step, selected, items.has(shown.box.item));
    const own = shown.box.item === undefined ? drawing.view.members[shown.box.region] : [shown.box.item];
    const isAside = upstream !== null && ![...own].some((item) => upstream.has(item));
    shown.element.classList.toggle("is-aside", isAside);
  }
  const flows = [];
  for (const shown of drawing.edges.values()) {
    const isUpstream = upstream === null || shown.edge.uses.some((use) => upstream.has(use.item));
    shown.element.classList.toggle("is-aside", !isUpstream);
    const contribution = paintEdge(shown, run, step, items);
    if (contribution) flows.push({ path: shown.path, contribution });
  }
  paintChips(drawing, run, flows);
}

export const momentsOf = (run, step) => run.timeline.moments.slice(step.begin, step.end + 1);

function paintItem(shown, run, step, selected, isActive) {
  const { element, box, area, numbers } = shown;
  const { graph, pass, timeline } = run;
  const item = graph.items[box.item];
  const isComputed = timeline.computed[box.item] <= step.end;
  const value = run.row(valueAt(timeline, pass, box.item, step.end));
  const gradient = run.row(gradientAt(timeline, pass, box.item, step.end));
  const total = isScalar(gradient) ? sum(run, box.item, step.end) : null;
  const changed = step.phase === "end" && Boolean(pass.after[box.item]);
  mark(element, { isActive, isComputed, isChanged: changed, isSelected: selected === box.item,
    hasGradient: Boolean(gradient.lines) });
  element.classList.toggle("is-backward", step.phase === "backward" || step.phase === "seed");
  element.setAttribute("aria-selected", String(selected === box.item));
  element.setAttribute("aria-label", label(run, box.item, value, gradient, isComputed));
  if (shown.value !== value || shown.gradient !== gradient || shown.total !== total) {
    Object.assign(shown, { value, gradient, total });
    shown.scales ||= { value: scaleOf(run.rowsOf(box.item).values),
      gradient: scaleOf(run.rowsOf(box.item).gradients) };
    const shownGradient = total ? { lines: [total] } : gradient;
    fill(numbers,
      item.number ? [] : svg("g", { class: "value" }, picture(value, shown.scales.value)),
      gradient.lines ? svg("g",
        { class: "gradient", transform: `translate(0 ${area.value + 5})` },
        svg("path", { class: "separator", d: `M-10 -2h${area.width}` }),
        picture(shownGradient, shown.scales.gradient, "grad ")) : []);
  }
}

function paintFold({ element, box }, view, { graph, timeline }, step) {
  const isComputed = [...view.members[box.region]].some((item) =>
    graph.items[item].kind === "result" && timeline.computed[item] <= step.end);
  mark(element, { isActive: step.fold === box.region, isComputed });
  element.classList.toggle("is-backward", step.phase === "backward");
}

function mark(element, { isActive, isComputed, isChanged = false, isSelected = false, hasGradient = false }) {
  element.classList.toggle("is-active", isActive);
  element.classList.toggle("is-waiting", !isComputed);
  element.classList.toggle("is-changed", isChanged);
  element.classList.toggle("is-selected", isSelected);
  element.classList.toggle("has-gradient", hasGradient);
}

/** Mark an edge along which something flows; returns the contribution, in a backward step. */
function paintEdge({ element, edge }, run, step, items) {
  const isActive = edge.uses.some((use) => items.has(use.item));
  const contribution = step.phase !== "backward" ? undefined : contributionsOf(run, edge)
    .find(({ moment }) => moment >= step.begin && moment <= step.end);
  element.classList.toggle("is-forward", isActive && step.phase === "forward");
  element.classList.toggle("is-backward", contribution !== undefined);
  return contribution;
}

/** Write what flows on the middles of the edges, so that no text covers another. */
function paintChips(drawing, run, flows) {
  // Edges lie side by side across the direction of the data: texts move apart along that axis.
  const [axis, size] = drawing.isRow ? ["y", "height"] : ["x", "width"];
  const [other, extent] = drawing.isRow ? ["x", "width"] : ["y", "height"];
  const chips = flows.map(({ path, contribution }) => {
    const text = chipText(run, contribution);
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
    return { text, x, y, ...chipSize(text) };
  }).filter((chip) => chip.text).sort((a, b) => a[axis] - b[axis]);
  chips.forEach((chip, i) => {
    for (const before of chips.slice(0, i)) {
      const isClear = Math.abs(chip[other] - before[other]) >= (chip[extent] + before[extent]) / 2 + 4;
      const end = before[axis] + (chip[size] + before[size]) / 2 + 4;
      if (!isClear) chip[axis] = Math.max(chip[axis], end);
    }
  });
  fill(drawing.chips, chips.map(({ text, x, y, width, height }) => svg("g", { class: "chip" },
    svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: height / 2 }),
    svg("text", { x, y: y + 4, class: "centred" }, text))));
}

function label(run, i, value, gradient, isComputed) {
  const { graph } = run;
  const item = graph.items[i];
  const made = item.kind === "result" ? `result of ${item.operation}` : item.kind;
  const said = (row) => short(row) || (row.lines || []).join("; ");
  return [
    `${item.name}, ${made}${item.shape ? `, shape ${item.shape}` : ""}`,
    isComputed ? value.lines && !item.number && `value ${said(value)}` : "not computed yet",
    gradient.lines && `gradient ${gradientName(graph, i)} ${said(gradient)}`,
  ].filter(Boolean).join(", ");
}
