// The moments of one forward and one backward pass, in the order of the engine.
//
//   given     leaves and constants
//   forward   one operation computes
//   seed      the backward pass starts: the gradient of the result with respect to itself is 1
//   backward  one operation propagates its gradient
//   end       all gradients are known; in training the optimizer has made its step

/** The moments, and at which of them each item gets its value and its contributions. */
export function timelineOf(graph, pass) {
  const moments = [{ phase: "given" }];
  const computed = graph.items.map(() => 0);
  const arrivals = graph.items.map(() => []);
  for (const item of graph.order) {
    if (graph.items[item].kind !== "result") continue;
    computed[item] = moments.length;
    moments.push({ phase: "forward", item });
  }
  const output = graph.order[graph.order.length - 1];
  const seeded = moments.length;
  moments.push({ phase: "seed", item: output });
  for (const { item, hooked, contributions } of pass.backward) {
    const propagated = contributions.map(([operand, to, local, value, total]) => (
      { operand, from: item, to, local, value, total, moment: moments.length }
    ));
    for (const contribution of propagated) arrivals[contribution.to].push(contribution);
    moments.push({ phase: "backward", item, hooked, contributions: propagated });
  }
  moments.push({ phase: "end" });
  return { moments, computed, arrivals, output, seeded };
}

/** The steps that are shown: consecutive moments in one folded region are one step. */
export function stepsOf(timeline, view) {
  const steps = [];
  timeline.moments.forEach((moment, at) => {
    const fold = moment.item === undefined ? null : view.foldOf(moment.item);
    const last = steps[steps.length - 1];
    const goesOn = last && fold !== null && last.fold === fold && last.phase === moment.phase;
    if (goesOn) Object.assign(last, { end: at, moment });
    else steps.push({ phase: moment.phase, fold, begin: at, end: at, moment, leaving: [] });
    const leaving = (moment.contributions || []).filter((contribution) => view.foldOf(contribution.to) !== fold);
    if (fold !== null) steps[steps.length - 1].leaving.push(...leaving);
  });
  const count = { forward: 0, backward: 0 };
  for (const step of steps) if (step.phase in count) step.number = ++count[step.phase];
  for (const step of steps) if (step.phase in count) step.of = count[step.phase];
  return steps;
}

/** The contributions that an item has received by a moment. */
export function arrived(timeline, item, at) {
  return timeline.arrivals[item].filter((contribution) => contribution.moment <= at);
}

/** The row of an item's gradient in the table; 0 before it is known. */
export function gradientAt(timeline, pass, item, at) {
  const contributions = timeline.arrivals[item];
  const last = contributions[contributions.length - 1];
  const begins = item === timeline.output ? timeline.seeded : last && last.moment;
  if (begins === undefined) return at === timeline.moments.length - 1 ? pass.gradients[item] : 0;
  if (at >= begins) return pass.gradients[item];
  const here = arrived(timeline, item, at);
  return here.length ? here[here.length - 1].total : 0;
}

/** The row of an item's value in the table; 0 before it is computed. */
export function valueAt(timeline, pass, item, at) {
  if (timeline.computed[item] > at) return 0;
  const isOver = at === timeline.moments.length - 1;
  return (isOver && pass.after[item]) || pass.values[item];
}
