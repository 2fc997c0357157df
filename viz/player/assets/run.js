// The data of the page, and the pass that it shows: a run has one pass, or one per step of training.

import { timelineOf } from "./timeline.js";

export class Run {
  constructor(data) {
    this.data = data;
    this.timelines = new Map();
    this.choosePass(0);
  }

  /** Choose the pass that the page shows. */
  choosePass(index) {
    this.pass = this.data.passes[index];
    this.graph = this.data.graphs[this.pass.graph];
    if (!this.timelines.has(this.pass)) {
      this.timelines.set(this.pass, timelineOf(this.graph, this.pass));
    }
    this.timeline = this.timelines.get(this.pass);
  }

  row(number) {
    return this.data.table[number];
  }

  gradient(item) {
    return this.row(this.pass.gradients[item]);
  }

  /** Which state of the weights the diagram shows at a moment, by number. */
  weightsAt(at) {
    const [before, after] = this.pass.network;
    return at === this.timeline.moments.length - 1 ? after : before;
  }

  /** The values of an operation's operands. */
  operands(item) {
    return this.graph.items[item].parents.map((parent) => this.row(this.pass.values[parent.from]));
  }

  /** A contribution with the name of its operand and the axes along which that was broadcast. */
  withEdge(item, contribution) {
    const parent = this.graph.items[item].parents.find((p) => p.operand === contribution.operand);
    return { ...contribution, name: parent ? parent.name : "", stretched: parent ? parent.stretched : [] };
  }

  /** All values and gradients of an item, in every pass over the same graph. */
  rowsOf(item) {
    const passes = this.data.passes.filter((p) => this.data.graphs[p.graph] === this.graph);
    return {
      values: passes.flatMap((p) => [p.values[item], p.after[item] || 0]).map((n) => this.row(n)),
      gradients: passes.map((p) => this.row(p.gradients[item])),
    };
  }
}
