// The panel: what happens in the current step, and all about the node that is selected.

import { byId, element, fill } from "./dom.js";
import { block, equation } from "./block.js";
import { arrived, gradientAt, valueAt } from "./timeline.js";
import { expressionOf, gradientName, nameOf } from "./words.js";

/** Show a step. */
export function showStep(recording, graph, step, unfold) {
  fill(byId("step"), step.fold === null ? details(recording, graph, step) : folded(recording, step, unfold));
}

function folded({ structure }, { fold }, unfold) {
  const { summary } = structure.regions[fold];
  return [
    element("p", { class: "remark" }, summary.filter((line) => line).join(" · ")),
    element("p", {}, element("button", { onclick: () => unfold(`r${fold}`) }, "Unfold it")),
  ];
}

function details(recording, graph, step) {
  const { moment } = step;
  if (step.phase === "forward") return forward(recording, moment);
  if (step.phase === "backward") return backward(recording, moment);
  if (step.phase === "end") return ending(recording, graph);
  return [];
}

function forward(recording, { item }) {
  const { structure, pass } = recording;
  const { parents, formula } = structure.items[item];
  const blocks = parents.map(({ from }) =>
    block(recording.row(pass.values[from]), structure.items[from].number ? "" : nameOf(structure, from)));
  return [
    rule("Formula", formula, names(structure, item)),
    element("div", { class: "equation" }, blocks, element("span", { class: "sign" }, "→"),
      block(recording.row(pass.values[item]), nameOf(structure, item))),
    parents.some((p) => p.stretched.length)
      ? element("p", { class: "remark" }, parents.filter((p) => p.stretched.length).map((p) =>
        `${nameOf(structure, p.from)} is repeated along ${axes(p.stretched)}. `)) : null,
  ];
}

function backward(recording, moment) {
  const { structure } = recording;
  const item = structure.items[moment.item];
  return [
    element("div", { class: "equation" },
      block(recording.gradient(moment.item), `${gradientName(structure, moment.item)}, which arrived here`)),
    moment.hooked ? element("p", { class: "remark" }, "A hook has looked at it, and may have changed it.") : null,
    rule("Rule", item.vjp, names(structure, moment.item)),
    moment.shares.map((share) => handed(recording, moment, share)),
    moment.shares.length ? null : element("p", { class: "remark" },
      "The arrays that the rule needs were released or changed: what was handed on is not known."),
  ];
}

/** One share: the gradient times the local derivative, and the sum where ways meet. */
function handed(recording, moment, share) {
  const { structure } = recording;
  const full = recording.shareOf(moment.item, share);
  const [z, x] = [nameOf(structure, moment.item), nameOf(structure, share.to)];
  const result = block(recording.row(share.share), `share of ${x}`);
  const factors = share.local
    ? [block(recording.gradient(moment.item), gradientName(structure, moment.item)),
      block(recording.row(share.local), `∂${z}/∂${x}`)] : [];
  const all = arrived(recording.timeline, share.to, share.moment);
  const shares = all.slice(0, all.indexOf(share) + 1);
  return element("section", { class: "card" },
    element("h3", {}, `to ${x}`),
    equation([...factors, result], ["×", full.stretched.length ? "Σ →" : "="]),
    full.stretched.length ? element("p", { class: "remark" },
      `Summed over ${axes(full.stretched)}, along which ${x} was repeated.`) : null,
    shares.length > 1 ? meeting(recording, share.to, shares) : null);
}

/** What has arrived at an item so far, as a sum. */
function meeting(recording, item, shares) {
  const last = shares[shares.length - 1];
  const blocks = shares.map((share) =>
    block(recording.row(share.share), `from ${recording.structure.items[share.from].symbol}`));
  const total = block(recording.row(last.total), `${gradientName(recording.structure, item)} so far`);
  const signs = [...shares.slice(1).map(() => "+"), "="];
  return element("div", {},
    element("p", { class: "remark" }, `${shares.length} ways meet here, and their shares add up:`),
    equation([...blocks, total], signs));
}

function ending(recording, graph) {
  const { structure, pass } = recording;
  const { items } = graph.reading;
  const leaves = structure.order.filter((item) => structure.items[item].kind === "leaf");
  leaves.sort((a, b) => items[a] - items[b]);
  return leaves.map((item) => {
    const moved = [[pass.values[item], "before"], [pass.after[item], "after"]];
    return element("section", { class: "card" },
      element("h3", {}, nameOf(structure, item)),
      block(recording.gradient(item), gradientName(structure, item)),
      pass.after[item] ? equation(moved.map(([n, when]) => block(recording.row(n), when)), ["→"]) : null);
  });
}

/** Show all about a selected item; nothing if there is none. */
export function showItem(recording, graph, selected, at, select) {
  const panel = byId("selected");
  panel.hidden = selected === null;
  if (selected === null) return;
  const { structure, pass, timeline } = recording;
  const item = structure.items[selected];
  const value = recording.row(valueAt(timeline, pass, selected, at));
  const gradient = recording.row(gradientAt(timeline, pass, selected, at));
  const shares = arrived(timeline, selected, at);
  const made = item.kind === "result" ? `= ${expressionOf(structure, selected)}` : item.kind;
  fill(panel,
    element("h3", {}, `${item.name} ${made}`,
      element("button", { class: "close", "aria-label": "Deselect", onclick: () => select(null) }, "×")),
    element("dl", {},
      entry("Shape", item.spec),
      entry("Formula", item.formula),
      entry("VJP", item.vjp),
      item.formula && entry("where", names(structure, selected)),
      item.place && entry("Code", element("code", {}, item.source), element("small", {}, item.place)),
      entry("Value", value.lines ? block(value) : item.number ? item.name : missing(timeline, selected, at)),
      item.kind !== "constant" && entry(`Gradient ${gradientName(structure, selected)}`,
        gradient.lines ? block(gradient) : "none so far",
        shares.length > 1 ? meeting(recording, selected, shares) : null)),
    upstream(recording, graph, selected, select));
}

const missing = (timeline, item, at) =>
  (timeline.computed[item] > at ? "not computed yet" : "not known: too large to stay in the graph");

function upstream(recording, graph, selected, select) {
  const { structure } = recording;
  const items = [...graph.upstream(selected)].filter((item) => item !== selected).sort((a, b) => a - b);
  if (!items.length) return null;
  const buttons = items.map((item) =>
    element("li", {}, element("button", { onclick: () => select(item) }, nameOf(structure, item))));
  return element("details", { open: items.length <= 12 },
    element("summary", {}, `Upstream: ${items.length} it was computed from`),
    element("ul", { class: "upstream" }, buttons));
}

const entry = (term, ...said) => (said[0] ? [element("dt", {}, term), element("dd", {}, ...said)] : []);

const rule = (title, formula, where) => (formula ? element("p", { class: "rule" },
  element("b", {}, `${title} `), element("span", { class: "formula" }, formula),
  where ? element("small", {}, where) : null) : null);

/** Which of the formula's letters is which array: z is v₁, x is b. */
function names(structure, item) {
  const { parents } = structure.items[item];
  const pairs = [["z", item], ...parents.map((p) => [p.name, p.from])];
  return pairs.map(([letter, i]) => `${letter} is ${nameOf(structure, i)}`).join(", ");
}

const axes = (list) => `${list.length > 1 ? "axes" : "axis"} ${list.join(", ")}`;
