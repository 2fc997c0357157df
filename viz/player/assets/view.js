// The graph as it is seen with some regions folded: boxes, the edges between them, open regions.

export class Graph {
  constructor(structure, open) {
    this.structure = structure;
    this.open = open;
    this.members = membersOf(structure);
    this.reading = readingOrder(structure, this.members);
    this.boxes = new Map();
    this.edges = [];
    structure.items.forEach((_, i) => this.addBox(i));
    structure.items.forEach((_, i) => this.addEdges(i));
  }

  /** The outermost folded region around an item; null if the item itself is seen. */
  foldOf(item) {
    return this.foldAround(this.structure.items[item].region);
  }

  foldAround(region) {
    let fold = null;
    for (const r of this.around(region)) if (!this.open.has(r)) fold = r;
    return fold;
  }

  /** A region and all around it, from the inside out. */
  *around(region) {
    for (let r = region; r !== null; r = this.structure.regions[r].outer) yield r;
  }

  /** The key of the box that stands for an item: "i7" for itself, "r2" for a folded region. */
  boxOf(item) {
    const fold = this.foldOf(item);
    return fold === null ? `i${item}` : `r${fold}`;
  }

  /** The open regions, each before those in it. */
  openRegions() {
    const seen = this.structure.regions.map((_, r) => r);
    return seen.filter((r) => this.foldAround(r) === null);
  }

  addBox(item) {
    const fold = this.foldOf(item);
    const key = this.boxOf(item);
    if (fold === null) this.boxes.set(key, { key, item, home: this.structure.items[item].region });
    else if (!this.boxes.has(key)) {
      this.boxes.set(key, { key, region: fold, home: this.structure.regions[fold].outer });
    }
  }

  addEdges(item) {
    (this.structure.items[item].parents || []).forEach((parent, index) => {
      const tail = this.boxOf(parent.from);
      const head = this.boxOf(item);
      if (tail === head) return;
      const use = { item, index, operand: parent.operand };
      const same = this.edges.find((e) => e.tail === tail && e.head === head);
      // Between two items each operand has its own edge; into and out of a fold one is enough.
      if (same && (tail[0] === "r" || head[0] === "r")) same.uses.push(use);
      else this.edges.push({ key: `${tail}-${head}-${index}`, tail, head, index, uses: [use] });
    });
  }

  /** Everything that an item was computed from, and itself. */
  upstream(item) {
    const found = new Set([item]);
    const waiting = [item];
    while (waiting.length) {
      for (const { from } of this.structure.items[waiting.pop()].parents || []) {
        if (!found.has(from)) waiting.push(from);
        found.add(from);
      }
    }
    return found;
  }
}

/** The items in each region, and in all regions in it. */
function membersOf(structure) {
  const members = structure.regions.map(() => new Set());
  structure.items.forEach((item, i) => {
    for (let r = item.region; r !== null; r = structure.regions[r].outer) members[r].add(i);
  });
  return members;
}

/** Where items and regions come when the graph is read: leaves and constants just before they are used. */
function readingOrder(structure, members) {
  const items = structure.items.map((item, i) => (item.kind === "result" ? i : Infinity));
  structure.items.forEach(({ parents = [] }, i) => {
    for (const { from } of parents) items[from] = Math.min(items[from], i - 0.5);
  });
  return { items, regions: members.map((inside) => Math.min(...[...inside].map((i) => items[i]))) };
}
