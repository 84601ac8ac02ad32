import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import * as extras from "../../src/extras/index.ts";
import { redress, unwrapped } from "./running.ts";

const file = join(tmpdir(), `redress-classify-${process.pid}.txt`);
afterAll(() => rmSync(file));

const refused = `TypeError: fetch failed
    at async call (/app/main.js:2:3) {
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:80
      at connect (/app/main.js:1:2) {
    code: 'ECONNREFUSED'
  }
}`;
const json = (error: object): string => JSON.stringify({ name: "Error", message: "x", ...error });
const answer = async (error: object): Promise<string> =>
  unwrapped((await redress("classify", { input: json(error), columns: 160 })).out);

describe("an error is read from", () => {
  test("what is piped in", async () => {
    const { code, out, err } = await redress("classify", { input: refused });
    expect(out).toContain("Read as what console.log prints: 2 errors\n");
    expect(out).toContain("  error        TypeError: fetch failed\n");
    expect(out).toContain("  error.cause  Error, code ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:80\n");
    expect([code, err]).toEqual([0, ""]);
  });

  test("a terminal, which is told what to do", async () => {
    const { out, err } = await redress("classify -", { input: refused, tty: true });
    expect(err).toBe("Paste an error, then press Ctrl-D.\n");
    expect(out).toContain("TypeError: fetch failed");
  });

  test("a file, and then nothing is asked of the terminal", async () => {
    writeFileSync(file, refused);
    const stdin = { isTTY: true, text: () => Promise.reject(new Error("It was read.")) };
    const { code, out, err } = await redress(`classify ${file}`, { stdin });
    expect(out).toContain("TypeError: fetch failed");
    expect([code, err]).toEqual([0, ""]);
  });
});

describe("it says what a policy does by default", () => {
  test.each<[string, object, RegExp]>([
    [
      "the class is retried",
      { code: "ECONNRESET" },
      /\nTRANSIENT\n {2}retried +by default 5 times at most, the first time after 250 ms to 750 ms\n/,
    ],
    ["the class is never retried", { status: 401 }, /\nAUTH\n {2}retried +never: AUTH is not helped by another try\n/],
    ["nobody knows it", {}, /\nUNKNOWN\n {2}retried +by default twice at most/],
    [
      "the dependency says when to come back",
      { status: 429, headers: { "retry-after": "7" } },
      /\nRATE_LIMIT\n.*the first time after 7 s to 7\.3 s\n {2}asks to wait +7 s\n/,
    ],
    [
      "that is later than the call may last",
      { status: 503, headers: { "retry-after": "120" } },
      /\n {2}retried +not by default: a call has 60 s, and it asks for 120 s\n/,
    ],
    [
      "the dependency says not to",
      { status: 503, headers: { "x-should-retry": "false" } },
      /\nSERVER_ERROR\n {2}retried +never: the dependency says not to\n/,
    ],
    ["a wait was given up", { name: "TimeoutError" }, /\n {2}timeout +yes: a budget refuses the retries after timeouts first\n/],
    ["a circuit counts it", { status: 500 }, /\n {2}circuit breaker +counts it\n/],
    ["a circuit does not", { status: 409 }, /\n {2}circuit breaker +does not count it\n/],
  ])("%s", async (_when, error, said) => {
    expect(await answer(error)).toMatch(said);
  });
});

describe("it says why, as describeError does", () => {
  const description = {
    errorClass: "AUTH",
    rule: "slack",
    at: "error.cause",
    by: [
      { field: "error.cause.data.error", value: "invalid_auth" },
      { field: "error.cause.count", value: 3n },
      { field: "error.cause.data", value: {} },
    ],
    because: "slack takes error.cause.data.error for AUTH.",
  } as const;

  test("with the rule, the error of the chain and the fields", async () => {
    vi.spyOn(extras, "describeError").mockReturnValue(description);
    expect(await answer({})).toContain(
      [
        "Why",
        "  slack takes error.cause.data.error for AUTH.",
        "  rule        slack",
        "  decided by  error.cause",
        '  fields      error.cause.data.error = "invalid_auth"',
        "              error.cause.count = 3",
        "              error.cause.data = an object",
      ].join("\n"),
    );
    const { out } = await redress("classify --json", { input: json({}) });
    expect(JSON.parse(out).description).toEqual({
      ...description,
      by: [description.by[0], { field: "error.cause.count", value: "3" }, description.by[2]],
    });
    vi.restoreAllMocks();
  });
});

