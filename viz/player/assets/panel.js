// The panel: what happens in the current step, and everything about the selected node.

import { byId, element, fill } from "./dom.js";
import { block, equation } from "./block.js";
import { arrived, gradientAt, valueAt } from "./timeline.js";
import { expressionOf, gradientName, nameOf } from "./words.js";

/** Show a step. */
export function showStep(run, view, step, unfold) {
  fill(byId("step"), step.fold === null ? details(run, view, step) : foldDetails(run, step, unfold));
}

function foldDetails({ graph }, { fold }, unfold) {
  const { folded } = graph.regions[fold];
  return [
    element("p", { class: "remark" }, folded.filter((line) => line).join(" · ")),
    element("p", {}, element("button", { onclick: () => unfold(`r${fold}`) }, "Unfold it")),
  ];
}

function details(run, view, step) {
  const { moment } = step;
  if (step.phase === "forward") return forward(run, moment);
  if (step.phase === "backward") return backward(run, moment);
  if (step.phase === "end") return ending(run, view);
  return [];
}

function forward(run, { item }) {
  const { graph, pass } = run;
  const { parents, formula } = graph.items[item];
  const blocks = parents.map(({ from }) =>
    block(run.row(pass.values[from]), graph.items[from].number ? "" : nameOf(graph, from)));
  return [
    rule("Formula", formula, names(graph, item)),
    element("div", { class: "equation" }, blocks, element("span", { class: "sign" }, "→"),
      block(run.row(pass.values[item]), nameOf(graph, item))),
    parents.some((p) => p.stretched.length)
      ? element("p", { class: "remark" }, parents.filter((p) => p.stretched.length).map((p) =>
        `${nameOf(graph, p.from)} is repeated along ${axes(p.stretched)}. `)) : null,
  ];
}

function backward(run, moment) {
  const { graph } = run;
  const item = graph.items[moment.item];
  return [
    element("div", { class: "equation" },
      block(run.gradient(moment.item), `${gradientName(graph, moment.item)}, the gradient of the result`)),
    moment.hooked ? element("p", { class: "remark" }, "A hook received it and may have changed it.") : null,
    rule("Rule", item.vjp, names(graph, moment.item)),
    moment.contributions.map((contribution) => contributionCard(run, moment, contribution)),
    moment.contributions.length ? null : element("p", { class: "remark" },
      "The arrays that the rule needs were released or changed: the contributions are not known."),
  ];
}

/** One contribution: the gradient times the local derivative, and the sum if it is not the first. */
function contributionCard(run, moment, contribution) {
  const { graph } = run;
  const full = run.withEdge(moment.item, contribution);
  const [z, x] = [nameOf(graph, moment.item), nameOf(graph, contribution.to)];
  const result = block(run.row(contribution.value), `contribution to ${gradientName(graph, contribution.to)}`);
  const factors = contribution.local
    ? [block(run.gradient(moment.item), gradientName(graph, moment.item)),
      block(run.row(contribution.local), `∂${z}/∂${x}`)] : [];
  const all = arrived(run.timeline, contribution.to, contribution.moment);
  const contributions = all.slice(0, all.indexOf(contribution) + 1);
  return element("section", { class: "card" },
    element("h3", {}, `to ${x}`),
    equation([...factors, result], ["×", full.stretched.length ? "Σ →" : "="]),
    full.stretched.length ? element("p", { class: "remark" },
      `Summed over ${axes(full.stretched)}, along which ${x} was repeated.`) : null,
    contributions.length > 1 ? meeting(run, contribution.to, contributions) : null);
}

/** The contributions that an item has received so far, and their sum. */
function meeting(run, item, contributions) {
  const last = contributions[contributions.length - 1];
  const blocks = contributions.map((contribution) =>
    block(run.row(contribution.value), `from ${run.graph.items[contribution.from].symbol}`));
  const total = block(run.row(last.total), `${gradientName(run.graph, item)} so far`);
  const signs = [...contributions.slice(1).map(() => "+"), "="];
  return element("div", {},
    element("p", { class: "remark" }, `${contributions.length} contributions so far, which add up:`),
    equation([...blocks, total], signs));
}

function ending(run, view) {
  const { graph, pass } = run;
  const { items } = view.reading;
  const leaves = graph.order.filter((item) => graph.items[item].kind === "leaf");
  leaves.sort((a, b) => items[a] - items[b]);
  return leaves.map((item) => {
    const moved = [[pass.values[item], "before"], [pass.after[item], "after"]];
    return element("section", { class: "card" },
      element("h3", {}, nameOf(graph, item)),
      block(run.gradient(item), gradientName(graph, item)),
      pass.after[item] ? equation(moved.map(([n, when]) => block(run.row(n), when)), ["→"]) : null);
  });
}

/** Show everything about the selected item, if there is one. */
export function showItem(run, view, selected, at, select) {
  const panel = byId("selected");
  panel.hidden = selected === null;
  if (selected === null) return;
  const { graph, pass, timeline } = run;
  const item = graph.items[selected];
  const value = run.row(valueAt(timeline, pass, selected, at));
  const gradient = run.row(gradientAt(timeline, pass, selected, at));
  const contributions = arrived(timeline, selected, at);
  const made = item.kind === "result" ? `= ${expressionOf(graph, selected)}` : item.kind;
  fill(panel,
    element("h3", {}, `${item.name} ${made}`,
      element("button", { class: "close", "aria-label": "Deselect", onclick: () => select(null) }, "×")),
    element("dl", {},
      entry("Shape", item.spec),
      entry("Formula", item.formula),
      entry("VJP", item.vjp),
      item.formula && entry("where", names(graph, selected)),
      item.location && entry("Code", element("code", {}, item.source), element("small", {}, item.location)),
      entry("Value", value.lines ? block(value) : item.number ? item.name : missing(timeline, selected, at)),
      item.kind !== "constant" && entry(`Gradient ${gradientName(graph, selected)}`,
        gradient.lines ? block(gradient) : "none so far",
        contributions.length > 1 ? meeting(run, selected, contributions) : null)),
    upstream(run, view, selected, select));
}

const missing = (timeline, item, at) =>
  (timeline.computed[item] > at ? "not computed yet" : "not known: the graph does not keep large arrays");

function upstream(run, view, selected, select) {
  const { graph } = run;
  const items = [...view.upstream(selected)].filter((item) => item !== selected).sort((a, b) => a - b);
  if (!items.length) return null;
  const buttons = items.map((item) =>
    element("li", {}, element("button", { onclick: () => select(item) }, nameOf(graph, item))));
  return element("details", { open: items.length <= 12 },
    element("summary", {}, `Upstream: ${items.length} ${items.length === 1 ? "node" : "nodes"} that it was computed from`),
    element("ul", { class: "upstream" }, buttons));
}

const entry = (term, ...said) => (said[0] ? [element("dt", {}, term), element("dd", {}, ...said)] : []);

const rule = (title, formula, where) => (formula ? element("p", { class: "rule" },
  element("b", {}, `${title} `), element("span", { class: "formula" }, formula),
  where ? element("small", {}, where) : null) : null);

/** Which array each letter of the formula stands for: z is v₁, x is b. */
function names(graph, item) {
  const { parents } = graph.items[item];
  const pairs = [["z", item], ...parents.map((p) => [p.name, p.from])];
  return pairs.map(([letter, i]) => `${letter} is ${nameOf(graph, i)}`).join(", ");
}

const axes = (list) => `${list.length > 1 ? "axes" : "axis"} ${list.join(", ")}`;
