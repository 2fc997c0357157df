// What happens in a step, in words and numbers. The page shows the same words that a screen reader reads.

import { arrived } from "./timeline.js";

const INFIX = new Set(["+", "−", "×", "÷", "@", "mod"]);
const SHORT = 26; // characters: longer rows of numbers are not written within a sentence

export const nameOf = (graph, item) => graph.items[item].name;

/** ∂J/∂w, with the name of the result. */
export function gradientName(graph, item) {
  const output = graph.order[graph.order.length - 1];
  return `∂${nameOf(graph, output)}/∂${nameOf(graph, item)}`;
}

/** The numbers of a row on one line, "3.0" or "[1.0  2.0]"; null if they are too many. */
export function short(row) {
  const lines = (row && row.lines) || [];
  const isText = lines.length === 1 && !row.heat && lines[0].length <= SHORT;
  return isText ? lines[0].replace(/ +/g, " ").replace("[ ", "[") : null;
}

/** Whether a row is a single number. */
export const isScalar = (row) => short(row) !== null && !row.lines[0].startsWith("[");

/** An operation and its operands: b × c, tanh(z), sum(z, axis=0). */
export function expression(item, operands) {
  const isInfix = INFIX.has(item.symbol) && operands.length === 2 && !item.parameters.length;
  if (isInfix) return operands.join(` ${item.symbol} `);
  if (item.operation === "getitem") return `${operands[0]}${item.symbol}`;
  return `${item.operation}(${[...operands, ...item.parameters].join(", ")})`;
}

export const expressionOf = (graph, item) =>
  expression(graph.items[item], graph.items[item].parents.map((p) => nameOf(graph, p.from)));

const inParentheses = (number) => (number.startsWith("-") ? `(${number})` : number);

/** A contribution as a product, 3.0 × 2.0 = 6.0; null if that is too long. */
export function product(run, item, contribution) {
  const [g, local, result] = [run.gradient(item), run.row(contribution.local), run.row(contribution.value)];
  if (!contribution.local || contribution.stretched.length) return null;
  const parts = [g, local, result].map(short);
  if (parts.includes(null)) return null;
  const times = isScalar(g) ? "×" : "⊙";
  return `${parts.slice(0, 2).map(inParentheses).join(` ${times} `)} = ${parts[2]}`;
}

/** A sum of contributions, 0.5 + 1.2 = 1.7; null while there is only one, or if that is too long. */
export function sum(run, item, at) {
  const contributions = arrived(run.timeline, item, at);
  const total = contributions.length && short(run.row(contributions[contributions.length - 1].total));
  const terms = contributions.map((contribution) => short(run.row(contribution.value)));
  if (contributions.length < 2 || !total || terms.includes(null)) return null;
  const shown = terms.length > 3 ? ["…", ...terms.slice(-2)] : terms;
  return `${shown.join(" + ")} = ${total}`.replace(/\+ -/g, "− ");
}

/** "Forward 2 of 5", "Backward 1 of 5" … */
export function heading({ pass }, step) {
  switch (step.phase) {
    case "given": return "Given";
    case "forward": return `Forward ${step.number} of ${step.of}`;
    case "seed": return "Start of the backward pass";
    case "backward": return `Backward ${step.number} of ${step.of}`;
    default: return Object.keys(pass.after).length ? "Update" : "All gradients";
  }
}

/** One sentence about a step. */
export function sentence(run, step) {
  const { graph, pass } = run;
  const { moment } = step;
  if (step.fold !== null) return foldSentence(run, step);
  switch (step.phase) {
    case "given": {
      const constants = graph.items.filter((x) => x.kind === "constant").length;
      return `Leaves${constants ? " and constants" : ""} have their values before the forward pass.`;
    }
    case "forward": {
      const name = nameOf(graph, moment.item);
      const result = short(run.row(pass.values[moment.item]));
      const shape = graph.items[moment.item].shape;
      const numbers = run.operands(moment.item).map(short);
      const item = graph.items[moment.item];
      const isWritten = INFIX.has(item.symbol) && !numbers.includes(null) && numbers.length > 1;
      const written = isWritten ? ` = ${expression(item, numbers.map(inParentheses))}` : "";
      const ending = result !== null ? `${written} = ${result}` : shape ? `, of shape ${shape}` : "";
      return `${name} = ${expressionOf(graph, moment.item)}${ending}`;
    }
    case "seed": {
      const g = short(run.row(pass.gradients[moment.item]));
      return `The backward pass starts at ${nameOf(graph, moment.item)}: `
        + `${gradientName(graph, moment.item)}${g === null ? " is given" : ` = ${g}`}.`;
    }
    case "backward": return backwardSentence(run, moment);
    default: return Object.keys(pass.after).length
      ? "The optimizer has made its step: the weights have new values."
      : "Each leaf has its gradient: how the result changes with the leaf.";
  }
}

function foldSentence({ graph }, { phase, fold, moment, leaving }) {
  const name = graph.regions[fold].label || "The folded part";
  if (phase === "forward") {
    const { shape } = graph.items[moment.item];
    return `${name} computes ${nameOf(graph, moment.item)}${shape ? `, of shape ${shape}` : ""}.`;
  }
  const given = leaving.map((contribution) => nameOf(graph, contribution.to));
  return `${name} runs backward${given.length ? ` and propagates contributions to ${given.join(", ")}` : ""}.`;
}

function backwardSentence(run, moment) {
  const { graph } = run;
  const { symbol } = graph.items[moment.item];
  if (!moment.contributions.length) return `What ${symbol} propagates is not known: the arrays that its rule needs were released or changed.`;
  const receivers = [...new Set(moment.contributions.map((contribution) => contribution.to))];
  const parts = receivers.map((to) => {
    const contributions = moment.contributions.filter((contribution) => contribution.to === to);
    const said = contributions.map((contribution) => product(run, moment.item, run.withEdge(moment.item, contribution))
      || short(run.row(contribution.value))
      || `a contribution of shape ${graph.items[to].shape || "()"}`);
    const total = sum(run, to, contributions[0].moment);
    const count = arrived(run.timeline, to, contributions[0].moment).length;
    const meets = total ? `, where ${total}` : count > 1 ? ", where it is added to the earlier contributions" : "";
    return `${said.join(" and ")} to ${nameOf(graph, to)}${meets}`;
  });
  return `${symbol} propagates ${parts.join(parts.length === 2 ? " and " : "; ")}.`;
}
