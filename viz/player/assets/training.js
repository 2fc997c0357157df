// A run of training: the curve of the loss.

import { byId, fill, svg } from "./dom.js";

const WIDTH = 220;
const HEIGHT = 48;

/** Draw the loss over the steps, with a mark at one of them. */
export function showCurve(passes, index, said) {
  const losses = passes.map((pass) => pass.loss);
  const known = losses.filter((loss) => loss !== null);
  if (!known.length) return;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i) => 6 + (i * (WIDTH - 12)) / Math.max(1, losses.length - 1);
  const y = (loss) => 6 + ((high - loss) * (HEIGHT - 12)) / (high - low || 1);
  const points = losses.flatMap((loss, i) => (loss === null ? [] : [`${x(i)},${y(loss)}`]));
  const here = losses[index];
  fill(byId("curve"), svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `The loss over ${losses.length} steps: ${said(0)} at first, ${said(losses.length - 1)} at the end` },
  svg("polyline", { points: points.join(" ") }),
  here === null ? "" : svg("circle", { cx: x(index), cy: y(here), r: 4.5 })));
}
