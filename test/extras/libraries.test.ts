/* The list of libraries that universalClassifier is built from, and the tables that several of them read. */
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { ErrorReader } from "../../src/core/failure/chain.ts";
import { FURTHER_STATUS_KINDS, kindOfHttpStatus, kindOfStatus, STATUS_KINDS } from "../../src/core/failure/http/status.ts";
import { LIBRARIES } from "../../src/extras/libraries.ts";
import { RPC_KINDS, RPC_NAMES } from "../../src/extras/rpc/status-codes.ts";
import { classifyAny } from "../../src/extras/universal.ts";
import { everyError } from "../fixtures/recordings.ts";
import { linkTo } from "./ask-alone.ts";

describe("the list of libraries", () => {
  test("has few patterns and words that are looked for in every error, for their number is what an unknown error costs", () => {
    const looks = LIBRARIES.map((library) => library.looks);
    const patterns = looks.flatMap(({ names = [], codes = [], beginnings = [] }) =>
      [...names, ...codes, ...beginnings].filter((clue) => clue instanceof RegExp),
    );
    expect(patterns.length).toBeLessThanOrEqual(24);
    expect(looks.flatMap(({ words = [] }) => words).length).toBeLessThanOrEqual(12);
  });

  test("gives beginnings of messages that are long enough to be looked up", () => {
    const beginnings = LIBRARIES.flatMap(({ looks }) => looks.beginnings ?? []).flatMap((clue) =>
      typeof clue === "string" ? [clue] : clue instanceof RegExp ? [] : [...Object.values(clue).flat()].map(String),
    );
    expect(beginnings.filter((beginning) => beginning.length < 3)).toEqual([]);
  });

  test("names each once", () => {
    expect(new Set(LIBRARIES.map(({ name }) => name)).size).toBe(LIBRARIES.length);
    expect(new Set(LIBRARIES).size).toBe(LIBRARIES.length);
    expect(LIBRARIES.filter(({ name }) => name === "")).toEqual([]);
  });

  test("says of each library with a rule of its own how its errors look", () => {
    const unseen = LIBRARIES.filter(({ looks, meaning }) => meaning.rule !== undefined && Object.keys(looks).length === 0);
    expect(unseen).toEqual([]);
  });
});

test("an error that other libraries' fields are on is asked about in the order of the list, whatever the order of its fields", () => {
  // PlanetScale's has the status of its HTTP answer, and quotes what MySQL said.
  const message = "rpc error: code = Aborted desc = Deadlock found (errno 1213) (sqlstate 40001)";
  for (const fields of [
    { name: "DatabaseError", status: 400 },
    { status: 400, name: "DatabaseError" },
  ])
    expect(universalClassifier(Object.assign(new Error(message), fields))).toBe("CONCURRENCY");
});

describe("the table of statuses", () => {
  test("has each status in one of its parts", () => {
    expect(Object.keys(STATUS_KINDS).filter((status) => status in FURTHER_STATUS_KINDS)).toEqual([]);
  });

  test("names a status only where it differs from its hundred", () => {
    for (const [status, errorClass] of Object.entries({ ...STATUS_KINDS, ...FURTHER_STATUS_KINDS }))
      expect(errorClass, status).not.toBe(Number(status) < 500 ? "PERMANENT" : "SERVER_ERROR");
  });

  test("says the same to the default classifier, but for its second part", () => {
    for (let status = 300; status < 600; status++)
      expect(kindOfHttpStatus(status), `${status}`).toBe(FURTHER_STATUS_KINDS[status] ?? kindOfStatus(status));
  });
});

test("gRPC has a name and a class for each of its codes", () => {
  expect(RPC_NAMES).toHaveLength(17);
  expect(RPC_KINDS).toHaveLength(17);
  const unclassified = RPC_NAMES.filter((_name, code) => RPC_KINDS[code] === undefined);
  expect(unclassified).toEqual(["OK", "UNKNOWN"]);
});

describe("no rule claims another library's error", () => {
  // Asked last: they read the statuses and the codes that are on the errors of many libraries.
  const OF_ALL = ["http", "undici"];
  const places = new Map(LIBRARIES.map(({ name }, place) => [name, place]));
  const classOf = (answer: unknown): string | undefined => {
    const given = (answer as { errorClass?: string } | undefined)?.errorClass ?? (answer as string | undefined);
    return given === "TIMEOUT" ? "TRANSIENT" : given === "GATEWAY_TIMEOUT" ? "SERVER_ERROR" : given;
  };

  /** Every recorded error and all that it wraps, with the library that knows it and its class: found once for all rules. */
  const known = everyError.flatMap(({ id, revive }) =>
    [...new ErrorReader().causes(revive())].map((error) => {
      let knows: string | undefined;
      const right = classOf(
        classifyAny(error, (library) => {
          knows = library;
        }),
      );
      return { id, error, knows, right };
    }),
  );

  test.each(LIBRARIES.filter(({ name, meaning }) => meaning.rule !== undefined && !OF_ALL.includes(name)))(
    "$name, asked of every recorded error and of all that it wraps, gives the right class or none, or stands behind who knows better",
    ({ name, meaning }) => {
      for (const { id, error, knows = name, right } of known) {
        const given = classOf(meaning.rule?.(linkTo(error)));
        if (given === undefined || (places.get(knows) as number) < (places.get(name) as number)) continue;
        expect(given, id).toBe(right);
      }
    },
  );
});
