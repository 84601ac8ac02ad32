/* The pages about classifiers, against what they classify. */
import { type Classifier, defaultClassifier, ErrorClass } from "redress";
import * as extras from "redress/extras";
import { describe, expect, test } from "vitest";
import { SYSTEM_TIMEOUTS } from "../../src/core/failure/error-codes.ts";
import { FURTHER_STATUS_KINDS, STATUS_KINDS } from "../../src/core/failure/http/status.ts";
import { MESSAGING_CODES } from "../../src/extras/clouds/azure.ts";
import { USED_UP } from "../../src/extras/common/index.ts";
import { LLM_KINDS } from "../../src/extras/http/llm.ts";
import { RPC_KINDS, RPC_NAMES } from "../../src/extras/rpc/status-codes.ts";
import type { Codes } from "../../src/extras/shared/index.ts";
import { MSSQL_NUMBERS } from "../../src/extras/sql/mssql.ts";
import { MYSQL_NUMBERS } from "../../src/extras/sql/mysql.ts";
import { ODBC_STATES } from "../../src/extras/sql/odbc.ts";
import { ORM_NAMES, PRISMA_CODES } from "../../src/extras/sql/sqlstate.ts";
import { SQLSTATES } from "../../src/extras/sql/states.ts";
import { AMQP_CONDITIONS, CLIENT_CODES } from "../../src/extras/stores/amqp.ts";
import { KAFKA_NUMBERS } from "../../src/extras/stores/kafka.ts";
import { MONGO_CODES, MONGO_NAMES } from "../../src/extras/stores/mongo.ts";
import { NATS_CODES } from "../../src/extras/stores/nats.ts";
import { REDIS_CLIENT_CODES } from "../../src/extras/stores/redis.ts";
import { classOfKind, given, linesOf, numbersIn, rowsOf } from "./classifier-tables.ts";
import { codeIn, column, read, tableBelow } from "./pages.ts";

const classifiers = Object.keys(extras).filter((name) => name.endsWith("Classifier"));
const pages = ["", "-sql", "-stores", "-clouds"].map((part) => `docs/classifiers${part}.md`);

