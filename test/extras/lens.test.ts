/* A thrown value seen through glass: what whoever looks at it sees, which fields are remembered, and how a person would write them. */
import { describe, expect, test } from "vitest";
import { type Keys, Lens, type Path } from "../../src/extras/describe/lens.ts";

const lensWith = (changed: Readonly<Record<Path, unknown>> = {}, keys: Keys = new WeakMap()): Lens =>
  new Lens(new Map(Object.entries(changed)), keys);
const seenIn = (lens: Lens): readonly (readonly [Path, unknown])[] => [...lens.seen];

/** What is seen of a value where these fields are others, and the lens that remembers it. */
function through<Value extends object>(
  value: Value,
  changed: Readonly<Record<Path, unknown>> = {},
): { readonly glass: Value; readonly lens: Lens } {
  const lens = lensWith(changed);
  return { glass: lens.look(value, "error") as Value, lens };
}

const raise = (): never => {
  throw new Error("do not touch");
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("what is remembered", () => {
  test("is what says something, in the order of the first look", () => {
    const { glass, lens } = through({ one: "1", two: 0, three: false, four: null, five: undefined, six: "" });
    expect([glass.three, glass.one, glass.two, glass.four, glass.five, glass.six]).toEqual([false, "1", 0, null, undefined, ""]);
    expect(glass.one).toBe("1");
    expect(seenIn(lens)).toEqual([
      ["error.three", false],
      ["error.one", "1"],
      ["error.two", 0],
      ["error.six", ""],
    ]);
  });

  test("is what was seen first, where a getter gives another value each time", () => {
    let reads = 0;
    const { glass, lens } = through({
      get code(): number {
        return ++reads;
      },
    });
    expect([glass.code, glass.code]).toEqual([1, 2]);
    expect(seenIn(lens)).toEqual([["error.code", 1]]);
  });

  test("is what stands in an object, not the object", () => {
    const { glass, lens } = through({ response: { status: 503 } });
    expect(glass.response).toEqual({ status: 503 });
    lens.seen.clear();
    expect(glass.response.status).toBe(503);
    expect(seenIn(lens)).toEqual([["error.response.status", 503]]);
  });

  test("is a value that is no object itself", () => {
    const lens = lensWith();
    expect(lens.look("ECONNRESET", "error")).toBe("ECONNRESET");
    expect(lens.look(null, "nothing")).toBeNull();
    expect(seenIn(lens)).toEqual([["error", "ECONNRESET"]]);
  });

  test("is a date, which stays one, and no proxy over a date that will not say what it is", () => {
    const retryAt = new Date(0);
    const mute = new Proxy(new Date(0), { getPrototypeOf: raise });
    const { glass, lens } = through({ retryAt, mute });
    expect(glass.retryAt).toBe(retryAt);
    expect(glass.mute === mute).toBe(false);
    expect(seenIn(lens)).toEqual([["error.retryAt", retryAt]]);
  });
});

describe("paths are as a person would write them", () => {
  const KEYED = Symbol("keyed");
  test.each<[PropertyKey, Path]>([
    ["code", "error.code"],
    ["Code", "error.Code"],
    ["status_code", "error.status_code"],
    ["_private", "error._private"],
    ["$metadata", "error.$metadata"],
    ["x", "error.x"],
    ["a1$", "error.a1$"],
    ["retry-after", 'error["retry-after"]'],
    ["-after", 'error["-after"]'],
    ["after-", 'error["after-"]'],
    ["1st", 'error["1st"]'],
    ["0", 'error["0"]'],
    ["@type", 'error["@type"]'],
    ['a"b', 'error["a\\"b"]'],
    ["", 'error[""]'],
    [KEYED, "error[Symbol(keyed)]"],
  ])("%s is %s", (key, path) => {
    const { glass, lens } = through({ [key]: "value" } as Record<PropertyKey, unknown>);
    expect(glass[key]).toBe("value");
    expect(seenIn(lens)).toEqual([[path, "value"]]);
  });

  test.each<[PropertyKey, Path]>([
    ["0", "error[0]"],
    ["12", "error[12]"],
    ["1a", 'error["1a"]'],
    ["a1", "error.a1"],
    [KEYED, "error[Symbol(keyed)]"],
  ])("%s of a list is %s", (key, path) => {
    const { glass, lens } = through(Object.assign([], { [key]: "value" }) as unknown as Record<PropertyKey, unknown>);
    expect(glass[key]).toBe("value");
    expect(seenIn(lens)).toEqual([[path, "value"]]);
  });

  test("go from object to object, and the first way to an object is its name", () => {
    const inner = { code: "x" };
    const { glass, lens } = through({ cause: { errors: [inner, inner] }, other: inner });
    const [first, second] = glass.cause.errors;
    expect([lens.pathOf(glass), lens.pathOf(glass.cause), lens.pathOf(first)]).toEqual([
      "error",
      "error.cause",
      "error.cause.errors[0]",
    ]);
    expect(second).toBe(first);
    expect(glass.other).toBe(first);
    expect(lens.pathOf(glass.other)).toBe("error.cause.errors[0]");
    expect([lens.pathOf(inner), lens.pathOf(undefined)]).toEqual([undefined, undefined]);
  });

  test("of a circle are as short as they can be", () => {
    const error: { cause?: object } = {};
    error.cause = { cause: error };
    const { glass } = through(error as { cause: { cause: object } });
    expect(glass.cause.cause).toBe(glass);
  });
});

describe("fields that are hidden", () => {
  const ERROR = { code: "ECONNRESET", status: 503, cause: { code: "EPIPE" } };
  const { glass, lens } = through(ERROR, { "error.code": undefined, "error.status": 200, "error.cause.code": undefined });

  test("are seen by nobody, who asks in whichever way", () => {
    expect([glass.code, glass.cause.code]).toEqual([undefined, undefined]);
    expect(["code" in glass, Object.hasOwn(glass, "code"), "code" in glass.cause]).toEqual([false, false, false]);
    expect(Object.getOwnPropertyDescriptor(glass, "code")).toBeUndefined();
    expect(Reflect.ownKeys(glass)).toEqual(["status", "cause"]);
    expect({ ...glass.cause }).toEqual({});
  });

  test("are others where they were changed, and are there", () => {
    expect([glass.status, "status" in glass, Object.hasOwn(glass, "status")]).toEqual([200, true, true]);
    expect(seenIn(lens)).toEqual([]);
  });

  test("are those of their path alone", () => {
    const other = through(ERROR, { "error.code": undefined });
    expect([other.glass.cause.code, other.glass.status]).toEqual(["EPIPE", 503]);
    expect(["code" in other.glass.cause, "status" in other.glass, "nothing" in other.glass]).toEqual([true, true, false]);
  });

  test("may be the length of a list", () => {
    const list = through({ errors: ["a", "b"] }, { "error.errors.length": undefined, "error.errors[0]": undefined }).glass.errors;
    expect(list.length).toBeUndefined();
    expect([list[0], list[1]]).toEqual([undefined, "b"]);
    expect(Reflect.ownKeys(list)).toEqual(["length", "1"]);
  });
});

describe("what an object is can be seen through the glass", () => {
  class OddError extends Error {
    get status(): number {
      return 503;
    }
  }

  test("its class and what it inherits", () => {
    const { glass, lens } = through(new OddError("m"));
    expect(glass).toBeInstanceOf(OddError);
    expect(Object.getPrototypeOf(glass)).toBe(OddError.prototype);
    expect([glass.status, "status" in glass, Object.hasOwn(glass, "status")]).toEqual([503, true, false]);
    expect(glass.constructor.name).toBe("OddError");
    expect(seenIn(lens)).toEqual([
      ["error.status", 503],
      ["error.constructor.name", "OddError"],
    ]);
  });

  test("its fields, of a frozen one, too, as it shows them", () => {
    const { glass } = through(Object.freeze({ code: "x", status: 1 }));
    expect(Reflect.ownKeys(glass)).toEqual(["code", "status"]);
    expect(Object.getOwnPropertyDescriptor(glass, "code")).toMatchObject({ value: "x", enumerable: true, configurable: true });
    expect(Object.getOwnPropertyDescriptor(glass, "nothing")).toBeUndefined();
    expect({ ...glass }).toEqual({ code: "x", status: 1 });
    const shy = through(Object.defineProperty({}, "code", { value: "x" })).glass;
    expect([Object.keys(shy), Reflect.ownKeys(shy)]).toEqual([[], ["code"]]);
  });

  test("that it is a list, or none", () => {
    const { glass } = through({ errors: [5, 6], empty: [], none: { length: 2 } });
    expect([Array.isArray(glass.errors), Array.isArray(glass.none), Array.isArray(glass)]).toEqual([true, false, false]);
    expect([...glass.errors]).toEqual([5, 6]);
    expect(glass.errors.length).toBe(2);
    expect(Reflect.ownKeys(glass.empty)).toEqual(["length"]);
    expect(Reflect.ownKeys(glass.errors)).toEqual(["length", "0", "1"]);
    expect(Object.getOwnPropertyDescriptor(glass.errors, "length")).toMatchObject({ enumerable: false, configurable: false });
  });

  test("two hundred names of fields, which all lenses over one error find out once", () => {
    const ofFields = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, place) => [`f${place}`, 1]));
    const named = (count: number): number => Reflect.ownKeys(through(ofFields(count)).glass).length;
    expect([named(199), named(200), named(201)]).toEqual([199, 200, 200]);

    let asks = 0;
    const ownKeys = (target: object): (string | symbol)[] => {
      asks++;
      return Reflect.ownKeys(target);
    };
    const error = new Proxy({ code: "x", status: 1 }, { ownKeys });
    const keys: Keys = new WeakMap();
    const [one, other] = [{}, { "error.code": undefined }].map(
      (changed) => lensWith(changed, keys).look(error, "error") as object,
    );
    expect([Reflect.ownKeys(one as object), Reflect.ownKeys(other as object)]).toEqual([["code", "status"], ["status"]]);
    expect(asks).toBe(1);
  });

  test("nothing of a proxy that was revoked, as without the glass", () => {
    const gone = revoked() as { readonly code?: unknown };
    const { glass, lens } = through({ cause: gone, code: "x" });
    expect(() => glass.cause).not.toThrow();
    expect(() => glass.cause.code).toThrow(TypeError);
    expect(lens.pathOf(glass.cause)).toBe("error.cause");
    expect(glass.code).toBe("x");
  });

  test("a field of a hundred ways to throw throws as it did", () => {
    const { glass } = through({
      get code(): string {
        return raise();
      },
    });
    expect(() => glass.code).toThrow("do not touch");
  });
});

