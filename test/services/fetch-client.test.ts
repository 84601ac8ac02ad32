/* createFetch over real sockets: connections come back, bodies end when their caller leaves, stalls are bounded, and the platform's own options reach the platform. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { constant, Policy } from "redress";
import { BodyTimeoutError, createFetch, outcomeOf } from "redress/fetch";
import { Agent } from "undici6";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

type Handler = (request: IncomingMessage, answer: ServerResponse, nth: number) => void;

let server: Server;
let origin = "";
let handler: Handler = () => {};
let requests: string[] = [];
let opened = 0;

beforeAll(async () => {
  server = createServer((request, answer) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, answer, requests.length);
  });
  server.on("connection", () => opened++);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
beforeEach(() => {
  requests = [];
  opened = 0;
});

const policy = new Policy<Response, Response>({ retry: { maxAttempts: 4, strategy: constant(1), deadlineMs: 10_000 } });
const api = createFetch(policy);
const failing =
  (times: number, body: string, status = 503): Handler =>
  (_request, answer, nth) =>
    nth <= times ? answer.writeHead(status).end(body) : answer.end("well");

describe("connections", () => {
  test("discarded answers give theirs back: four attempts go through one", async () => {
    server.closeAllConnections();
    handler = failing(3, "busy ".repeat(1_000));
    expect(await (await api(`${origin}/a`)).text()).toBe("well");
    expect([requests.length, opened]).toEqual([4, 1]);
  });

  test("a discarded answer that is long is not read to its end", async () => {
    const sizes: number[] = [];
    handler = (request, answer, nth) => {
      if (nth > 1) return void answer.end("well");
      answer.writeHead(503);
      const more = (): void => {
        for (let chunk = 0; chunk < 50 && answer.write("x".repeat(16_384)); chunk++);
      };
      answer.on("drain", more);
      request.socket.on("close", () => sizes.push(request.socket.bytesWritten));
      more();
    };
    expect(await (await api(`${origin}/long`)).text()).toBe("well");
    await expect.poll(() => sizes.length).toBe(1);
    // What the kernel has taken counts as written.
    expect(sizes[0]).toBeLessThan(16_000_000);
  });

  test("the last answer is the caller's to read", async () => {
    handler = failing(9, "last words");
    const response = await api(`${origin}/b`);
    expect([response.status, response.url, await response.text()]).toEqual([503, `${origin}/b`, "last words"]);
  });
});

describe("bodies of answers", () => {
  let ended = 0;
  const endless: Handler = (_request, answer) => {
    const timer = setInterval(() => answer.write("x".repeat(100)), 2);
    answer.on("close", () => {
      ended++;
      clearInterval(timer);
    });
  };

  test("the caller's abort ends the reading, and the connection", async () => {
    handler = endless;
    const controller = new AbortController();
    const response = await api(`${origin}/stream`, { signal: controller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    controller.abort(new Error("left"));
    const reading = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(reading()).rejects.toThrow();
    await expect.poll(() => ended).toBe(1);
  });

  test("the attempt timeout and the deadline are over when the headers are there", async () => {
    handler = (_request, answer) => {
      answer.write("a");
      setTimeout(() => answer.end("b"), 600);
    };
    const short = createFetch({ retry: { attemptTimeoutMs: 300, deadlineMs: 400, maxAttempts: 1 } });
    expect(await (await short(`${origin}/slow`)).text()).toBe("ab");
  });

  test("a body that stalls is an error where bodyTimeoutMs bounds it; one that flows is not", async () => {
    const bounded = createFetch(policy, { bodyTimeoutMs: 150 });
    let left = 0;
    handler = (_request, answer) => {
      answer.on("close", () => left++);
      answer.write("a");
    };
    const stalled = await bounded(`${origin}/stall`);
    expect([stalled.url, stalled.redirected, stalled.type]).toEqual([`${origin}/stall`, false, "basic"]);
    const error = await stalled.text().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BodyTimeoutError);
    expect(String(error)).toMatch(/The body of GET 127\.0\.0\.1:\d+ stalled: nothing came for 150 ms\./);
    await expect.poll(() => left).toBe(1);

    handler = (_request, answer) => {
      let bytes = 10;
      const timer = setInterval(() => {
        if (bytes-- > 0) return void answer.write("x");
        clearInterval(timer);
        answer.end();
      }, 150);
    };
    // The whole body takes longer than that, each byte much less.
    const patient = createFetch(policy, { bodyTimeoutMs: 1_000 });
    expect(await (await patient(`${origin}/flow`)).text()).toBe("x".repeat(10));
  });
});

describe("the platform's own options", () => {
  test("a dispatcher is used", async () => {
    handler = (_request, answer) => answer.end("well");
    const dispatcher = new Agent({ headersTimeout: 5_000 });
    let dispatched = 0;
    const counting = dispatcher.compose((dispatch) => (options, to) => {
      dispatched++;
      return dispatch(options, to);
    });
    const response = await api(`${origin}/d`, { dispatcher: counting } as RequestInit);
    expect([await response.text(), dispatched]).toEqual(["well", 1]);
    await dispatcher.close();
  });

  test("redirects are followed, or not, as it says", async () => {
    handler = (request, answer) =>
      request.url === "/from" ? answer.writeHead(302, { location: "/to" }).end() : answer.end("arrived");
    const followed = await api(`${origin}/from`);
    expect([followed.redirected, followed.url, await followed.text()]).toEqual([true, `${origin}/to`, "arrived"]);
    const manual = await api(`${origin}/from`, { redirect: "manual" });
    expect(manual.status).toBe(302);
    await expect(api(`${origin}/from`, { redirect: "error" })).rejects.toThrow(TypeError);
    expect(requests.filter((request) => request === "GET /from")).toHaveLength(3);
  });

  test("a stream is sent by duplex", async () => {
    const bodies: string[] = [];
    handler = (request, answer) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        bodies.push(body);
        answer.writeHead(503).end();
      });
    };
    const init = { method: "PUT", body: new Blob(["streamed"]).stream(), duplex: "half" };
    const response = await api(`${origin}/up`, init as RequestInit);
    await response.text();
    expect([bodies, outcomeOf(response)]).toMatchObject([["streamed"], { stopReason: "RETRY_REFUSED" }]);
  });
});