describe("it compares with the classifier that most policies have", () => {
  test("which says the same", async () => {
    expect(await answer({ status: 500 })).toContain(
      "defaultClassifier, which a policy has unless it is given another, says the same.",
    );
  });

  test("which does not know the library", async () => {
    expect(await answer({ code: "40001", severity: "ERROR", routine: "x" })).toMatch(
      /\nCONCURRENCY\n.*unless it is given another, says UNKNOWN: /s,
    );
  });

  test("which gives another class", async () => {
    const { out } = await redress("classify --json", { input: json({ code: "40001", severity: "ERROR", routine: "x" }) });
    expect([JSON.parse(out).description.errorClass, JSON.parse(out).default.errorClass]).toEqual(["CONCURRENCY", "UNKNOWN"]);
  });
});

describe("what could not be read is told", () => {
  test("at most five parts of it, and how to have them", async () => {
    const fields = Array.from({ length: 7 }, (_, index) => `  f${index}: [Object]`).join(",\n");
    const { out } = await redress("classify", { input: `Error: x\n    at y {\n  code: 'ECONNRESET',\n${fields}\n}` });
    expect(out).toContain(`7 parts of it could not be read, or were not printed:\n  error.f0  [Object]\n`);
    expect(out).toContain("  error.f4  [Object]\n  and 2 more\n  console.dir(error, { depth: 9 }) prints what lies deeper.\n");
  });

  test("in JSON, all of it", async () => {
    const { out } = await redress("classify --json", { input: "at once: Error: x\n    at y {\n  field: [Object]\n}" });
    expect(JSON.parse(out).unread).toEqual([
      { at: "error.field", text: "[Object]" },
      { at: "before it", text: "at once:" },
    ]);
  });
});

test("of an error that nobody knows, it says how often such a failure is retried, and what a report needs", async () => {
  const { out } = await redress("classify", { input: "Error: x\n    at y" });
  expect(unwrapped(out)).toMatch(/An UNKNOWN failure is retried 2 times at most\./);
  expect(out).toMatch(/report\s+what redress classify --json prints/);
});

test("as JSON it is one object, with the names of the fields and not their values", async () => {
  const { code, out } = await redress("classify --json", { input: json({ code: "E_MINE", order: "private", apiKey: "k" }) });
  expect(JSON.parse(out)).toEqual({
    version: 1,
    ok: false,
    description: expect.objectContaining({ errorClass: "UNKNOWN", rule: null, at: null }),
    default: expect.objectContaining({ errorClass: "UNKNOWN" }),
    chain: [{ at: "error", name: "Error", message: "x", code: "E_MINE", status: null, fields: ["order", "apiKey"] }],
    unread: [],
  });
  expect(code).toBe(1);
});

test("a long message is cut", async () => {
  const { out } = await redress("classify --json", { input: json({ code: 1, message: "x".repeat(100_000) }) });
  expect(JSON.parse(out).chain[0].message).toBe(`${"x".repeat(1_000)}...`);
});

test("secrets are not printed, whatever was read", async () => {
  const input =
    "Error: x\n    at y {\n  code: 'E',\n  config: { headers: { Authorization: \"Bearer s3cret\" } },\n  password: #s3cret\n}";
  for (const line of ["classify", "classify --json"]) {
    const { out } = await redress(line, { input });
    expect(out).not.toContain("s3cret");
    expect(out).toContain("[hidden]");
  }
});

test("a narrow terminal gets narrow lines", async () => {
  const { out } = await redress("classify", { input: refused, columns: 50 });
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(50);
});

test("colours are for terminals", async () => {
  const plain = await redress("classify", { input: refused });
  const coloured = await redress("classify", { input: refused, tty: true });
  expect(plain.out).not.toContain("\u001b[");
  expect(coloured.out).toContain("\u001b[1mTRANSIENT\u001b[22m");
});
