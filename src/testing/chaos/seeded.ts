/**
 * A number from 0 to below 1 for each place of a sequence: it depends on the seed and the place alone, so that no other use of chance moves it.
 * Source: SplitMix32, the finalizer of MurmurHash3.
 */
export function chanceAt(seed: number, place: number): number {
  let bits = (Math.imul(place, 0x9e3779b9) + seed) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
