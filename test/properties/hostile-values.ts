/* Everything that somebody could throw: values that lie, refuse to answer, never end, or are no errors at all. */
import fc from "fast-check";
import { TransientError } from "redress";

const no = (): never => {
  throw new Error("do not touch");
};

const KEYS = [
  "name",
  "code",
  "status",
  "statusCode",
  "response",
  "$metadata",
  "cause",
  "errors",
  "errorClass",
  "message",
  "constructor",
  "retryAfterMs",
  "then",
  "length",
  "stack",
];

/** An object whose every property throws when it is read. */
const throwingGetters = (): object =>
  Object.defineProperties({}, Object.fromEntries(KEYS.map((key) => [key, { get: no, enumerable: true }])));

const TRAPS = [
  "get",
  "has",
  "getPrototypeOf",
  "ownKeys",
  "getOwnPropertyDescriptor",
  "apply",
  "construct",
  "set",
  "isExtensible",
] as const;

function throwingProxy(target: object, traps: readonly (typeof TRAPS)[number][]): object {
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, no])));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Has everything, and answers every question with itself. */
function yesSayer(): object {
  const proxy: object = new Proxy(() => {}, {
    get: (_, key) => (typeof key === "symbol" || key === "then" ? undefined : proxy),
    has: () => true,
  });
  return proxy;
}

function deepCauses(depth: number, innermost: unknown): object {
  let error: object = new Error("innermost", { cause: innermost });
  for (let i = 0; i < depth; i++) error = new Error(`${i}`, { cause: error });
  return error;
}

function circle(size: number): object {
  const errors = Array.from({ length: size }, (_, i) => new Error(`${i}`));
  errors.forEach((error, i) => Object.assign(error, { cause: errors[(i + 1) % size], errors }));
  return errors[0] as object;
}

/** Claims the brand of our own errors, and lies about the rest. */
const brands = (): object[] => [
  new Proxy({}, { has: () => true, get: no }),
  {
    [Symbol.for("redress.error")]: true,
    get code() {
      return no();
    },
    get errorClass() {
      return no();
    },
  },
  { [Symbol.for("redress.error")]: true, code: {}, errorClass: "toString", retryAfterMs: "soon" },
  { [Symbol.for("redress.error")]: true, code: "ERR_REDRESS_RATE_LIMIT", errorClass: "RATE_LIMIT", retryAfterMs: Number.NaN },
  { [Symbol.for("redress.error")]: true, errorClass: { toString: no } },
];

/**
 * A value that must not be touched before its time: fast-check looks into what it generates, so it only ever sees how one is made.
 */
interface Hostile {
  readonly label: string;
  readonly make: () => unknown;
}

type Hostiles = fc.Arbitrary<Hostile>;

const just = (label: string, make: () => unknown): Hostile => ({ label, make });
/** One that is costly to make. */
const once = (label: string, value: unknown): Hostile => just(label, () => value);
const values = (...all: unknown[]): Hostiles =>
  fc.constantFrom(...all.map((value) => once(fc.stringify(value).slice(0, 60), value)));

const lengths = values(1e9, Infinity, -1, Number.NaN, 2.5, "7", 3n, Symbol("length"), Object.create(null), null, { valueOf: no });

const words = values(
  "TimeoutError",
  "AbortError",
  "ECONNRESET",
  "CERT_HAS_EXPIRED",
  "",
  "auth".repeat(1e4),
  "429",
  429,
  404,
  503,
  1e9,
  -1,
  418.5,
  400n,
  Symbol("code"),
  null,
  {},
  [],
  no,
  { toString: no },
);

/** An object, or an error, with these properties. */
const having = (properties: Readonly<Record<string, Hostiles>>): Hostiles =>
  fc.tuple(fc.record(properties, { requiredKeys: [], noNullPrototype: true }), fc.boolean()).map(([given, isError]) => ({
    label: `${isError ? "Error" : ""}{ ${(Object.entries(given) as [string, Hostile][])
      .map(([key, { label }]) => `${key}: ${label}`)
      .join(", ")} }`,
    make: () => {
      const made = Object.fromEntries((Object.entries(given) as [string, Hostile][]).map(([key, { make }]) => [key, make()]));
      return isError ? Object.defineProperties(new Error("shaped"), Object.getOwnPropertyDescriptors(made)) : made;
    },
  }));

const listOf = (inner: Hostiles): Hostiles =>
  fc
    .array(inner, { maxLength: 4 })
    .map((list) => just(`[${list.map(({ label }) => label).join(", ")}]`, () => list.map(({ make }) => make())));

const shaped = (inner: Hostiles): Hostiles =>
  having({
    name: words,
    code: words,
    status: words,
    statusCode: words,
    response: fc.oneof(words, having({ status: words })),
    $metadata: having({ httpStatusCode: words }),
    cause: inner,
    errors: fc.oneof(inner, listOf(inner), having({ length: lengths, 0: inner })),
    constructor: having({ name: words }),
  });

const traps = fc.subarray([...TRAPS], { minLength: 1 });

const oddities: Hostiles = fc.oneof(
  traps.map((list) => just(`an error that throws at ${list}`, () => throwingProxy(new Error("inside"), list))),
  traps.map((list) => just(`a function that throws at ${list}`, () => throwingProxy(() => {}, list))),
  fc.nat(4).map((n) => just(`brand ${n}`, () => brands()[n])),
  fc.constantFrom(...[1, 2, 5, 100].map((size) => once(`a circle of ${size}`, circle(size)))),
  fc.constantFrom(...[30, 10_000].map((depth) => once(`${depth} causes`, deepCauses(depth, new TransientError())))),
  fc.constantFrom(
    ...[100, 100_000].map((count) =>
      once(`${count} errors`, new AggregateError(new Array(count).fill(new Error("one")), "many")),
    ),
  ),
  fc.constantFrom(
    just("throwing getters", throwingGetters),
    just("yes to everything", yesSayer),
    just("a revoked object", () => revoked({})),
    just("a revoked function", () => revoked(() => {})),
    just("a frozen error", () => Object.freeze(new Error("frozen"))),
    just("a frozen nothing", () => Object.freeze(Object.create(null))),
    just("a host object", hostObject),
    just("no date", () => new Date(Number.NaN)),
  ),
  values(Symbol("thrown"), 10n, undefined, null, Number.NaN, no, -0, "", true),
);

/** Its getters are on the prototype, and refuse a receiver that is not real. */
function hostObject(): object {
  return Object.create(AbortSignal.prototype) as object;
}

const anything: Hostiles = fc
  .anything({
    withNullPrototype: true,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withBoxedValues: true,
  })
  .map((value) => once(fc.stringify(value), value));

export const hostileValue: Hostiles = fc.letrec<{ value: Hostile; shaped: Hostile }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthIdentifier: "hostile" }, oddities, anything, words, tie("shaped")),
  shaped: shaped(tie("value")),
})).value;