test("every classifier has a section on one of the pages", () => {
  const sections = pages.flatMap((page) =>
    [...read(page).matchAll(/^## (.*)$/gm)].flatMap(([, title = ""]) => title.split(", ")),
  );
  for (const name of Object.keys(extras)) expect(sections).toContain(name);
});

test("the page names every classifier", () => {
  const named = column(tableBelow("docs/classifiers.md", "Which classifier knows whose errors"), "classifier").flatMap(
    (cell) => cell.match(/\w+Classifier/g) ?? [],
  );
  expect(named.sort()).toEqual(classifiers.sort());
});

/*
 * Those of HTTP, clouds and RPC carry the reader of when to come back: dates, durations, vendors' headers. Those of databases, stores and
 * brokers carry tables of whole codes, names and words.
 */
const LIMITS: Readonly<Record<string, string>> = {
  amqpClassifier: "2.8 kB",
  awsClassifier: "3.1 kB",
  azureClassifier: "3 kB",
  connectClassifier: "3.1 kB",
  googleClassifier: "3.6 kB",
  grpcClassifier: "3.2 kB",
  httpClassifier: "4 kB",
  httpRetryAfterClassifier: "4 kB",
  llmClassifier: "3.7 kB",
  mongoClassifier: "2.7 kB",
  mssqlClassifier: "2.5 kB",
  mysqlClassifier: "2.5 kB",
  natsClassifier: "2.5 kB",
  networkClassifier: "2.9 kB",
  odbcClassifier: "2.7 kB",
  redisClassifier: "3 kB",
  responseClassifier: "2 kB",
  sqlstateClassifier: "2.8 kB",
  universalClassifier: "58.1 kB",
};

test("every classifier has a limit for its size, 2.4 kB but for these", () => {
  const limits: { name: string; limit: string }[] = JSON.parse(read(".size-limit.json"));
  expect(limits.map(({ name }) => name)).toEqual(expect.arrayContaining(classifiers));
  for (const { name, limit } of limits.filter((one) => classifiers.includes(one.name)))
    expect(`${name}: ${limit}`).toBe(`${name}: ${LIMITS[name] ?? "2.4 kB"}`);
});

const TABLES: Readonly<Record<string, Codes>> = {
  "Azure's messaging": MESSAGING_CODES,
  models: LLM_KINDS,
  SQLSTATEs: SQLSTATES,
  "Prisma's codes": PRISMA_CODES,
  "names of ORMs": ORM_NAMES,
  "MySQL's numbers": MYSQL_NUMBERS,
  "SQL Server's numbers": MSSQL_NUMBERS,
  "ODBC's states": ODBC_STATES,
  "MongoDB's codes": MONGO_CODES,
  "MongoDB's names": MONGO_NAMES,
  "Redis's clients": REDIS_CLIENT_CODES,
  "Kafka's numbers": KAFKA_NUMBERS,
  "rabbitmq-client's codes": CLIENT_CODES,
  "AMQP's conditions": AMQP_CONDITIONS,
  "NATS's codes": NATS_CODES,
};

describe("the statuses of HTTP", () => {
  const rows = rowsOf("classifiers", "httpClassifier, httpRetryAfterClassifier", "status");

  test.each(rows)("%s is what each classifier gives to the statuses of its row", (errorClass, _codes, statuses) => {
    for (const classifier of [extras.httpClassifier, extras.httpRetryAfterClassifier, extras.universalClassifier] as Classifier[])
      for (const status of statuses.match(/\d{3}/g) ?? []) expect(given(classifier({ status: Number(status) }))).toBe(errorClass);
  });

  test("every status of the table in the sources has its row", () => {
    const written = rows.flatMap(([errorClass, , cell]) =>
      (cell.match(/\d{3}/g) ?? []).map((status) => `${status} ${errorClass}`),
    );
    const table = Object.entries({ ...STATUS_KINDS, ...FURTHER_STATUS_KINDS }).map(
      ([status, kind]) => `${status} ${classOfKind(kind)}`,
    );
    expect(written).toEqual(expect.arrayContaining(table));
  });

  test("those that the default classifier takes by their hundred are named", () => {
    const [, named = ""] = /takes? ([\d, and]+) by their hundred/.exec(read("docs/classifiers.md").replaceAll(/\s+/g, " ")) ?? [];
    expect(named.match(/\d{3}/g)).toEqual(Object.keys(FURTHER_STATUS_KINDS));
    for (const status of named.match(/\d{3}/g) ?? [])
      expect(given(defaultClassifier({ status: Number(status) }))).toBe(Number(status) < 500 ? "PERMANENT" : "SERVER_ERROR");
  });
});

describe("timeouts", () => {
  const named = tableBelow("docs/classifiers.md", "Timeouts").flatMap((row) => {
    const cell = row["what is a timeout"] ?? "";
    return [...codeIn(cell), ...numbersIn(cell).map(String)];
  });

  test.each(Object.entries(TABLES))("all that the table of %s calls one stand in the page", (_library, table) => {
    expect(named).toEqual(expect.arrayContaining((table.TIMEOUT ?? []).map(String)));
  });

  test("so do the statuses of HTTP, and the codes of gRPC and the system", () => {
    const kinds = Object.entries({ ...STATUS_KINDS, ...FURTHER_STATUS_KINDS });
    const statuses = kinds.filter(([, kind]) => kind.endsWith("TIMEOUT")).map(([status]) => status);
    const rpc = RPC_NAMES.filter((_name, code) => RPC_KINDS[code] === "TIMEOUT");
    expect(named).toEqual(expect.arrayContaining([...statuses, ...rpc, ...SYSTEM_TIMEOUTS]));
  });
});

describe("what happens on the way", () => {
  const rows = rowsOf("classifiers", "networkClassifier", "what happened").filter(([, codes]) => codes.some(isCode));

  test.each(rows)("%s is what the codes of its row get: %j", (errorClass, codes) => {
    for (const code of codes.filter(isCode)) {
      const error = Object.assign(new Error("failed"), { code: code.replace("*", "BODY") });
      expect(given(extras.networkClassifier(error)), code).toBe(errorClass);
    }
  });

  function isCode(code: string): boolean {
    return /^[A-Z][A-Z_*]+$/.test(code);
  }
});

describe("the words of language models", () => {
  const rows = rowsOf("classifiers", "llmClassifier", "what happened").filter(([, codes]) => codes.some(isKind));

  test.each(rows)("%s is what the kinds of its row get: %j", (errorClass, kinds) => {
    for (const type of kinds.filter(isKind))
      expect(given(extras.universalClassifier(Object.assign(new Error("failed"), { type }))), type).toBe(errorClass);
  });

  test("every kind of the tables in the sources has its row", () => {
    const written = rows.flatMap(([errorClass, kinds]) => kinds.map((kind) => `${errorClass} ${kind}`));
    expect(written).toEqual(expect.arrayContaining([...linesOf(USED_UP), ...linesOf(LLM_KINDS)]));
  });

  function isKind(code: string): boolean {
    return /^[a-z]+(_[a-z]+)+$/.test(code);
  }
});

describe("gRPC's codes", () => {
  const rows = rowsOf("classifiers-clouds", "grpcClassifier", "code").flatMap(([errorClass, , cell]) =>
    [...cell.matchAll(/([A-Z_]{5,})`? \((\d+)\)/g)].map(([, name = "", code]) => [name, Number(code), errorClass] as const),
  );

  test.each(rows)("%s (%i) is %s", (name, code, errorClass) => {
    expect(RPC_NAMES[code]).toBe(name);
    expect(classOfKind(RPC_KINDS[code] ?? "UNKNOWN")).toBe(errorClass);
  });

  test("each but OK has its row", () => {
    expect(rows.map(([name]) => name).sort()).toEqual(RPC_NAMES.slice(1).sort());
  });
});

describe("the codes of AWS", () => {
  const rows = rowsOf("classifiers-clouds", "awsClassifier", "code").filter(([errorClass]) => errorClass in ErrorClass);

  test.each(rows)("%s is what the codes of its row get: %j", (errorClass, codes) => {
    for (const code of codes.filter((one) => /^[A-Z]\w+$/.test(one))) {
      // "ModelNotReadyException" and "OperationAborted" are told by the status that the row gives them.
      const error = Object.assign(new Error("failed"), { name: code, $metadata: { httpStatusCode: BY_STATUS[code] ?? 400 } });
      expect(given(extras.awsClassifier(error)), code).toBe(errorClass);
    }
  });

  const BY_STATUS: Readonly<Record<string, number>> = { ModelNotReadyException: 429, OperationAborted: 409 };
});

describe("the codes of Azure's messaging", () => {
  const rows = rowsOf("classifiers-clouds", "azureClassifier", "what happened").filter(
    ([, codes, cell]) => cell.startsWith("messaging") && codes.length > 0,
  );

  test.each(rows)("%s is what the codes of its row get: %j", (errorClass, codes) => {
    for (const code of codes.map((one) => one.replace("...", "NotFound")))
      for (const retryable of [true, false])
        expect(given(extras.azureClassifier({ name: "MessagingError", code, retryable })), code).toBe(errorClass);
  });

  test("every code of the table in the sources has its row", () => {
    const written = rows.flatMap(([errorClass, codes]) => codes.map((code) => `${errorClass} ${code}`));
    expect(written).toEqual(expect.arrayContaining(linesOf(MESSAGING_CODES)));
  });
});

test.each(
  rowsOf("classifiers-clouds", "googleClassifier", "what happened").flatMap(([errorClass, codes]) =>
    codes.map((reason) => [reason, errorClass]),
  ),
)("Google's reason %s is %s", (reason, errorClass) => {
  // UNKNOWN is a code.
  const code = reason === "UNKNOWN" ? 2 : 403;
  const answer = extras.googleClassifier({ code, details: "d", errors: [{ domain: "global", reason }] });
  expect(given(answer)).toBe(errorClass);
});

describe.each([
  ["MySQL", rowsOf("classifiers-sql", "mysqlClassifier", "numbers"), MYSQL_NUMBERS],
  ["Kafka", rowsOf("classifiers-stores", "kafkaClassifier", "what happened"), KAFKA_NUMBERS],
])("the numbers of %s", (_library, rows, table) => {
  const written = rows.flatMap(([errorClass, , cell]) => numbersIn(cell).map((number) => `${errorClass} ${number}`));

  test("that stand in the sources have their rows", () => {
    expect(written).toEqual(expect.arrayContaining(linesOf(table)));
  });

  test("are of one class in the page and in the sources", () => {
    const classes = new Map(linesOf(table).map((line) => line.split(" ").reverse() as [number: string, errorClass: string]));
    const elsewhere = written.filter((line) => {
      const [errorClass, number = ""] = line.split(" ");
      return (classes.get(number) ?? errorClass) !== errorClass;
    });
    // 1290 says in words which of its two it is.
    expect(elsewhere.filter((line) => line !== "UNKNOWN 1290")).toEqual([]);
  });
});
