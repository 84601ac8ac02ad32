/**
 * A stream of random numbers, 0 <= n < 1, that is the same for the same seed and name. Each purpose has a stream of its own, so that a policy
 * that draws more often does not change when calls arrive. The generator is sfc32.
 *
 * Source: Chris Doty-Humphrey, PractRand, https://pracrand.sourceforge.net (sfc32 passes its tests beyond 2 TB).
 */
export function randomStream(seed: number, name: string): () => number {
  // FNV-1a over the name and the seed's 64 bits, once for each word of the state.
  const bits = new Uint32Array(new Float64Array([seed]).buffer);
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (const part of [...name].map((letter) => letter.charCodeAt(0)).concat(...bits)) {
      hash = Math.imul(hash ^ (part & 0xffff), 0x01000193);
      hash = Math.imul(hash ^ (part >>> 16), 0x01000193);
    }
    return hash | 0;
  };
  let [a, b, c, counter] = [word(1), word(2), word(3), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warming = 0; warming < 12; warming++) next();
  return () => next() / 2 ** 32;
}
