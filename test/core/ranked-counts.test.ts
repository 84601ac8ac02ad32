import { expect, test } from "vitest";
import { RankedCounts } from "../../src/core/hedge/ranked-counts.ts";

test("what is added below, at and above the bucket that was found last moves what is found next", () => {
  const counts = new RankedCounts();
  const median = (): number => counts.bucketOfRank(Math.ceil(counts.total / 2));
  counts.add(10, 3);
  expect(median()).toBe(10);
  counts.add(4, 2);
  expect(median()).toBe(10);
  counts.add(4, 1);
  expect(median()).toBe(4);
  counts.add(4, -2);
  expect(median()).toBe(10);
  counts.add(20, 5);
  expect(median()).toBe(20);
});

test("the bucket that was found last is left as soon as too little is counted up to it", () => {
  const counts = new RankedCounts();
  counts.add(10, 3);
  counts.add(20, 3);
  expect(counts.bucketOfRank(3)).toBe(10);
  counts.add(10, -2);
  expect([counts.bucketOfRank(1), counts.bucketOfRank(2)]).toEqual([10, 20]);
});

test("the first bucket for which there is no room makes room, and nothing is lost", () => {
  const counts = new RankedCounts();
  counts.add(511, 1);
  expect(counts.buckets).toBe(512);
  counts.add(512, 1);
  expect(counts.buckets).toBe(1_024);
  counts.add(1_024, 1);
  expect(counts.buckets).toBe(2_048);
  expect([1, 2, 3].map((rank) => counts.bucketOfRank(rank))).toEqual([511, 512, 1_024]);
});

test("every rank is found where a list of all counts has it, while they grow and shrink", () => {
  const counts = new RankedCounts();
  const list: number[] = [];
  for (let i = 0; i < 300; i++) {
    const bucket = (i * 7_919) % (i < 100 ? 500 : 1_500);
    counts.add(bucket, 2);
    list.push(bucket, bucket);
    if (i % 3 === 2) counts.add(list.splice((i * 31) % list.length, 1)[0] as number, -1);
    const sorted = [...list].sort((a, b) => a - b);
    const ranks = [1, Math.ceil(sorted.length / 2), sorted.length];
    expect(ranks.map((rank) => counts.bucketOfRank(rank))).toEqual(ranks.map((rank) => sorted[rank - 1]));
  }
  expect(counts.total).toBe(list.length);
});
