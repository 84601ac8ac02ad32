/*
 * No pattern may take more than linear time for a text that somebody else has written. recheck looks for a text on which one does: by automata, and where a
 * pattern looks ahead, behind or back, by trying texts out. What it finds is mended, or stands in bounded.ts with what bounds the text.
 * Source: https://makenowjust-labs.github.io/recheck/
 */
import { check, type Diagnostics, type Parameters } from "recheck";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bounded } from "./bounded.ts";
import { hasOpenRepetition, type Literal, regexpsOf } from "./regexps.ts";

/** As much as finds what its defaults find here, in a fraction of the time. No limit is one of time: a busy machine finds the same. */
const parameters: Parameters = {
  timeout: null,
  attackTimeout: null,
  incubationTimeout: null,
  maxNFASize: 2_000,
  maxInitialGenerationSize: 60,
  maxGenerationSize: 30,
  maxIteration: 2,
  crossoverSize: 5,
  mutationSize: 10,
  incubationLimit: 15_000,
  attackLimit: 10_000_000,
};

const isBounded = (literal: Literal): boolean =>
  bounded.some(({ file, source }) => file === literal.file && source === literal.source);

/** In this process, on every platform: its other ways to run need a binary. */
beforeAll(() => void vi.stubEnv("RECHECK_BACKEND", "pure"));
afterAll(() => void vi.unstubAllEnvs());

/** What a person needs who has to mend it. */
function told({ file, line, source, flags }: Literal, found: Diagnostics): string | null {
  if (found.status === "safe") return null;
  const what = found.status === "vulnerable" ? `${found.complexity.summary}, by ${found.attack.pattern}` : found.error.kind;
  return `src/${file}:${line} /${source}/${flags}: ${what}`;
}

const { literals, built } = regexpsOf();

test("what is listed is in the sources", () => {
  const unknown = bounded.filter(
    ({ file, source }) => !literals.some((literal) => literal.file === file && literal.source === source),
  );
  expect(unknown).toEqual([]);
});

test("a pattern that backtracks is told by its place and by a text that shows it", async () => {
  const at = { file: "x.ts", line: 7, flags: "" };
  const [trailing, nested] = ["\\s+$", "^(a|a)*$"].map((source) => ({ ...at, source }));
  expect(told(trailing as Literal, await check("\\s+$", "", parameters))).toMatch(
    /^src\/x\.ts:7 \/\\s\+\$\/: 2nd degree polynomial, by '.+'\.repeat\(\d+\)/,
  );
  expect(told(nested as Literal, await check("^(a|a)*$", "", parameters))).toMatch(/: exponential, by '.+'/);
});

test("a repetition without a limit is seen, and a sign that stands for itself is none", () => {
  expect(["a*", "a+", "(?:a){2,}", "[a]*"].map(hasOpenRepetition)).toEqual([true, true, true, true]);
  expect(["a\\*", "[*+]", "a{2,3}", "a{2}", "a?"].map(hasOpenRepetition)).toEqual([false, false, false, false, false]);
});

const open = literals.filter(({ source }) => hasOpenRepetition(source));

describe("a literal takes no more than linear time", () => {
  test("of very many", () => {
    expect(literals.length).toBeGreaterThan(300);
    expect(open.length).toBeGreaterThan(100);
  });

  const files = [...new Set(open.map(({ file }) => file))];
  test.each(files)("in %s", { timeout: 120_000 }, async (file) => {
    const found: string[] = [];
    for (const literal of open.filter((each) => each.file === file)) {
      const one = told(literal, await check(literal.source, literal.flags, parameters));
      // A pattern that has been mended leaves the list.
      if (isBounded(literal)) expect(one, `${file}: /${literal.source}/ is no longer known to backtrack`).not.toBeNull();
      else if (one !== null) found.push(one);
    }
    expect(found).toEqual([]);
  });
});

describe("a pattern that is built of parts takes no more than linear time", () => {
  /** Builds what is built late. */
  const builders: Readonly<Record<string, () => Promise<unknown>>> = {
    "extras/common/phrases.ts": async () => (await import("../../src/extras/common/phrases.ts")).kindOfPhrases("x"),
    "simulate/traffic/csv-lines.ts": async () => {
      const { linesOf } = await import("../../src/simulate/traffic/csv-lines.ts");
      for (const separator of [",", ";", "\t"] as const) linesOf("1", separator);
    },
  };

  /** Words of a message, as above. recheck has something against none of the others. */
  const boundedFiles: readonly string[] = ["extras/common/phrases.ts"];

  const files = [...new Set(built.map(({ file }) => file))];

  test.each(files)("in %s", { timeout: 120_000 }, async (file) => {
    const made: RegExp[] = [];
    const Real = RegExp;
    vi.stubGlobal(
      "RegExp",
      new Proxy(Real, {
        construct: (target, parts: [string, string?]) => {
          const pattern = new target(...parts);
          if (new Error("here").stack?.includes(`/src/${file}`)) made.push(pattern);
          return pattern;
        },
      }),
    );
    try {
      vi.resetModules();
      await import(`../../src/${file}`);
      await builders[file]?.();
    } finally {
      vi.unstubAllGlobals();
    }
    // Each place has built one at least.
    expect(made.length).toBeGreaterThanOrEqual(built.filter((place) => place.file === file).length);
    const found: string[] = [];
    for (const { source, flags } of made.filter((pattern) => hasOpenRepetition(pattern.source))) {
      const one = told({ file, line: 0, source, flags }, await check(source, flags, parameters));
      if (one !== null) found.push(one);
    }
    if (boundedFiles.includes(file)) expect(found).not.toEqual([]);
    else expect(found).toEqual([]);
  });
});
