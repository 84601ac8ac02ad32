/* What an error holds of the answer of a service: which of its fields are looked into, how far, and what is sure to be an answer. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { answersOf, type Held } from "../../src/extras/common/answers.ts";
import { linkTo } from "./ask-alone.ts";

/** What an error holds, without itself. */
const heldBy = (error: object): readonly Held[] => answersOf(linkTo(error)).slice(1);

const answer = (object: object): Held => ({ object, isAnswer: true });
const maybe = (object: object): Held => ({ object, isAnswer: false });

afterEach(() => {
  vi.restoreAllMocks();
});

test("the error itself comes first, and is no answer", () => {
  const error = { headers: {}, body: { code: 1 } };
  expect(answersOf(linkTo(error))).toEqual([maybe(error), answer({ code: 1 })]);
});

test("an error is searched once", () => {
  const link = linkTo({ body: { code: 1 } });
  const first = answersOf(link);
  expect(first).toHaveLength(2);
  expect(answersOf(link)).toBe(first);
});

describe("what is held is an answer", () => {
  test("under the name of one, but not where applications keep things", () => {
    expect(heldBy({ body: { code: 1 } })).toEqual([answer({ code: 1 })]);
    expect(heldBy({ data: { code: 1 } })).toEqual([maybe({ code: 1 })]);
  });

  test.each(["headers", "responseHeaders", "statusCode", "response"])("anywhere, with the sign of one: %s", (sign) => {
    expect(heldBy({ data: { [sign]: 1 } })).toEqual([answer({ [sign]: 1 })]);
    expect(heldBy({ [sign]: 1, data: { code: 1 } })).toEqual([answer({ code: 1 })]);
  });

  test("but not with a sign that is not set", () => {
    for (const unset of [null, undefined]) {
      expect(heldBy({ data: { statusCode: unset } })).toEqual([maybe({ statusCode: unset })]);
      expect(heldBy({ statusCode: unset, data: { code: 1 } })).toEqual([maybe({ code: 1 })]);
    }
  });

  test("within an answer, and not within something that may be none", () => {
    const held = { data: { code: 1 } };
    expect(heldBy({ body: held })).toEqual([answer(held), answer({ code: 1 })]);
    expect(heldBy({ info: held })).toEqual([maybe(held), maybe({ code: 1 })]);
  });
});

describe("what is held", () => {
  test("lies one below the other, nearest first, hidden or not", () => {
    const deepest = { code: 3 };
    const deep = Object.defineProperty({ code: 2 }, "error", { value: deepest });
    const near = { error: deep };
    const other = { code: 4 };
    const error = Object.defineProperty({ err: other }, "body", { value: near });
    expect(heldBy(error).map(({ object }) => object)).toEqual([near, other, deep, deepest]);
  });

  test("is no text and no number", () => {
    expect(heldBy({ status: "failed", data: 5, body: true, error: null })).toEqual([]);
  });

  test("may be a function, as clients' responses are", () => {
    const body = (): void => undefined;
    expect(heldBy({ body })).toEqual([answer(body)]);
  });

  test("is no error: that is asked about on its own", () => {
    expect(heldBy({ error: new Error("m") })).toEqual([]);
    expect(heldBy({ error: { stack: 5 } })).toEqual([answer({ stack: 5 })]);
  });

  test("is the first of a list, but no list of lists", () => {
    expect(heldBy({ errors: [{ code: 1 }, { code: 2 }] })).toEqual([answer({ code: 1 })]);
    expect(heldBy({ errors: [[{ code: 1 }]] })).toEqual([]);
    expect(heldBy({ errors: [] })).toEqual([]);
  });

  test("is no bytes", () => {
    expect(heldBy({ body: new Uint8Array([1, 2]) })).toEqual([]);
    expect(heldBy({ body: new DataView(new ArrayBuffer(1)) })).toEqual([]);
  });

  test("is held once, whatever its names", () => {
    const body = { code: 1 };
    expect(heldBy({ body, data: body })).toEqual([answer(body)]);
  });

  test("may hold the error again", () => {
    const error: Record<string, unknown> = {};
    error["body"] = { error };
    expect(heldBy(error)).toEqual([answer({ error })]);
  });

  test("is no proxy that was revoked", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(heldBy({ body: proxy, err: { code: 1 } })).toEqual([answer({ code: 1 })]);
  });

  test("is at most twelve objects, with the error", () => {
    const chain = (length: number): object => (length === 0 ? {} : { error: chain(length - 1) });
    expect(answersOf(linkTo(chain(10)))).toHaveLength(11);
    expect(answersOf(linkTo(chain(11)))).toHaveLength(12);
    expect(answersOf(linkTo(chain(12)))).toHaveLength(12);
    expect(answersOf(linkTo(chain(50)))).toHaveLength(12);
  });
});

describe("a body that is still in writing", () => {
  test.each<[string, string]>([
    ["an object", '{"code":1}'],
    ["a list", '[{"code":1}]'],
    ["behind spaces", ' \n {"code":1}'],
  ])("is read where it is %s", (_what, body) => {
    expect(heldBy({ body })).toEqual([answer({ code: 1 })]);
  });

  test("is read up to five thousand characters", () => {
    const body = (length: number): string => `{"code":1}`.padEnd(length, " ");
    expect(heldBy({ body: body(5_000) })).toEqual([answer({ code: 1 })]);
    expect(heldBy({ body: body(5_001) })).toEqual([]);
  });

  test("says nothing where it only begins like JSON", () => {
    expect(heldBy({ body: "{code: 1}", err: { code: 2 } })).toEqual([answer({ code: 2 })]);
  });

  test("is no list of writings", () => {
    expect(heldBy({ errors: ['{"code":1}'] })).toEqual([]);
  });

  test("is not even tried where it does not begin like JSON, for that costs an error", () => {
    const parse = vi.spyOn(JSON, "parse");
    expect(heldBy({ body: 'said {"code":1}', data: "failed", error: '"text"', meta: "" })).toEqual([]);
    expect(parse).not.toHaveBeenCalled();
    expect(heldBy({ body: '{"code":1}' })).toEqual([answer({ code: 1 })]);
    expect(parse).toHaveBeenCalledTimes(1);
  });
});
