// The page: its state, and what shows it.

import { byId, element, fill } from "./dom.js";
import { Store } from "./store.js";
import { Run } from "./run.js";
import { View } from "./view.js";
import { stepsOf } from "./timeline.js";
import { heading, sentence, short } from "./words.js";
import { draw } from "./drawing.js";
import { paint } from "./paint.js";
import { showItem, showStep } from "./panel.js";
import { Transport, listenToKeys } from "./controls.js";
import { walkable } from "./tree.js";
import { Stage } from "./stage.js";
import { showCurve } from "./training.js";
import { Network } from "./network.js";

const data = JSON.parse(byId("data").textContent);
const run = new Run(data);
const stage = new Stage();
const opened = (graph) => new Set(graph.regions.flatMap((region, r) => (region.open ? [r] : [])));

// `at` is a moment of the pass, which does not depend on what is folded; `part` is the part of the
// network's diagram through which the item was selected.
const store = new Store({ pass: 0, at: 0, open: opened(run.graph), selected: null, part: null });
const network = data.network && new Network(data.network, toggle);

let view;
let steps;
let drawing;

const stepAt = (at) => steps.findIndex((step) => at <= step.end);

const pass = new Transport("pass", {
  length: () => steps.length - 1,
  get: () => stepAt(store.state.at),
  set: (i) => store.set({ at: steps[i].end }),
  say: (i) => `${heading(run, steps[i])}: ${sentence(run, steps[i])}`,
});

const training = new Transport("training", {
  length: () => data.passes.length - 1,
  get: () => store.state.pass,
  set: (i) => store.set(atPass(i)),
  say: (i) => `Step ${i + 1} of ${data.passes.length}, loss ${lossOf(i)}`,
});

function lossOf(i) {
  const { values, graph } = data.passes[i];
  const { order } = data.graphs[graph];
  return short(data.table[values[order[order.length - 1]]]) || "not a single number";
}

store.listen((state, changed) => {
  if (changed.has("pass") || changed.has("open")) redraw(state);
  show(state, changed);
});

/** The state that shows another pass, at the same moment. */
function atPass(i) {
  const before = run.graph;
  const wasOver = store.state.at === run.timeline.moments.length - 1;
  run.choosePass(i);
  const last = run.timeline.moments.length - 1;
  const at = wasOver ? last : Math.min(store.state.at, last);
  const isSame = run.graph === before;
  const anew = { open: opened(run.graph), selected: null, part: null };
  return isSame ? { pass: i, at } : { pass: i, at, ...anew };
}

function redraw(state) {
  const focused = document.activeElement && document.activeElement.dataset.key;
  view = new View(run.graph, state.open);
  steps = stepsOf(run.timeline, view);
  drawing = stage.choose((isRow) => draw(run, view, isRow));
  stage.put(drawing);
  walkable(drawing.root, choose, focused);
  const again = focused && drawing.boxes.get(focused);
  if (again) again.element.focus({ preventScroll: true });
}

function show(state, changed) {
  const step = steps[stepAt(state.at)];
  paint(drawing, run, step, state.selected);
  fill(byId("heading"), heading(run, step));
  fill(byId("sentence"), sentence(run, step));
  document.body.dataset.phase = step.phase;
  showStep(run, view, step, choose);
  showItem(run, view, state.selected, step.end, (item) => store.set({ selected: item, part: null }));
  if (network) network.show(run.graph.network, drawing, run.weightsAt(step.end), state);
  showTraining(state);
  pass.show();
  const percentage = (100 * steps.filter((s) => s.phase === "given" || s.phase === "forward").length) / steps.length;
  byId("pass-slider").style.setProperty("--forward", `${percentage}%`);
  if (changed.has("at")) stage.follow();
  const selected = state.selected === null ? null : drawing.boxes.get(view.boxOf(state.selected));
  if (changed.has("selected") && selected) stage.bring([selected.element]);
}

function showTraining(state) {
  byId("training").hidden = data.passes.length < 2;
  if (data.passes.length < 2) return;
  training.show();
  fill(byId("training-said"), `Training step ${state.pass + 1} of ${data.passes.length}, loss ${lossOf(state.pass)}`);
  showCurve(data.passes, state.pass, lossOf);
}

/** The item that a box stands for, or all items in its module. */
function itemsOf(key) {
  const number = Number(key.slice(1));
  return key[0] === "i" ? [number] : [...view.members[number]];
}

/** Select an item, or fold and unfold a region. */
function choose(key) {
  const number = Number(key.slice(1));
  if (key[0] === "i") toggle(number, null);
  else {
    const open = new Set(store.state.open);
    if (!open.delete(number)) open.add(number);
    store.set({ open });
  }
}

/** Select an item, through a part of the diagram or by itself; deselect it if it is selected already. */
function toggle(item, part) {
  const { state } = store;
  const isSelected = state.selected === item && state.part === part;
  store.set(isSelected ? { selected: null, part: null } : { selected: item, part });
}

function foldAll(isOpen) {
  const inner = run.graph.regions.map((_, r) => r).filter((r) => isOpen || r === 0);
  store.set({ open: new Set(inner) });
}

byId("fold").addEventListener("click", () => foldAll(false));
byId("unfold").addEventListener("click", () => foldAll(true));
byId("theme").addEventListener("change", (event) => {
  document.documentElement.dataset.theme = event.target.value;
});
byId("folding").hidden = data.graphs.every((graph) => graph.regions.length < 2);
fill(byId("notes"), data.notes.map((note) => element("p", {}, note)));

listenToKeys({
  ArrowRight: () => pass.move(1),
  ArrowLeft: () => pass.move(-1),
  Home: () => pass.go(0),
  End: () => pass.go(steps.length - 1),
  " ": () => pass.toggle(),
  PageDown: () => data.passes.length > 1 && training.move(1),
  PageUp: () => data.passes.length > 1 && training.move(-1),
  Escape: () => {
    pass.stop();
    training.stop();
    store.set({ selected: null, part: null });
  },
});

/** Lay everything out again, as after a resize. */
function again() {
  redraw(store.state);
  show(store.state, new Set());
}

byId("turn").addEventListener("click", () => {
  stage.isTurned = !stage.isTurned;
  again();
});
window.addEventListener("resize", again);
if (network) {
  network.listen(stage.element, (target) => {
    const box = target.closest("[data-key]");
    return box && drawing.boxes.has(box.dataset.key) ? { items: itemsOf(box.dataset.key) } : null;
  });
}
again();
