/*
 * How bad input is tested: one table per owner says of every option which values it takes, which are of the wrong type and which are
 * outside its rule. `Table<Options>` asks for every option of the interface, so an option that nobody tests does not compile.
 */
import { inspect } from "node:util";
import { expect, test } from "vitest";

/** What may be said about one option. */
export interface Values {
  readonly good: readonly unknown[];
  /** Refused with a TypeError. */
  readonly wrongType: readonly unknown[];
  /** Refused with a RangeError. */
  readonly outOfRange: readonly unknown[];
  /** Where the message names the option otherwise. */
  readonly named?: RegExp;
}

export type Table<Options> = Readonly<Record<keyof Options, Values>>;

/** Whose options they are, and how to hand them in. `required` stands beside every value that is tried. */
export interface Owner {
  readonly owner: string;
  readonly make: (options: never) => unknown;
  readonly required?: Readonly<Record<string, unknown>>;
}

const primitives = { text: "3", bigint: 3n, symbol: Symbol("3"), yes: true, nothing: null };
const callable = (): number => 3;
const bare = {};

export const NO_NUMBERS: readonly unknown[] = [...Object.values(primitives), bare, [3], callable, new Date()];
export const NO_FUNCTIONS: readonly unknown[] = [...Object.values(primitives), 3, bare, []];
export const NO_TEXTS: readonly unknown[] = [3, 3n, Symbol("3"), true, null, bare, ["name"], callable];
export const NO_OBJECTS: readonly unknown[] = [...Object.values(primitives), 3, callable];
export const NO_OPTIONS: readonly unknown[] = [...NO_OBJECTS, [], [bare]];

const whole = (least: number): Values => ({
  good: [least, least + 1, 1e9, Number.POSITIVE_INFINITY],
  wrongType: NO_NUMBERS,
  outOfRange: [least - 1, least + 0.5, -7, Number.NaN, Number.NEGATIVE_INFINITY],
});

export const wholeFrom0 = whole(0);
export const wholeFrom1 = whole(1);

/** Milliseconds that must pass; Infinity is no limit. */
export const durationMs: Values = {
  good: [0.5, 1, 2 ** 31, Number.POSITIVE_INFINITY],
  wrongType: NO_NUMBERS,
  outOfRange: [0, -0, -1, Number.NaN, Number.NEGATIVE_INFINITY],
};

export const ratio: Values = {
  good: [0.01, 0.5, 1],
  wrongType: NO_NUMBERS,
  outOfRange: [0, -0.1, 1.001, 50, Number.NaN, Number.POSITIVE_INFINITY],
};

export const fn: Values = { good: [() => {}, async () => {}, Math.max], wrongType: NO_FUNCTIONS, outOfRange: [] };

export const name: Values = { good: ["a", "a name"], wrongType: NO_TEXTS, outOfRange: [""] };

