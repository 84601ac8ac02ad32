/*
 * What Node 20 and 22, undici, Bun, Deno and Chromium really threw, asked of the default classifier. It knows codes, statuses and
 * names; where only a text tells what happened, it must not guess: those cases are listed here as UNKNOWN, one by one.
 */
import { readFileSync } from "node:fs";
import { defaultClassifier, type ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { revive } from "./fixtures/revive.mjs";

interface Recording {
  readonly cases: readonly { readonly id: string; readonly error?: object }[];
}

const load = (file: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${file}.json`, import.meta.url), "utf8"));

const expected = load("expected") as Record<string, Record<string, string>>;

/** Nothing but the text of these errors says what they are. */
const ONLY_TEXT: Readonly<Record<string, readonly string[]>> = {
  "node-core": [
    "abort.signal.reason.custom",
    "child.timeout",
    "child.exit",
    "fetch.abort.custom",
    "fetch.bad-scheme",
    "fetch.bad-port",
    "fetch.request.reuse",
    "fetch.redirect.error",
  ],
  "node-core-22": [
    "child.timeout",
    "child.exit",
    "fetch.bad-scheme",
    "fetch.bad-port",
    "fetch.json.syntax",
    "fetch.body.used",
    "fetch.request.reuse",
    "fetch.redirect.count",
    "fetch.redirect.error",
  ],
  "node-core-netns": [],
  undici7: [],
  "runtime-bun": [],
  "runtime-deno": ["fetch.ECONNREFUSED", "fetch.ENOTFOUND", "fetch.hangup"],
  "browser-fetch": ["refused"],
};

/** ABORT: the caller cancelled, which a classifier calls PERMANENT. */
const classFor = (library: string, id: string): ErrorClass => {
  const recommended = expected[library]?.[id];
  if (ONLY_TEXT[library]?.includes(id)) return "UNKNOWN";
  return recommended === "ABORT" ? "PERMANENT" : (recommended as ErrorClass);
};

describe.each(Object.keys(ONLY_TEXT))("errors recorded as %s get the class they should", (library) => {
  const { cases } = load(library) as Recording;
  const judged = cases.filter(({ id, error }) => error !== undefined && expected[library]?.[id] !== undefined);

  test.each(judged.map(({ id, error }) => [id, classFor(library, id), error]))("%s is %s", (_id, errorClass, error) => {
    expect(defaultClassifier(revive(error))).toBe(errorClass);
  });

  test("every case with an expectation was asked", () => {
    expect(judged.map(({ id }) => id).sort()).toEqual(Object.keys(expected[library] ?? {}).sort());
  });
});
