// The moments of one forward and one backward pass, in the order of the engine.
//
//   given     leaves and constants
//   forward   one operation computes
//   seed      the way back begins: the gradient of the result by itself is 1
//   backward  one operation hands its gradient on
//   end       all gradients are there; in training the optimiser has made its step

/** The moments, and when each item has its value and each share of its gradient. */
export function timelineOf(structure, pass) {
  const moments = [{ phase: "given" }];
  const computed = structure.items.map(() => 0);
  const arrivals = structure.items.map(() => []);
  for (const item of structure.order) {
    if (structure.items[item].kind !== "result") continue;
    computed[item] = moments.length;
    moments.push({ phase: "forward", item });
  }
  const output = structure.order[structure.order.length - 1];
  const seeded = moments.length;
  moments.push({ phase: "seed", item: output });
  for (const { item, hooked, shares } of pass.back) {
    const handed = shares.map(([operand, to, local, share, total]) => (
      { operand, from: item, to, local, share, total, moment: moments.length }
    ));
    for (const share of handed) arrivals[share.to].push(share);
    moments.push({ phase: "backward", item, hooked, shares: handed });
  }
  moments.push({ phase: "end" });
  return { moments, computed, arrivals, output, seeded };
}

/** The moments as they are seen: those in one folded region, one after the other, are one step. */
export function stepsOf(timeline, graph) {
  const steps = [];
  timeline.moments.forEach((moment, at) => {
    const fold = moment.item === undefined ? null : graph.foldOf(moment.item);
    const last = steps[steps.length - 1];
    const goesOn = last && fold !== null && last.fold === fold && last.phase === moment.phase;
    if (goesOn) Object.assign(last, { end: at, moment });
    else steps.push({ phase: moment.phase, fold, begin: at, end: at, moment, leaving: [] });
    const leaving = (moment.shares || []).filter((share) => graph.foldOf(share.to) !== fold);
    if (fold !== null) steps[steps.length - 1].leaving.push(...leaving);
  });
  const count = { forward: 0, backward: 0 };
  for (const step of steps) if (step.phase in count) step.number = ++count[step.phase];
  for (const step of steps) if (step.phase in count) step.of = count[step.phase];
  return steps;
}

/** The shares that have arrived at an item by a moment. */
export function arrived(timeline, item, at) {
  return timeline.arrivals[item].filter((share) => share.moment <= at);
}

/** The number of an item's gradient in the table; 0 before it is there. */
export function gradientAt(timeline, pass, item, at) {
  const shares = timeline.arrivals[item];
  const last = shares[shares.length - 1];
  const begins = item === timeline.output ? timeline.seeded : last && last.moment;
  if (begins === undefined) return at === timeline.moments.length - 1 ? pass.gradients[item] : 0;
  if (at >= begins) return pass.gradients[item];
  const here = arrived(timeline, item, at);
  return here.length ? here[here.length - 1].total : 0;
}

/** The number of an item's value in the table; 0 before it is computed. */
export function valueAt(timeline, pass, item, at) {
  if (timeline.computed[item] > at) return 0;
  const isOver = at === timeline.moments.length - 1;
  return (isOver && pass.after[item]) || pass.values[item];
}
