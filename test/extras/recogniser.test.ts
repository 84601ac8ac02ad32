/* Whose error it is: how the looks that libraries list are indexed, and which libraries are asked about an error, in which order. */
import { describe, expect, test } from "vitest";
import { addPlaces, Clues, Mentions, Openings } from "../../src/extras/shared/clues.ts";
import { type Library, Recogniser, type Rule, type Verdict } from "../../src/extras/shared/index.ts";
import { linkTo } from "./ask-alone.ts";

type Looks = Library["looks"];

const named = (name: string, looks: Looks, rule?: Rule): Library => ({
  name,
  looks,
  meaning: rule === undefined ? {} : { rule },
});
const looking = (...looks: readonly Looks[]): readonly Library[] => looks.map((each, place) => named(`${place}`, each));

describe("places", () => {
  test.each<[string, number[], readonly number[], number[]]>([
    ["into an empty list", [], [3, 5], [3, 5]],
    ["nothing", [1], [], [1]],
    ["before the first", [4, 6], [2], [2, 4, 6]],
    ["before all, with the smallest of all", [1], [0], [0, 1]],
    ["between two", [4, 6], [5], [4, 5, 6]],
    ["behind the last", [4, 6], [7], [4, 6, 7]],
    ["that are there, once", [4, 6], [4, 6], [4, 6]],
    ["each where it belongs", [1, 5], [0, 3, 5, 7], [0, 1, 3, 5, 7]],
  ])("are added %s", (_where, places, more, all) => {
    addPlaces(places, more);
    expect(places).toEqual(all);
  });
});

describe("the words of clues", () => {
  const matching = (clues: Clues, text: string, places: number[] = []): readonly number[] => {
    clues.addMatching(places, text);
    return places;
  };

  test("are texts, sets, tables with numbers among the codes, and the beginnings of tables", () => {
    const clues = new Clues(
      looking({ codes: ["ONE", new Set(["TWO", "THREE"]), { AUTH: [401, "FOUR"], PERMISSION: ["FIVE"] }] }),
      "codes",
    );
    for (const code of ["ONE", "TWO", "THREE", "401", "FOUR", "FIVE"]) expect(clues.whole(code), code).toEqual([0]);
    for (const code of ["", "O", "one", "SIX", "AUTH", "0"]) expect(clues.whole(code), code).toEqual([]);
  });

  test("are several libraries', in the order of the list, each once", () => {
    const clues = new Clues(looking({ names: ["A", "A"] }, { names: ["B"] }, {}, { names: ["B", "A"] }), "names");
    expect(clues.whole("A")).toEqual([0, 3]);
    expect(clues.whole("B")).toEqual([1, 3]);
  });

  test("are of their kind alone", () => {
    const clues = new Clues(looking({ fields: ["field"], names: ["name"], codes: ["code"], words: ["word"] }), "fields");
    expect([clues.whole("field"), clues.whole("name"), clues.whole("code"), clues.whole("word")]).toEqual([[0], [], [], []]);
  });

  test("may be patterns, which are whole words of nothing", () => {
    const clues = new Clues(looking({ names: [/^A/, "B"] }, { names: [/C$/] }), "names");
    expect(matching(clues, "AC")).toEqual([0, 1]);
    expect(matching(clues, "BC")).toEqual([1]);
    expect(matching(clues, "B")).toEqual([]);
    expect(matching(clues, "BC", [0])).toEqual([0, 1]);
    expect([clues.whole("/^A/"), clues.whole("A")]).toEqual([[], []]);
  });
});

