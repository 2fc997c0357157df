// A layered layout of a directed graph, in two axes: `main`, along which data flows, and `cross`.
//
// Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
// structures", 1981: ranks by longest path, order by barycentres, then coordinates.
//
// A vertex has `main` and `cross` sizes, `first` (belongs into the first rank) or `last`. An edge has
// `from` and `to`, the indices of vertices, and `out` and `in`: where on the cross axis it leaves and
// arrives, measured from the vertices' middles. Edges over several ranks get a bend in each of them.

import { placed } from "./placing.js";

const SWEEPS = 12;
const MOST_LINKS = 30000; // in all sweeps together: a graph of more links gets fewer sweeps

/** Gives vertices `start` (main axis) and `middle` (cross axis), and edges `points`. */
export function layered(vertices, edges, gapOf, separation) {
  const ranks = ranked(vertices, edges);
  const { layers, links } = withBends(vertices, edges, ranks);
  arrange(layers, links, separation);
  const size = spread(layers, gapOf);
  for (const edge of edges) edge.points = routed(edge, vertices);
  return size;
}

/** The rank of each vertex: one more than the largest before it; sources stand next to their users. */
function ranked(vertices, edges) {
  const firsts = vertices.some((v) => v.first) ? 1 : 0;
  const rank = vertices.map((vertex) => (vertex.first ? 0 : firsts));
  const missing = vertices.map(() => 0);
  const outgoing = vertices.map(() => []);
  for (const edge of edges) {
    missing[edge.to] += 1;
    outgoing[edge.from].push(edge);
  }
  const isSource = missing.map((n) => n === 0);
  const done = new Set();
  const ready = [...vertices.keys()].filter((v) => isSource[v]);
  while (done.size < vertices.length) {
    // Folded regions may form a cycle, in which any vertex can be the first.
    const v = ready.length ? ready.pop() : [...vertices.keys()].find((v) => !done.has(v));
    if (done.has(v)) continue;
    done.add(v);
    for (const edge of outgoing[v]) {
      if (done.has(edge.to)) continue;
      rank[edge.to] = Math.max(rank[edge.to], rank[v] + 1);
      missing[edge.to] -= 1;
      if (missing[edge.to] === 0) ready.push(edge.to);
    }
  }
  vertices.forEach((vertex, v) => {
    const users = outgoing[v].filter((edge) => rank[edge.to] > rank[v]);
    vertex.isSource = isSource[v] && !vertex.first;
    // The users' ranks are at least one more than those of all sources.
    if (vertex.isSource && users.length) rank[v] = Math.min(...users.map((e) => rank[e.to])) - 1;
  });
  const end = Math.max(0, ...rank.filter((_, v) => !vertices[v].last)) + 1;
  vertices.forEach((vertex, v) => {
    if (vertex.last) rank[v] = end;
  });
  return rank;
}

/** The vertices by rank, with a bend in each rank that an edge passes; the links between neighbours. */
function withBends(vertices, edges, ranks) {
  const layers = Array.from({ length: Math.max(0, ...ranks) + 1 }, () => []);
  vertices.forEach((vertex, v) => {
    Object.assign(vertex, { rank: ranks[v], before: [], after: [], middle: 0 });
    layers[ranks[v]].push(vertex);
  });
  const links = [];
  for (const edge of edges) {
    edge.bends = [];
    const from = vertices[edge.from];
    const to = vertices[edge.to];
    if (from.rank >= to.rank) continue; // against the direction of the data: drawn without bends
    let last = from;
    let out = edge.out;
    for (let rank = from.rank + 1; rank <= to.rank; rank++) {
      const isBend = rank < to.rank;
      const next = isBend ? { main: 0, cross: 6, rank, before: [], after: [], bend: true } : to;
      if (isBend) {
        layers[rank].push(next);
        edge.bends.push(next);
      }
      const link = { from: last, to: next, out, in: isBend ? 0 : edge.in, edge };
      last.after.push(link);
      next.before.push(link);
      links.push(link);
      last = next;
      out = 0;
    }
  }
  return { layers, links };
}

