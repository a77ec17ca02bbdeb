/** A repeatable source of numbers from 0 to 1, so that every contender gets the same draws. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    // A counter whose bits are mixed until they look random.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Draws indices below `size` by a Zipf law: index n is drawn in proportion to 1 / (n + 1). */
export function zipf(size, random) {
  const cumulated = [];
  let sum = 0;
  for (let rank = 1; rank <= size; rank++) cumulated.push((sum += 1 / rank));
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