describe("methods of lists", () => {
  test("see what is seen of the list", () => {
    const list = [{ code: "a" }, { code: "b" }, { code: "c" }];
    const { glass, lens } = through({ list }, { "error.list[0].code": "x" });
    expect(glass.list.find(({ code }) => code === "b")).toBe(glass.list[1]);
    expect(seenIn(lens)).toEqual([
      ["error.list.length", 3],
      ["error.list[1].code", "b"],
    ]);
    expect(glass.list.map(({ code }) => code)).toEqual(["x", "b", "c"]);
    expect(glass.list.slice(2)).toEqual([{ code: "c" }]);
    expect(glass.list.constructor).toBe(Array);
  });
});

describe("methods", () => {
  class Headers {
    readonly #values: Readonly<Record<string, unknown>>;
    constructor(values: Readonly<Record<string, unknown>>) {
      this.#values = values;
    }
    get(name: string, ..._more: readonly unknown[]): unknown {
      return this.#values[name];
    }
    all(): unknown {
      return this.#values;
    }
    count(add: number): number {
      return Object.keys(this.#values).length + add;
    }
  }
  const headers = new Headers({ "retry-after": "1", "x-list": ["a"] });

  test("are the object's own, and what they give for one word is a field", () => {
    const { glass, lens } = through({ headers });
    expect(glass.headers.get("retry-after")).toBe("1");
    expect(glass.headers.get("nothing")).toBeUndefined();
    expect((glass.headers.get("x-list") as readonly string[])[0]).toBe("a");
    expect(seenIn(lens)).toEqual([
      ['error.headers.get("retry-after")', "1"],
      ['error.headers.get("x-list")[0]', "a"],
    ]);
  });

  test("give what they give for anything else, which is no field", () => {
    const { glass, lens } = through({ headers });
    expect(glass.headers.get("retry-after", 1)).toBe("1");
    expect(glass.headers.count(2)).toBe(4);
    expect(glass.headers.all()).toBe(headers.all());
    expect(seenIn(lens)).toEqual([]);
  });

  test("give what a field is changed to", () => {
    const { glass } = through({ headers }, { 'error.headers.get("retry-after")': undefined });
    expect(glass.headers.get("retry-after")).toBeUndefined();
    expect(glass.headers.get("retry-after", 1)).toBe("1");
  });
});
