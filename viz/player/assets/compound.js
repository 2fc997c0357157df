// The layout of boxes in regions in regions: each open region is laid out as a graph of its own, and is
// then one box in the layout of the region around it.
//
// An edge that leaves a region goes through a port on its border, and is drawn piece by piece: from the
// box to the port of each region around it, across the region that has both ends, and in again.

import { layered } from "./layered.js";
import { operandStep } from "./measure.js";

const PADDING = 16;
const HEADER = 26;

/** Places for all boxes and regions of a graph, and a way for each edge. `isRow`: from left to right. */
export function compound(graph, sizes, chipSize, isRow) {
  const layout = new Compound(graph, sizes, chipSize, isRow);
  return layout.result();
}

class Compound {
  constructor(graph, sizes, chipSize, isRow) {
    this.graph = graph;
    this.sizes = sizes;
    this.chipSize = chipSize;
    this.isRow = isRow;
    this.levels = new Map(); // by region: its vertices by key, its edges by key, its size
    const regions = graph.openRegions();
    for (const r of regions) this.levels.set(r, { vertices: new Map(), edges: new Map() });
    for (const box of graph.boxes.values()) this.addVertex(box.home, box.key, sizes.get(box.key));
    // From the inside out: a region's size is known before the one around it is laid out.
    for (const edge of graph.edges) this.split(edge);
    for (const r of [...regions].reverse()) this.layOut(r);
  }

  addVertex(region, key, { width, height }) {
    const size = this.isRow ? { main: width, cross: height } : { main: height, cross: width };
    this.levels.get(region).vertices.set(key, { key, ports: new Map(), ...size });
  }

  port(region, side, tail) {
    const key = `${side}:${tail}`;
    const { vertices } = this.levels.get(region);
    if (!vertices.has(key)) {
      vertices.set(key, { key, main: 0, cross: 8, first: side === "in", last: side === "out" });
    }
    return key;
  }

  /** Note the pieces of an edge with the regions that they are in. */
  split(edge) {
    const { graph } = this;
    const outward = [...graph.around(graph.boxes.get(edge.tail).home)];
    const inward = [...graph.around(graph.boxes.get(edge.head).home)];
    const shared = outward.find((r) => inward.includes(r));
    edge.pieces = [];
    let from = edge.tail;
    for (const r of outward.slice(0, outward.indexOf(shared))) {
      edge.pieces.push([r, this.piece(r, from, this.port(r, "out", edge.tail), edge)]);
      from = `r${r}`;
    }
    const down = inward.slice(0, inward.indexOf(shared)).reverse();
    [shared, ...down].forEach((r, i) => {
      const start = i === 0 ? from : this.port(r, "in", edge.tail);
      const to = i < down.length ? `r${down[i]}` : edge.head;
      edge.pieces.push([r, this.piece(r, start, to, edge)]);
    });
  }

  /** A piece that several edges share: those from one box into the same place. */
  piece(region, from, to, edge) {
    const isHead = to === edge.head;
    const key = isHead ? edge.key : `${edge.tail}>${from}>${to}`;
    const { edges } = this.levels.get(region);
    if (!edges.has(key)) edges.set(key, { key, fromKey: from, toKey: to, tail: edge.tail, edge, isHead });
    return key;
  }

