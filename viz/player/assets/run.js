// The data of the page, and what of it is looked at: one pass of the recording.

import { timelineOf } from "./timeline.js";

export class Recording {
  constructor(data) {
    this.data = data;
    this.timelines = new Map();
    this.look(0);
  }

  /** Choose the pass that everything else is about. */
  look(index) {
    this.pass = this.data.passes[index];
    this.structure = this.data.structures[this.pass.structure];
    if (!this.timelines.has(this.pass)) {
      this.timelines.set(this.pass, timelineOf(this.structure, this.pass));
    }
    this.timeline = this.timelines.get(this.pass);
  }

  row(number) {
    return this.data.table[number];
  }

  gradient(item) {
    return this.row(this.pass.gradients[item]);
  }

  /** The number of the weights' state in the diagram at a moment. */
  weightsAt(at) {
    const [before, after] = this.pass.network;
    return at === this.timeline.moments.length - 1 ? after : before;
  }

  /** The values of an operation's operands. */
  operands(item) {
    return this.structure.items[item].parents.map((parent) => this.row(this.pass.values[parent.from]));
  }

  /** A share together with what its edge says about broadcasting. */
  shareOf(item, share) {
    const parent = this.structure.items[item].parents.find((p) => p.operand === share.operand);
    return { ...share, name: parent ? parent.name : "", stretched: parent ? parent.stretched : [] };
  }

  /** All values that an item shows, and all gradients, in passes over the same structure. */
  rowsOf(item) {
    const passes = this.data.passes.filter((p) => this.data.structures[p.structure] === this.structure);
    return {
      values: passes.flatMap((p) => [p.values[item], p.after[item] || 0]).map((n) => this.row(n)),
      gradients: passes.map((p) => this.row(p.gradients[item])),
    };
  }
}