describe("the beginnings of messages", () => {
  const openings = new Openings(
    looking(
      { beginnings: ["Socket closed", /closed$/] },
      { beginnings: [{ TRANSIENT: ["Socket", "Sorry"] }] },
      { beginnings: ["Soc", "Socket closed"] },
    ),
  );
  const opened = (message: string, of = openings): readonly number[] => {
    const places: number[] = [];
    of.addTo(places, message);
    return places;
  };

  test("are found by their whole words, and by patterns", () => {
    expect(opened("Socket closed by peer")).toEqual([0, 1, 2]);
    expect(opened("Socket lost")).toEqual([1, 2]);
    expect(opened("Sock lost")).toEqual([2]);
    expect(opened("Sorry, it is closed")).toEqual([0, 1]);
    expect(opened("Sorrow")).toEqual([]);
  });

  test("are no other words, though the first letters are the same, and stand nowhere else", () => {
    expect(opened("Something else")).toEqual([]);
    expect(opened("So")).toEqual([]);
    expect(opened("the Socket")).toEqual([]);
    expect(opened("the end: Socket closed")).toEqual([0]);
    expect(opened("")).toEqual([]);
  });

  test("may be none", () => {
    expect(opened("Socket closed", new Openings(looking({}, { names: ["Socket"] })))).toEqual([]);
  });
});

test("words are found wherever they stand in a message", () => {
  const mentions = new Mentions(looking({ words: ["one", "two"] }, {}, { words: ["two"] }));
  const mentioned = (message: string): readonly number[] => {
    const places: number[] = [];
    mentions.addTo(places, message);
    return places;
  };
  expect(mentioned("at one")).toEqual([0]);
  expect(mentioned("two or more")).toEqual([0, 2]);
  expect(mentioned("on e")).toEqual([]);
});

