// What the drawing shows at a moment: which values and gradients are there, and what flows.

import { fill, svg } from "./dom.js";
import { chipSize, chipText, sharesOf } from "./measure.js";
import { picture, scaleOf } from "./picture.js";
import { gradientAt, valueAt } from "./timeline.js";
import { gradientName, isScalar, short, sum } from "./words.js";

/** Paint a step of the recording into a drawing. */
export function paint(drawing, recording, step, selected) {
  const upstream = selected === null ? null : drawing.graph.upstream(selected);
  const items = new Set(momentsOf(recording, step).map((moment) => moment.item));
  for (const shown of drawing.boxes.values()) {
    if (!shown.box) continue;
    if (shown.box.item === undefined) paintFold(shown, drawing.graph, recording, step);
    else paintItem(shown, recording, step, selected, items.has(shown.box.item));
    const own = shown.box.item === undefined ? drawing.graph.members[shown.box.region] : [shown.box.item];
    const isAside = upstream !== null && ![...own].some((item) => upstream.has(item));
    shown.element.classList.toggle("is-aside", isAside);
  }
  const flows = [];
  for (const shown of drawing.edges.values()) {
    const isUpstream = upstream === null || shown.edge.uses.some((use) => upstream.has(use.item));
    shown.element.classList.toggle("is-aside", !isUpstream);
    const share = paintEdge(shown, recording, step, items);
    if (share) flows.push({ path: shown.path, share });
  }
  paintChips(drawing, recording, flows);
}

export const momentsOf = (recording, step) => recording.timeline.moments.slice(step.begin, step.end + 1);

function paintItem(shown, recording, step, selected, isActive) {
  const { element, box, place, numbers } = shown;
  const { structure, pass, timeline } = recording;
  const item = structure.items[box.item];
  const isComputed = timeline.computed[box.item] <= step.end;
  const value = recording.row(valueAt(timeline, pass, box.item, step.end));
  const gradient = recording.row(gradientAt(timeline, pass, box.item, step.end));
  const total = isScalar(gradient) ? sum(recording, box.item, step.end) : null;
  const changed = step.phase === "end" && Boolean(pass.after[box.item]);
  mark(element, { isActive, isComputed, isChanged: changed, isSelected: selected === box.item,
    hasGradient: Boolean(gradient.lines) });
  element.classList.toggle("is-backward", step.phase === "backward" || step.phase === "seed");
  element.setAttribute("aria-selected", String(selected === box.item));
  element.setAttribute("aria-label", label(recording, box.item, value, gradient, isComputed));
  if (shown.value !== value || shown.gradient !== gradient || shown.total !== total) {
    Object.assign(shown, { value, gradient, total });
    shown.scales ||= { value: scaleOf(recording.rowsOf(box.item).values),
      gradient: scaleOf(recording.rowsOf(box.item).gradients) };
    const shownGradient = total ? { lines: [total] } : gradient;
    fill(numbers,
      item.number ? [] : svg("g", { class: "value" }, picture(value, shown.scales.value)),
      gradient.lines ? svg("g",
        { class: "gradient", transform: `translate(0 ${place.value + 5})` },
        svg("path", { class: "separator", d: `M-10 -2h${place.width}` }),
        picture(shownGradient, shown.scales.gradient, "grad ")) : []);
  }
}

function paintFold({ element, box }, graph, { structure, timeline }, step) {
  const isComputed = [...graph.members[box.region]].some((item) =>
    structure.items[item].kind === "result" && timeline.computed[item] <= step.end);
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

/** Show whether something flows along an edge; returns the share of a gradient that does. */
function paintEdge({ element, edge }, recording, step, items) {
  const isActive = edge.uses.some((use) => items.has(use.item));
  const share = step.phase !== "backward" ? undefined : sharesOf(recording, edge)
    .find(({ moment }) => moment >= step.begin && moment <= step.end);
  element.classList.toggle("is-forward", isActive && step.phase === "forward");
  element.classList.toggle("is-backward", share !== undefined);
  return share;
}

/** What flows, written on the middles of the edges, and no text over another. */
function paintChips(drawing, recording, flows) {
  // Side by side across the direction of the data, where edges are side by side.
  const [place, size] = drawing.isRow ? ["y", "height"] : ["x", "width"];
  const [other, extent] = drawing.isRow ? ["x", "width"] : ["y", "height"];
  const chips = flows.map(({ path, share }) => {
    const text = chipText(recording, share);
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
    return { text, x, y, ...chipSize(text) };
  }).filter((chip) => chip.text).sort((a, b) => a[place] - b[place]);
  chips.forEach((chip, i) => {
    for (const before of chips.slice(0, i)) {
      const isClear = Math.abs(chip[other] - before[other]) >= (chip[extent] + before[extent]) / 2 + 4;
      const end = before[place] + (chip[size] + before[size]) / 2 + 4;
      if (!isClear) chip[place] = Math.max(chip[place], end);
    }
  });
  fill(drawing.chips, chips.map(({ text, x, y, width, height }) => svg("g", { class: "chip" },
    svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: height / 2 }),
    svg("text", { x, y: y + 4, class: "centred" }, text))));
}

function label(recording, i, value, gradient, isComputed) {
  const { structure } = recording;
  const item = structure.items[i];
  const made = item.kind === "result" ? `result of ${item.operation}` : item.kind;
  const said = (row) => short(row) || (row.lines || []).join("; ");
  return [
    `${item.name}, ${made}${item.shape ? `, shape ${item.shape}` : ""}`,
    isComputed ? value.lines && !item.number && `value ${said(value)}` : "not computed yet",
    gradient.lines && `gradient ${gradientName(structure, i)} ${said(gradient)}`,
  ].filter(Boolean).join(", ");
}
