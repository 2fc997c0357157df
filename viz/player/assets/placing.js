// Where to put things in a row: as near as possible to where each wants to be, in a given order.
//
// The sum of weight × distance² is smallest if those that would come too close form a block, which
// stands where its members want to be on average.
// Source: R. Barlow et al., "Statistical inference under order restrictions", 1972: pooling of
// adjacent violators.

/** Places for wishes, at least `gaps[i]` between the i-th and the one behind it. */
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