describe("of an error", () => {
  /** Asks libraries with these looks, of which none knows the error but the one at `knows`. */
  function asked(
    error: object,
    looks: readonly Looks[],
    knows?: number,
  ): { readonly asked: readonly number[]; verdict: Verdict } {
    const heard: number[] = [];
    const libraries = looks.map((each, place) =>
      named(`${place}`, each, () => {
        heard.push(place);
        return place === knows ? "AUTH" : undefined;
      }),
    );
    return { verdict: new Recogniser(libraries).verdictOn(linkTo(error)), asked: heard };
  }

  /** One library for each way in which an error is recognised: the last steps stand first in the list. */
  const LOOKS: readonly Looks[] = [
    { words: ["lost"] },
    { beginnings: ["Connection"] },
    { hidden: true },
    { codes: [/^X_/] },
    { names: [/Fault$/] },
    { codes: ["X_1"] },
    { names: ["BigFault"] },
    { fields: ["errno"] },
    { fields: ["other"], names: ["Other"], codes: ["OTHER"], beginnings: ["Other"], words: ["other"] },
  ];
  const ERROR = { name: "BigFault", code: "X_1", message: "Connection lost", errno: 1 };

  test("fields, whole names and whole codes come first, then their families, then the message and the hidden, each in the order of the list", () => {
    expect(asked(ERROR, LOOKS)).toEqual({ verdict: undefined, asked: [5, 6, 7, 3, 4, 0, 1, 2] });
  });

  test.each<[number, readonly number[]]>([
    [5, [5]],
    [7, [5, 6, 7]],
    [3, [5, 6, 7, 3]],
    [4, [5, 6, 7, 3, 4]],
    [0, [5, 6, 7, 3, 4, 0]],
    [2, [5, 6, 7, 3, 4, 0, 1, 2]],
  ])("nobody is asked after %i, who knows it", (knows, those) => {
    expect(asked(ERROR, LOOKS, knows)).toEqual({ verdict: "AUTH", asked: those });
  });

  test("nobody is asked twice", () => {
    const looks: readonly Looks[] = [
      { words: ["lost"], codes: ["X_1"] },
      { names: ["BigFault", /Fault$/], codes: ["X_1", /^X/], hidden: true },
      { names: [/Fault$/], beginnings: ["Con", /lost$/], words: ["lost"], hidden: true },
    ];
    expect(asked(ERROR, looks)).toEqual({ verdict: undefined, asked: [0, 1, 2] });
  });

  test("nobody is asked whose looks it has not", () => {
    expect(asked({ name: "Small", code: "Y", message: "m" }, LOOKS)).toEqual({ verdict: undefined, asked: [2] });
    expect(asked({}, LOOKS.slice(3))).toEqual({ verdict: undefined, asked: [] });
  });

  test("a library whose looks it has, but which is certain of nothing, is passed over", () => {
    const libraries = [named("vague", { names: ["N"] }), named("sure", { names: ["N"] }, () => "CONCURRENCY")];
    expect(new Recogniser(libraries).verdictOn(linkTo({ name: "N" }))).toBe("CONCURRENCY");
  });

  test("numbers are codes, and fields that it inherits are fields", () => {
    expect(asked({ code: 7 }, [{ codes: ["7"] }, { codes: ["77"] }]).asked).toEqual([0]);
    expect(asked(Object.create({ errno: 1 }), [{ fields: ["errno"] }]).asked).toEqual([0]);
    expect(asked(Object.defineProperty({}, "errno", { value: 1 }), [{ fields: ["errno"] }]).asked).toEqual([]);
  });

  test("thirty fields are looked at", () => {
    const withMore = (count: number): object =>
      Object.fromEntries([...Array.from({ length: count }, (_, place) => [`f${place}`, 1]), ["errno", 1]]);
    expect(asked(withMore(29), [{ fields: ["errno"] }]).asked).toEqual([0]);
    expect(asked(withMore(30), [{ fields: ["errno"] }]).asked).toEqual([]);
    expect(asked({ ...withMore(30), name: "N" }, [{ names: ["N"] }]).asked).toEqual([0]);
  });

  test("which will not say what fields it has, the name and the code say whose it is", () => {
    const error = new Proxy(ERROR, {
      ownKeys: () => {
        throw new Error("do not touch");
      },
    });
    expect(asked(error, LOOKS)).toEqual({ verdict: undefined, asked: [5, 6, 3, 4, 0, 1, 2] });
  });

  test.each<[string, readonly number[]]>([
    ["Lost", [0]],
    ["select 1 - Lost", [0]],
    ["select 1 - 2 - Lost", [0]],
    ["select 1 - Lost - found", []],
    ["a Lost", []],
    ["select 1 -Lost", []],
    ["select 1 ---Lost", []],
    [" - Lost", []],
    ["x - Lost", [0]],
  ])("whose message is %j, the words of the driver behind its statement are a beginning, too", (message, those) => {
    expect(asked({ message }, [{ beginnings: ["Lost"] }]).asked).toEqual(those);
  });

  test("the name of the library that knows it is told, and which error it is", () => {
    const heard: (readonly [string, object])[] = [];
    const error = { name: "N" };
    const libraries = [
      named("first", { names: ["N"] }, () => undefined),
      named("second", { names: ["N"] }, () => ({ errorClass: "RATE_LIMIT", retryAfterMs: 5 })),
      named("third", { names: ["N"] }, () => "AUTH"),
    ];
    const verdict = new Recogniser(libraries).verdictOn(linkTo(error), (library, about) => heard.push([library, about]));
    expect(verdict).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 5 });
    expect(heard).toEqual([["second", error]]);
    expect(heard[0]?.[1]).toBe(error);
  });

  test("that only wraps another one, nobody is asked", () => {
    let asks = 0;
    const wrapping: Library = {
      name: "wrapping",
      looks: { hidden: true },
      meaning: {
        rule: () => {
          asks++;
          return "AUTH";
        },
      },
      onlyWraps: ({ message }) => message === "it failed",
    };
    const recogniser = new Recogniser([named("other", {}), wrapping]);
    expect(recogniser.verdictOn(linkTo({ message: "it failed" }))).toBeUndefined();
    expect(asks).toBe(0);
    expect(recogniser.verdictOn(linkTo({ message: "it fell" }))).toBe("AUTH");
    expect(asks).toBe(1);
  });
});
