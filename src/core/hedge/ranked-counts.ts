/** Up to 163 ms at one per cent a bucket, where the first begins at a millisecond. */
const FEWEST = 512;

/**
 * Counts of buckets, and which bucket holds the value of a rank. A Fenwick tree: adding and asking take as many steps as the number of buckets has
 * binary digits, however the counts lie. It grows by doubling, as far as buckets are used.
 */
export class RankedCounts {
  /** Node `i` holds the counts of the buckets from `i - lowest bit of i` on, up to and without `i`. */
  #tree = new Uint32Array(0);
  #total = 0;
  /** The bucket that was found last, what is counted below it, and up to and with it: most of the time it is the next one too. */
  #found = 0;
  #below = 0;
  #upTo = 0;

  get total(): number {
    return this.#total;
  }

  /** How many buckets there is room for. */
  get buckets(): number {
    return this.#tree.length - 1;
  }

  /** Adds to the count of a bucket, or takes from it what was added before. */
  add(bucket: number, count: number): void {
    if (bucket >= this.buckets) this.#grow(bucket);
    const tree = this.#tree;
    for (let node = bucket + 1; node <= this.buckets; node += node & -node) tree[node] = (tree[node] as number) + count;
    this.#total += count;
    if (bucket < this.#found) this.#below += count;
    if (bucket <= this.#found) this.#upTo += count;
  }

  /** The lowest bucket up to and with which at least `rank` are counted: 1 <= `rank` <= `total`. */
  bucketOfRank(rank: number): number {
    if (rank <= this.#below || rank > this.#upTo) this.#find(rank);
    return this.#found;
  }

  #find(rank: number): void {
    const tree = this.#tree;
    let bucket = 0;
    let below = 0;
    let upTo = this.#total;
    for (let half = this.buckets / 2; half >= 1; half /= 2) {
      const more = below + (tree[bucket + half] as number);
      if (more < rank) {
        below = more;
        bucket += half;
      } else {
        upTo = more;
      }
    }
    this.#found = bucket;
    this.#below = below;
    this.#upTo = upTo;
  }

  #grow(bucket: number): void {
    const old = this.#tree;
    const fewer = Math.max(FEWEST, this.buckets);
    let buckets = fewer;
    while (buckets <= bucket) buckets *= 2;
    const tree = new Uint32Array(buckets + 1);
    tree.set(old);
    // Nodes that stand for all buckets there were.
    for (let node = fewer * 2; node <= buckets; node *= 2) tree[node] = this.#total;
    this.#tree = tree;
  }
}
