// The page: what is looked at, and who shows it.

import { byId, element, fill } from "./dom.js";
import { Store } from "./store.js";
import { Recording } from "./run.js";
import { Graph } from "./view.js";
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
const recording = new Recording(data);
const stage = new Stage();
const opened = (structure) => new Set(structure.regions.flatMap((region, r) => (region.open ? [r] : [])));

// `at` is a moment of the pass, so that it means the same whatever is folded; `part` is what the selected
// item was selected as, in the diagram of the network.
const store = new Store({ pass: 0, at: 0, open: opened(recording.structure), selected: null, part: null });
const network = data.network && new Network(data.network, toggle);

let graph;
let steps;
let drawing;

const stepAt = (at) => steps.findIndex((step) => at <= step.end);

const pass = new Transport("pass", {
  length: () => steps.length - 1,
  get: () => stepAt(store.state.at),
  set: (i) => store.set({ at: steps[i].end }),
  say: (i) => `${heading(recording, steps[i])}: ${sentence(recording, steps[i])}`,
});

const training = new Transport("training", {
  length: () => data.passes.length - 1,
  get: () => store.state.pass,
  set: (i) => store.set(atPass(i)),
  say: (i) => `Step ${i + 1} of ${data.passes.length}, loss ${lossOf(i)}`,
});

function lossOf(i) {
  const { values, structure } = data.passes[i];
  const { order } = data.structures[structure];
  return short(data.table[values[order[order.length - 1]]]) || "not a number alone";
}

store.listen((state, changed) => {
  if (changed.has("pass") || changed.has("open")) redraw(state);
  show(state, changed);
});

/** The state that looks at another pass, at the same moment of it. */
function atPass(i) {
  const before = recording.structure;
  const wasOver = store.state.at === recording.timeline.moments.length - 1;
  recording.look(i);
  const last = recording.timeline.moments.length - 1;
  const at = wasOver ? last : Math.min(store.state.at, last);
  const isSame = recording.structure === before;
  const anew = { open: opened(recording.structure), selected: null, part: null };
  return isSame ? { pass: i, at } : { pass: i, at, ...anew };
}

function redraw(state) {
  const focused = document.activeElement && document.activeElement.dataset.key;
  graph = new Graph(recording.structure, state.open);
  steps = stepsOf(recording.timeline, graph);
  drawing = stage.choose((isRow) => draw(recording, graph, isRow));
  stage.put(drawing);
  walkable(drawing.root, choose, focused);
  const again = focused && drawing.boxes.get(focused);
  if (again) again.element.focus({ preventScroll: true });
}

function show(state, changed) {
  const step = steps[stepAt(state.at)];
  paint(drawing, recording, step, state.selected);
  fill(byId("heading"), heading(recording, step));
  fill(byId("sentence"), sentence(recording, step));
  document.body.dataset.phase = step.phase;
  showStep(recording, graph, step, choose);
  showItem(recording, graph, state.selected, step.end, (item) => store.set({ selected: item, part: null }));
  if (network) network.show(recording.structure.network, drawing, recording.weightsAt(step.end), state);
  showTraining(state);
  pass.show();
  const share = (100 * steps.filter((s) => s.phase === "given" || s.phase === "forward").length) / steps.length;
  byId("pass-slider").style.setProperty("--forward", `${share}%`);
  if (changed.has("at")) stage.follow();
  const selected = state.selected === null ? null : drawing.boxes.get(graph.boxOf(state.selected));
  if (changed.has("selected") && selected) stage.bring([selected.element]);
}

function showTraining(state) {
  byId("training").hidden = data.passes.length < 2;
  if (data.passes.length < 2) return;
  training.show();
  fill(byId("training-said"), `Training step ${state.pass + 1} of ${data.passes.length}, loss ${lossOf(state.pass)}`);
  showCurve(data.passes, state.pass, lossOf);
}

/** The item that a box stands for, or all in its module. */
function itemsOf(key) {
  const number = Number(key.slice(1));
  return key[0] === "i" ? [number] : [...graph.members[number]];
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

/** Select an item, as a part of the diagram or by itself; or nothing, if it is selected so already. */
function toggle(item, part) {
  const { state } = store;
  const isSelected = state.selected === item && state.part === part;
  store.set(isSelected ? { selected: null, part: null } : { selected: item, part });
}

function foldAll(isOpen) {
  const inner = recording.structure.regions.map((_, r) => r).filter((r) => isOpen || r === 0);
  store.set({ open: new Set(inner) });
}

byId("fold").addEventListener("click", () => foldAll(false));
byId("unfold").addEventListener("click", () => foldAll(true));
byId("theme").addEventListener("change", (event) => {
  document.documentElement.dataset.theme = event.target.value;
});
byId("folding").hidden = data.structures.every((structure) => structure.regions.length < 2);
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

/** Lay everything out anew, as for a window of another width. */
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
