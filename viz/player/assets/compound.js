// The layout of boxes in nested regions: each open region is laid out as a graph of its own, and is then
// one box in the layout of the region around it.
//
// An edge that leaves a region goes through a port on its border, and is drawn in pieces: from the box to
// the port of each region around it, across the region that has both ends, and in again.

import { layered } from "./layered.js";
import { operandStep } from "./measure.js";

const PADDING = 16;
const HEADER = 26;

/** The rectangles of all boxes and regions, and the route of each edge. `isRow`: from left to right. */
export function compound(view, sizes, chipSize, isRow) {
  const layout = new Compound(view, sizes, chipSize, isRow);
  return layout.result();
}

class Compound {
  constructor(view, sizes, chipSize, isRow) {
    this.view = view;
    this.sizes = sizes;
    this.chipSize = chipSize;
    this.isRow = isRow;
    this.layouts = new Map(); // by region: its vertices by key, its edges by key, its size
    const regions = view.openRegions();
    for (const r of regions) this.layouts.set(r, { vertices: new Map(), edges: new Map() });
    for (const box of view.boxes.values()) this.addVertex(box.outer, box.key, sizes.get(box.key));
    // From the inside out: a region's size is known before the one around it is laid out.
    for (const edge of view.edges) this.split(edge);
    for (const r of [...regions].reverse()) this.layOut(r);
  }

  addVertex(region, key, { width, height }) {
    const size = this.isRow ? { main: width, cross: height } : { main: height, cross: width };
    this.layouts.get(region).vertices.set(key, { key, ports: new Map(), ...size });
  }

  port(region, side, tail) {
    const key = `${side}:${tail}`;
    const { vertices } = this.layouts.get(region);
    if (!vertices.has(key)) {
      vertices.set(key, { key, main: 0, cross: 8, first: side === "in", last: side === "out" });
    }
    return key;
  }

  /** Split an edge into pieces, one in each region that it crosses. */
  split(edge) {
    const { view } = this;
    const outward = [...view.around(view.boxes.get(edge.tail).outer)];
    const inward = [...view.around(view.boxes.get(edge.head).outer)];
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

  /** A piece of an edge; edges from one box to the same end share it. */
  piece(region, from, to, edge) {
    const isHead = to === edge.head;
    const key = isHead ? edge.key : `${edge.tail}>${from}>${to}`;
    const { edges } = this.layouts.get(region);
    if (!edges.has(key)) edges.set(key, { key, fromKey: from, toKey: to, tail: edge.tail, edge, isHead });
    return key;
  }

  layOut(region) {
    const layout = this.layouts.get(region);
    const vertices = [...layout.vertices.values()];
    const indices = new Map(vertices.map((vertex, i) => [vertex.key, i]));
    const edges = [...layout.edges.values()];
    for (const edge of edges) {
      edge.from = indices.get(edge.fromKey);
      edge.to = indices.get(edge.toKey);
      edge.out = this.offset(vertices[edge.from], `out:${edge.tail}`);
      edge.in = edge.isHead ? this.headOffset(edge.edge) : this.offset(vertices[edge.to], `in:${edge.tail}`);
    }
    const base = this.isRow ? 34 : 30;
    const gap = (links) => Math.max(base, ...links.map(({ edge, to }) => this.room(edge, to)));
    const size = layered(vertices, edges, gap, 18);
    const isProgram = this.view.graph.regions[region].outer === null;
    const padding = isProgram ? 6 : PADDING;
    const header = isProgram ? 0 : HEADER;
    const minimum = isProgram ? 0 : this.sizes.get(`frame${region}`).width;
    layout.shift = this.isRow ? [padding, padding + header] : [padding + header, padding];
    const cross = this.isRow ? size.cross : Math.max(size.cross, minimum - 2 * padding);
    const main = this.isRow ? Math.max(size.main, minimum - 2 * padding) : size.main;
    layout.shift[1] += (cross - size.cross) / 2;
    layout.size = {
      main: main + 2 * padding + (this.isRow ? 0 : header),
      cross: cross + 2 * padding + (this.isRow ? header : 0),
    };
    if (!isProgram) this.close(region, layout, vertices);
  }

  /** Make a region a vertex of the region around it, with its ports. */
  close(region, layout, vertices) {
    const ports = new Map();
    for (const vertex of vertices) {
      if (vertex.first || vertex.last) {
        ports.set(vertex.key, vertex.middle + layout.shift[1] - layout.size.cross / 2);
      }
    }
    const outer = this.view.graph.regions[region].outer;
    const key = `r${region}`;
    this.layouts.get(outer).vertices.set(key, { key, ports, ...layout.size });
  }

  offset(vertex, port) {
    return (vertex.ports && vertex.ports.get(port)) || 0;
  }

  /** Where an edge arrives at an operation: operands are side by side. */
  headOffset(edge) {
    if (edge.head[0] === "r") return 0;
    const { parents } = this.view.graph.items[this.view.boxes.get(edge.head).item];
    return (edge.index - (parents.length - 1) / 2) * operandStep(parents);
  }

  /** The room that a link needs for its text. */
  room(edge, to) {
    if (!edge.isHead || to.bend) return 0;
    return this.chipSize(edge.edge)[this.isRow ? "width" : "height"] + 22;
  }

  result() {
    const regions = new Map();
    const boxes = new Map();
    const origins = new Map();
    for (const r of this.view.openRegions()) {
      const layout = this.layouts.get(r);
      const outer = this.view.graph.regions[r].outer;
      const origin = outer === null ? [0, 0] : this.corner(outer, `r${r}`, origins);
      origins.set(r, origin);
      regions.set(r, this.rectangle(origin, layout.size));
      for (const vertex of layout.vertices.values()) {
        if (!this.view.boxes.has(vertex.key)) continue;
        boxes.set(vertex.key, this.rectangle(this.corner(r, vertex.key, origins), vertex));
      }
    }
    const routes = new Map(this.view.edges.map((edge) => [edge.key, this.route(edge, origins)]));
    return { boxes, regions, routes, ...this.rectangle([0, 0], this.layouts.get(0).size) };
  }

  corner(region, key, origins) {
    const layout = this.layouts.get(region);
    const vertex = layout.vertices.get(key);
    const [main, cross] = origins.get(region);
    return [
      main + layout.shift[0] + vertex.start,
      cross + layout.shift[1] + vertex.middle - vertex.cross / 2,
    ];
  }

  rectangle([main, cross], size) {
    return this.isRow
      ? { x: main, y: cross, width: size.main, height: size.cross }
      : { x: cross, y: main, width: size.cross, height: size.main };
  }

  route(edge, origins) {
    const points = edge.pieces.flatMap(([r, key]) => {
      const { edges, shift } = this.layouts.get(r);
      const [main, cross] = origins.get(r);
      return edges.get(key).points.map(([m, c]) => [m + main + shift[0], c + cross + shift[1]]);
    });
    return points.map(([m, c]) => (this.isRow ? [m, c] : [c, m]));
  }
}
