// Positions on a line in a given order, as near as possible to wished ones, with gaps between them.
//
// The sum of weight × distance² is smallest if neighbours that would be too close form a block, which
// stands at the weighted mean of its members' wishes.
// Source: R. Barlow et al., "Statistical inference under order restrictions", 1972: pooling of
// adjacent violators.

/** Positions for wishes, with at least `gaps[i]` between the i-th and the next. */
export function placed(wishes, gaps, weights) {
  const offsets = [0];
  for (const gap of gaps) offsets.push(offsets[offsets.length - 1] + gap);
  const blocks = [];
  wishes.forEach((wish, i) => {
    blocks.push({ sum: weights[i] * (wish - offsets[i]), weight: weights[i], count: 1 });
    while (blocks.length > 1 && mean(blocks[blocks.length - 2]) > mean(blocks[blocks.length - 1])) {
      const last = blocks.pop();
      const before = blocks[blocks.length - 1];
      before.sum += last.sum;
      before.weight += last.weight;
      before.count += last.count;
    }
  });
  return blocks.flatMap((block) => Array(block.count).fill(mean(block))).map((x, i) => x + offsets[i]);
}

const mean = (block) => block.sum / block.weight;
