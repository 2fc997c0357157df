// The graph as it is drawn, with some regions folded: boxes, the edges between them, open regions.

export class View {
  constructor(graph, open) {
    this.graph = graph;
    this.open = open;
    this.members = membersOf(graph);
    this.reading = readingOrder(graph, this.members);
    this.boxes = new Map();
    this.edges = [];
    graph.items.forEach((_, i) => this.addBox(i));
    graph.items.forEach((_, i) => this.addEdges(i));
  }

  /** The outermost folded region around an item; null if the item itself is drawn. */
  foldOf(item) {
    return this.foldAround(this.graph.items[item].region);
  }

  foldAround(region) {
    let fold = null;
    for (const r of this.around(region)) if (!this.open.has(r)) fold = r;
    return fold;
  }

  /** A region and all regions around it, from the inside out. */
  *around(region) {
    for (let r = region; r !== null; r = this.graph.regions[r].outer) yield r;
  }

  /** The key of the box that stands for an item: "i7" for itself, "r2" for a folded region. */
  boxOf(item) {
    const fold = this.foldOf(item);
    return fold === null ? `i${item}` : `r${fold}`;
  }

  /** The open regions, each before those in it. */
  openRegions() {
    const seen = this.graph.regions.map((_, r) => r);
    return seen.filter((r) => this.foldAround(r) === null);
  }

  addBox(item) {
    const fold = this.foldOf(item);
    const key = this.boxOf(item);
    if (fold === null) this.boxes.set(key, { key, item, outer: this.graph.items[item].region });
    else if (!this.boxes.has(key)) {
      this.boxes.set(key, { key, region: fold, outer: this.graph.regions[fold].outer });
    }
  }

  addEdges(item) {
    (this.graph.items[item].parents || []).forEach((parent, index) => {
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
      for (const { from } of this.graph.items[waiting.pop()].parents || []) {
        if (!found.has(from)) waiting.push(from);
        found.add(from);
      }
    }
    return found;
  }
}

/** The items in each region, and in all regions in it. */
function membersOf(graph) {
  const members = graph.regions.map(() => new Set());
  graph.items.forEach((item, i) => {
    for (let r = item.region; r !== null; r = graph.regions[r].outer) members[r].add(i);
  });
  return members;
}

/** The reading order of items and regions: leaves and constants come just before they are used. */
function readingOrder(graph, members) {
  const items = graph.items.map((item, i) => (item.kind === "result" ? i : Infinity));
  graph.items.forEach(({ parents = [] }, i) => {
    for (const { from } of parents) items[from] = Math.min(items[from], i - 0.5);
  });
  return { items, regions: members.map((inside) => Math.min(...[...inside].map((i) => items[i]))) };
}
