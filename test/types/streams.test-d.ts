import { type Outcome, Policy } from "redress";
import { type PolicyStream, policyStream, type StreamEnd } from "redress/stream";
import { expectTypeOf, test } from "vitest";

interface Chunk {
  readonly text: string;
}
declare class ChunkStream implements AsyncIterable<Chunk> {
  readonly usage: number;
  [Symbol.asyncIterator](): AsyncIterator<Chunk>;
}
declare function create(init: { signal: AbortSignal }): Promise<ChunkStream>;
const policy = new Policy({ retry: {} });

test("the items are those of the source, and the source keeps its own type", () => {
  const stream = policyStream(policy, ({ signal }) => create({ signal }), { isEnd: ({ text }) => text === "" });
  expectTypeOf(stream).toEqualTypeOf<PolicyStream<Chunk, ChunkStream>>();
  expectTypeOf(stream.opened).toEqualTypeOf<Promise<ChunkStream | undefined>>();
  expectTypeOf(stream.outcome).toEqualTypeOf<Promise<Outcome<StreamEnd>>>();
});

test("an isEnd of its own type does not widen them", () => {
  const isEnd = (chunk: Chunk): boolean => chunk.text === "";
  const stream = policyStream(policy, (attempt) => create({ signal: attempt.signal }), { isEnd });
  expectTypeOf(stream).toEqualTypeOf<PolicyStream<Chunk, ChunkStream>>();
  const plain = policyStream(
    policy,
    (attempt) => {
      void attempt;
      return [] as unknown as ChunkStream;
    },
    { idleTimeoutMs: 1, ...(Math.random() > 1 && { isEnd }) },
  );
  expectTypeOf(plain).toEqualTypeOf<PolicyStream<Chunk, ChunkStream>>();
});

test("async generators and ReadableStreams have items", () => {
  const generated = policyStream(policy, async function* () {
    yield 1;
  });
  void (async () => {
    for await (const item of generated) expectTypeOf(item).toEqualTypeOf<number>();
    for await (const item of policyStream(policy, () => new ReadableStream<Uint8Array>()))
      expectTypeOf(item).toEqualTypeOf<Uint8Array>();
  });
});

test("a fallback adds its items", () => {
  const falling = new Policy({ retry: {}, fallback: () => ["instead"] });
  void (async () => {
    for await (const item of policyStream(falling, ({ signal }) => create({ signal })))
      expectTypeOf(item).toEqualTypeOf<Chunk | string>();
  });
});

test("what is no stream does not compile", () => {
  // @ts-expect-error a Response is not iterated: its body is
  policyStream(policy, () => fetch("https://example.test"));
  // @ts-expect-error so it is with a whole answer
  policyStream(policy, async () => ({ text: "whole" }));
  // @ts-expect-error the policy is made first
  policyStream({ retry: {} }, ({ signal }) => create({ signal }));
});