/** Order the layers so that few links cross, and place their vertices so that links are short. */
function arrange(layers, links, separation) {
  const apart = (a, b) => (a.cross + b.cross) / 2 + (a.bend || b.bend ? separation / 2 : separation);
  layers.forEach((layer) => place(layer, () => 0, apart));
  const sweeps = Math.max(2, Math.min(SWEEPS, Math.floor(MOST_LINKS / links.length)));
  let best = { crossings: Infinity, orders: null };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      const wish = new Map(layer.map((v) => [v, wished(v, forward, !forward)]));
      layer.sort((a, b) => wish.get(a) - wish.get(b));
      place(layer, (v) => wish.get(v), apart);
    }
    const crossings = crossed(links);
    if (crossings < best.crossings) best = { crossings, orders: layers.map((layer) => [...layer]) };
  }
  layers.forEach((layer, i) => layer.splice(0, layer.length, ...best.orders[i]));
  layers.forEach((layer) => place(layer, (v) => v.middle, apart));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const layer of sweep % 2 ? layers : [...layers].reverse()) {
      place(layer, (v) => wished(v, true, true), apart);
    }
  }
}

/** The position of a vertex at which its links would be straight, on average. */
function wished(vertex, looksBack, looksAhead) {
  const wishes = [];
  if (looksBack) for (const l of vertex.before) wishes.push(l.from.middle + l.out - l.in);
  if (looksAhead) for (const l of vertex.after) wishes.push(l.to.middle + l.in - l.out);
  if (wishes.length === 0) return vertex.middle;
  return wishes.reduce((a, b) => a + b) / wishes.length;
}

function place(layer, wish, apart) {
  const gaps = layer.slice(1).map((v, i) => apart(layer[i], v));
  // A bend weighs more: a long straight edge is easy to follow.
  const middles = placed(layer.map(wish), gaps, layer.map((v) => (v.bend ? 4 : 1)));
  layer.forEach((vertex, i) => {
    vertex.middle = middles[i];
  });
}

/** How many links cross: between two layers, pairs whose starts and ends are in opposite order. */
function crossed(links) {
  const byRank = new Map();
  for (const link of links) {
    const ends = [link.from.middle + link.out, link.to.middle + link.in];
    if (!byRank.has(link.from.rank)) byRank.set(link.from.rank, []);
    byRank.get(link.from.rank).push(ends);
  }
  let count = 0;
  for (const ends of byRank.values()) {
    const sorted = [];
    for (const [, end] of ends.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      let position = sorted.length; // the ends before it, which belong to starts before its own
      while (position > 0 && sorted[position - 1] > end) position -= 1;
      count += sorted.length - position;
      sorted.splice(position, 0, end);
    }
  }
  return count;
}

/** Place the layers one after the other, at positive coordinates; returns the size. */
function spread(layers, gapOf) {
  let end = 0;
  let top = Infinity;
  let bottom = -Infinity;
  layers.forEach((layer, rank) => {
    const thickness = Math.max(0, ...layer.map((v) => v.main));
    const gap = rank === 0 ? 0 : gapOf(layer.flatMap((vertex) => vertex.before));
    const begin = end + gap;
    end = begin + thickness;
    for (const vertex of layer) {
      vertex.start = vertex.isSource ? end - vertex.main : begin;
      vertex.span = [begin, end];
      top = Math.min(top, vertex.middle - vertex.cross / 2);
      bottom = Math.max(bottom, vertex.middle + vertex.cross / 2);
    }
  });
  for (const vertex of layers.flat()) vertex.middle -= top;
  return { main: end, cross: Math.max(0, bottom - top) };
}

/** The points of an edge's route, which is straight within each layer. */
function routed(edge, vertices) {
  const from = vertices[edge.from];
  const to = vertices[edge.to];
  return [
    [from.start + from.main, from.middle + edge.out],
    ...edge.bends.flatMap((bend) => bend.span.map((main) => [main, bend.middle])),
    [to.start, to.middle + edge.in],
  ];
}
