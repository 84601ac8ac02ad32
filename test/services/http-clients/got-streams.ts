/* Streams of got, in every version. */
import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type * as Got from "got";
import { CircuitBreaker, Policy } from "redress";
import { gotWithPolicy } from "redress/got";
import type { GivenGot } from "./got-calls.ts";
import { policy, type Scenarios, thrownBy, told, until } from "./scenario.ts";

async function textOf(stream: Got.Request): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

export const gotStreams: Scenarios<GivenGot> = {
  "a stream is read as ever": async ({ got, server }) => {
    const text = await textOf(gotWithPolicy(got.default, policy()).stream(`${server.url}/user`));
    assert.equal(text, '{"name":"Ann"}');
    assert.equal(server.seen.length, 1);
  },

  "what is written to a stream is sent": async ({ got, server }) => {
    const stream = gotWithPolicy(got.default, policy()).stream.post(`${server.url}/user`);
    const received: string[] = [];
    const receiver = new Writable({
      write(chunk, _encoding, done) {
        received.push(String(chunk));
        done();
      },
    });
    await pipeline(Readable.from(["te", "a"]), stream, receiver);
    assert.equal(server.seen[0]?.body, "tea");
    assert.equal(received.join(""), '{"name":"Ann"}');
  },

  "a stream is sent once, and its listeners of retries are not asked": async ({ got, server }) => {
    const stream = gotWithPolicy(got.default, policy()).stream(`${server.url}/503`);
    let retries = 0;
    stream.on("retry", () => void retries++);
    const error = await thrownBy(textOf(stream));
    assert.ok(error instanceof got.HTTPError);
    assert.equal(told(error)["stopReason"], "RETRY_REFUSED");
    assert.deepEqual([server.seen.length, retries], [1, 0]);
  },

  "a stream is not sent where the circuit is open, and opens it by its answers": async ({ got, server }) => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 2 });
    const api = gotWithPolicy(got.default, new Policy({ circuitBreaker }));
    for (let call = 0; call < 2; call++) await thrownBy(textOf(api.stream(`${server.url}/503`)));
    const error = await thrownBy(textOf(api.stream(`${server.url}/user`)));
    assert.ok(error instanceof got.RequestError);
    assert.equal(told(error)["stopReason"], "CIRCUIT_OPEN");
    assert.equal(server.seen.length, 2);
  },

  "the policy's timeout ends a stream that is not answered, and its connection": async ({ got, server }) => {
    const api = gotWithPolicy(got.default, policy({ attemptTimeoutMs: 100 }));
    const error = await thrownBy(textOf(api.stream(`${server.url}/hang`)));
    assert.ok(error instanceof got.RequestError);
    assert.equal((error.cause as Error).name, "AttemptTimeoutError");
    assert.equal(told(error)["attempts"], 1);
    await until(() => server.left >= server.seen.length);
  },

  "a stream whose caller leaves is over": async ({ got, server }) => {
    const by = policy();
    const caller = new AbortController();
    const call = thrownBy(textOf(gotWithPolicy(got.default, by).stream(`${server.url}/hang`, { signal: caller.signal })));
    await until(() => server.seen.length === 1);
    caller.abort();
    assert.ok((await call) instanceof got.AbortError);
    await until(() => server.left >= 1);
  },

  "a stream with retries of its own is never sent": async ({ got, server }) => {
    const api = gotWithPolicy(got.default, policy());
    const error = await thrownBy(textOf(api.stream(`${server.url}/user`, { retry: { limit: 2 } })));
    assert.match(String(error), /retry\.limit of got must be 0/);
    assert.equal(server.seen.length, 0);
  },
};
