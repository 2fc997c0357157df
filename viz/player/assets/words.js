// What happens in a step, in words and numbers. The same words are shown, and read to a screen reader.

import { arrived } from "./timeline.js";

const INFIX = new Set(["+", "−", "×", "÷", "@", "mod"]);
const SHORT = 26; // characters: numbers up to here are written within a sentence

export const nameOf = (structure, item) => structure.items[item].name;

/** ∂J/∂w, with the name of the result. */
export function gradientName(structure, item) {
  const output = structure.order[structure.order.length - 1];
  return `∂${nameOf(structure, output)}/∂${nameOf(structure, item)}`;
}

/** Numbers on one line, if they are few: "3.0", "[1.0  2.0]". */
export function short(row) {
  const lines = (row && row.lines) || [];
  const isText = lines.length === 1 && !row.heat && lines[0].length <= SHORT;
  return isText ? lines[0].replace(/ +/g, " ").replace("[ ", "[") : null;
}

/** Whether the numbers of a row are one number. */
export const isScalar = (row) => short(row) !== null && !row.lines[0].startsWith("[");

/** b × c, tanh(z), sum(z, axis=0): an operation with what stands in its places. */
export function expression(item, operands) {
  const isInfix = INFIX.has(item.symbol) && operands.length === 2 && !item.parameters.length;
  if (isInfix) return operands.join(` ${item.symbol} `);
  if (item.operation === "getitem") return `${operands[0]}${item.symbol}`;
  return `${item.operation}(${[...operands, ...item.parameters].join(", ")})`;
}

export const expressionOf = (structure, item) =>
  expression(structure.items[item], structure.items[item].parents.map((p) => nameOf(structure, p.from)));

const inParentheses = (number) => (number.startsWith("-") ? `(${number})` : number);

/** 3.0 × 2.0 = 6.0, or null if that would be too long. */
export function product(recording, item, share) {
  const [g, local, result] = [recording.gradient(item), recording.row(share.local), recording.row(share.share)];
  if (!share.local || share.stretched.length) return null;
  const parts = [g, local, result].map(short);
  if (parts.includes(null)) return null;
  const times = isScalar(g) ? "×" : "⊙";
  return `${parts.slice(0, 2).map(inParentheses).join(` ${times} `)} = ${parts[2]}`;
}

/** 0.5 + 1.2 = 1.7, where two ways meet; null before they do, or if that would be too long. */
export function sum(recording, item, at) {
  const shares = arrived(recording.timeline, item, at);
  const total = shares.length && short(recording.row(shares[shares.length - 1].total));
  const terms = shares.map((share) => short(recording.row(share.share)));
  if (shares.length < 2 || !total || terms.includes(null)) return null;
  const shown = terms.length > 3 ? ["…", ...terms.slice(-2)] : terms;
  return `${shown.join(" + ")} = ${total}`.replace(/\+ -/g, "− ");
}

/** "Forward 2 of 5", "Backward 1 of 5" … */
export function heading({ pass }, step) {
  switch (step.phase) {
    case "given": return "Given";
    case "forward": return `Forward ${step.number} of ${step.of}`;
    case "seed": return "Turning point";
    case "backward": return `Backward ${step.number} of ${step.of}`;
    default: return Object.keys(pass.after).length ? "Update" : "All gradients";
  }
}

/** One sentence about a step. */
export function sentence(recording, step) {
  const { structure, pass } = recording;
  const { moment } = step;
  if (step.fold !== null) return foldSentence(recording, step);
  switch (step.phase) {
    case "given": {
      const constants = structure.items.filter((x) => x.kind === "constant").length;
      return `Leaves${constants ? " and constants" : ""} have their values before anything is computed.`;
    }
    case "forward": {
      const name = nameOf(structure, moment.item);
      const result = short(recording.row(pass.values[moment.item]));
      const shape = structure.items[moment.item].shape;
      const numbers = recording.operands(moment.item).map(short);
      const item = structure.items[moment.item];
      const isWritten = INFIX.has(item.symbol) && !numbers.includes(null) && numbers.length > 1;
      const written = isWritten ? ` = ${expression(item, numbers.map(inParentheses))}` : "";
      const ending = result !== null ? `${written} = ${result}` : shape ? `, of shape ${shape}` : "";
      return `${name} = ${expressionOf(structure, moment.item)}${ending}`;
    }
    case "seed": {
      const g = short(recording.row(pass.gradients[moment.item]));
      return `The way back begins at ${nameOf(structure, moment.item)}: `
        + `${gradientName(structure, moment.item)}${g === null ? " is given" : ` = ${g}`}.`;
    }
    case "backward": return backwardSentence(recording, moment);
    default: return Object.keys(pass.after).length
      ? "The optimiser has made its step: the weights have new values."
      : "Each leaf knows how the result would follow if it moved.";
  }
}

function foldSentence({ structure }, { phase, fold, moment, leaving }) {
  const name = structure.regions[fold].label || "The folded part";
  if (phase === "forward") {
    const { shape } = structure.items[moment.item];
    return `${name} computes ${nameOf(structure, moment.item)}${shape ? `, of shape ${shape}` : ""}.`;
  }
  const given = leaving.map((share) => nameOf(structure, share.to));
  return `${name} goes back through its operations${given.length ? `, and hands a share to ${given.join(", ")}` : ""}.`;
}

function backwardSentence(recording, moment) {
  const { structure } = recording;
  const { symbol } = structure.items[moment.item];
  if (!moment.shares.length) return `${symbol} hands something on, but nobody knows any more what.`;
  const receivers = [...new Set(moment.shares.map((share) => share.to))];
  const handed = receivers.map((to) => {
    const shares = moment.shares.filter((share) => share.to === to);
    const said = shares.map((share) => product(recording, moment.item, recording.shareOf(moment.item, share))
      || short(recording.row(share.share))
      || `a share of shape ${structure.items[to].shape || "()"}`);
    const total = sum(recording, to, shares[0].moment);
    const count = arrived(recording.timeline, to, shares[0].moment).length;
    const meets = total ? `, where ${total}` : count > 1 ? ", where it is added to what came before" : "";
    return `${said.join(" and ")} to ${nameOf(structure, to)}${meets}`;
  });
  return `${symbol} hands ${handed.join(handed.length === 2 ? " and " : "; ")}.`;
}