export const finite = (least: number): Values => ({
  good: [least, least + 1.5, 1e6],
  wrongType: NO_NUMBERS,
  outOfRange: [least - 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
});

export const finiteAboveZero: Values = {
  good: [0.001, 1, 1e6],
  wrongType: NO_NUMBERS,
  outOfRange: [0, -1, Number.NaN, Number.POSITIVE_INFINITY],
};

/** An entry per error class. */
export const perClass = (entry: Values): Values => ({
  good: [{}, ...entry.good.map((value) => ({ TRANSIENT: value, AUTH: value })), { TRANSIENT: undefined }],
  wrongType: [
    ...NO_OPTIONS,
    { LUNAR: entry.good[0] },
    { transient: entry.good[0] },
    ...entry.wrongType.map((value) => ({ SERVER_ERROR: value })),
  ],
  outOfRange: entry.outOfRange.map((value) => ({ SERVER_ERROR: value })),
});

export const clock: Values = {
  good: [{ now: () => 0, sleep: async () => {}, alarm: () => () => {} }],
  wrongType: [...NO_OBJECTS, bare, { now: () => 0 }, { now: 0, sleep: async () => {}, alarm: () => () => {} }, Date],
  outOfRange: [],
};

export const budget: Values = {
  good: [{ consume: () => true, remaining: () => 1 }],
  wrongType: [...NO_OBJECTS, bare, [], { consume: () => true }, { consume: 1, remaining: 1 }],
  outOfRange: [],
};

/** Strategies: functions of one context. */
export const strategy: Values = {
  good: [() => 1, (context: { readonly attempt: number }) => context.attempt, (...all: unknown[]) => all.length],
  wrongType: [
    ...NO_FUNCTIONS,
    (attempt: number, errorClass: string) => attempt + errorClass.length,
    (a: number, b: number, c: number) => a + b + c,
  ],
  outOfRange: [],
};

/** What is thrown, or what the returned promise rejects with. */
export async function refusalOf(use: () => unknown): Promise<unknown> {
  try {
    await use();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Registers the tests of one owner. */
export function testOptions({ owner, make, required = {} }: Owner, table: Readonly<Record<string, Values>>): void {
  const withOption = (option: string, value: unknown) => () => make({ ...required, [option]: value } as never);

  for (const [option, { good, wrongType, outOfRange, named }] of Object.entries(table)) {
    const message = new RegExp(
      `^${named?.source ?? `${owner}\\.${option}`}[^ ]* (must be .+, got .+\\.|is not an option[.;])( .+)?$`,
      "s",
    );

    test(`${owner}.${option} takes what its rule allows`, async () => {
      for (const value of good) expect(await refusalOf(withOption(option, value)), show(value)).toBeUndefined();
    });

    test(`${owner}.${option} refuses what is of another type`, async () => {
      for (const value of wrongType) {
        const refusal = await refusalOf(withOption(option, value));
        expect(refusal, show(value)).toBeInstanceOf(TypeError);
        expect((refusal as Error).message).toMatch(message);
      }
    });

    if (outOfRange.length > 0) {
      test(`${owner}.${option} refuses what is outside its rule`, async () => {
        for (const value of outOfRange) {
          const refusal = await refusalOf(withOption(option, value));
          expect(refusal, show(value)).toBeInstanceOf(RangeError);
          expect((refusal as Error).message).toMatch(message);
        }
      });
    }

    if (option in required) {
      test(`${owner}.${option} has no default: without it, a TypeError`, async () => {
        const refusal = await refusalOf(withOption(option, undefined));
        expect(refusal).toBeInstanceOf(TypeError);
        expect((refusal as Error).message).toMatch(message);
      });
    } else {
      test(`${owner}.${option} may be undefined, which means the default`, async () => {
        expect(await refusalOf(withOption(option, undefined))).toBeUndefined();
      });
    }
  }

  test(`${owner} refuses options that it does not know, and says which ones it does`, async () => {
    for (const unknown of ["maxRetries2", "Name", "", "toString", "__proto__x"]) {
      for (const value of [1, null]) {
        const refusal = await refusalOf(withOption(unknown, value));
        expect(refusal, unknown).toBeInstanceOf(TypeError);
        expect((refusal as Error).message).toContain(`${owner}.${unknown} is not an option`);
        for (const option of Object.keys(table)) expect((refusal as Error).message).toContain(option);
      }
    }
  });

  test(`${owner} takes no options object that is none`, async () => {
    for (const value of NO_OPTIONS) {
      const refusal = await refusalOf(() => make(value as never));
      expect(refusal, show(value)).toBeInstanceOf(TypeError);
      expect((refusal as Error).message).toMatch(/^[\w.]+ must be .+, got .+\.$/s);
    }
  });

  test(`${owner} leaves the object it was given as it was, be it frozen`, async () => {
    for (const [option, { good }] of Object.entries(table)) {
      for (const value of good) {
        const given = { ...required, [option]: value };
        const before = snapshot(given);
        expect(await refusalOf(() => make(deepFrozen(given) as never)), option).toBeUndefined();
        expect(snapshot(given)).toEqual(before);
      }
    }
  });
}

function show(value: unknown): string {
  return inspect(value, { depth: 3, breakLength: Number.POSITIVE_INFINITY });
}

/** What is ours to leave alone: plain objects and arrays. */
const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));

function snapshot(value: unknown): unknown {
  return isPlain(value) ? Object.entries(value).map(([key, part]) => [key, snapshot(part)]) : value;
}

/** Freezes plain objects and arrays all the way down. */
export function deepFrozen<T>(value: T): T {
  if (!isPlain(value)) return value;
  for (const part of Object.values(value)) deepFrozen(part);
  return Object.freeze(value);
}