  layOut(region) {
    const level = this.levels.get(region);
    const vertices = [...level.vertices.values()];
    const places = new Map(vertices.map((vertex, i) => [vertex.key, i]));
    const edges = [...level.edges.values()];
    for (const edge of edges) {
      edge.from = places.get(edge.fromKey);
      edge.to = places.get(edge.toKey);
      edge.out = this.offset(vertices[edge.from], `out:${edge.tail}`);
      edge.in = edge.isHead ? this.headOffset(edge.edge) : this.offset(vertices[edge.to], `in:${edge.tail}`);
    }
    const base = this.isRow ? 34 : 30;
    const gap = (links) => Math.max(base, ...links.map(({ edge, to }) => this.room(edge, to)));
    const size = layered(vertices, edges, gap, 18);
    const isProgram = this.graph.structure.regions[region].outer === null;
    const padding = isProgram ? 6 : PADDING;
    const header = isProgram ? 0 : HEADER;
    const minimum = isProgram ? 0 : this.sizes.get(`frame${region}`).width;
    level.shift = this.isRow ? [padding, padding + header] : [padding + header, padding];
    const cross = this.isRow ? size.cross : Math.max(size.cross, minimum - 2 * padding);
    const main = this.isRow ? Math.max(size.main, minimum - 2 * padding) : size.main;
    level.shift[1] += (cross - size.cross) / 2;
    level.size = {
      main: main + 2 * padding + (this.isRow ? 0 : header),
      cross: cross + 2 * padding + (this.isRow ? header : 0),
    };
    if (!isProgram) this.close(region, level, vertices);
  }

  /** Make a region a vertex of the one around it, with its ports at their places. */
  close(region, level, vertices) {
    const ports = new Map();
    for (const vertex of vertices) {
      if (vertex.first || vertex.last) {
        ports.set(vertex.key, vertex.middle + level.shift[1] - level.size.cross / 2);
      }
    }
    const outer = this.graph.structure.regions[region].outer;
    const key = `r${region}`;
    this.levels.get(outer).vertices.set(key, { key, ports, ...level.size });
  }

  offset(vertex, port) {
    return (vertex.ports && vertex.ports.get(port)) || 0;
  }

  /** Where an edge arrives at an operation: one operand beside the other. */
  headOffset(edge) {
    if (edge.head[0] === "r") return 0;
    const { parents } = this.graph.structure.items[this.graph.boxes.get(edge.head).item];
    return (edge.index - (parents.length - 1) / 2) * operandStep(parents);
  }

  /** The room that a link needs for what is written on it. */
  room(edge, to) {
    if (!edge.isHead || to.bend) return 0;
    return this.chipSize(edge.edge)[this.isRow ? "width" : "height"] + 22;
  }

  result() {
    const regions = new Map();
    const boxes = new Map();
    const origins = new Map();
    for (const r of this.graph.openRegions()) {
      const level = this.levels.get(r);
      const outer = this.graph.structure.regions[r].outer;
      const origin = outer === null ? [0, 0] : this.corner(outer, `r${r}`, origins);
      origins.set(r, origin);
      regions.set(r, this.rectangle(origin, level.size));
      for (const vertex of level.vertices.values()) {
        if (!this.graph.boxes.has(vertex.key)) continue;
        boxes.set(vertex.key, this.rectangle(this.corner(r, vertex.key, origins), vertex));
      }
    }
    const routes = new Map(this.graph.edges.map((edge) => [edge.key, this.route(edge, origins)]));
    return { boxes, regions, routes, ...this.rectangle([0, 0], this.levels.get(0).size) };
  }

  corner(region, key, origins) {
    const level = this.levels.get(region);
    const vertex = level.vertices.get(key);
    const [main, cross] = origins.get(region);
    return [
      main + level.shift[0] + vertex.start,
      cross + level.shift[1] + vertex.middle - vertex.cross / 2,
    ];
  }

  rectangle([main, cross], size) {
    return this.isRow
      ? { x: main, y: cross, width: size.main, height: size.cross }
      : { x: cross, y: main, width: size.cross, height: size.main };
  }

  route(edge, origins) {
    const points = edge.pieces.flatMap(([r, key]) => {
      const { edges, shift } = this.levels.get(r);
      const [main, cross] = origins.get(r);
      return edges.get(key).points.map(([m, c]) => [m + main + shift[0], c + cross + shift[1]]);
    });
    return points.map(([m, c]) => (this.isRow ? [m, c] : [c, m]));
  }
}
