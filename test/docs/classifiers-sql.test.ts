/* The tables about databases, stores and brokers in the pages, against the tables of the sources and what the classifiers say. */
import { type Classifier, ErrorClass } from "redress";
import {
  amqpClassifier,
  mongoClassifier,
  mssqlClassifier,
  natsClassifier,
  odbcClassifier,
  redisClassifier,
  sqliteClassifier,
  sqlstateClassifier,
} from "redress/extras";
import { describe, expect, test } from "vitest";
import { MESSAGING_CODES } from "../../src/extras/clouds/azure.ts";
import type { Codes } from "../../src/extras/shared/index.ts";
import { MSSQL_CODES, MSSQL_NUMBERS, SEVERITIES } from "../../src/extras/sql/mssql.ts";
import { ODBC_CLASSES, ODBC_STATES } from "../../src/extras/sql/odbc.ts";
import { SQLITE_RESULTS } from "../../src/extras/sql/sqlite.ts";
import { ORM_NAMES, POSTGRES_JS_CODES, PRISMA_CODES } from "../../src/extras/sql/sqlstate.ts";
import { SQLSTATE_CLASSES, SQLSTATES } from "../../src/extras/sql/states.ts";
import { AMQP_CONDITIONS, AMQP_REPLIES, CLIENT_CODES } from "../../src/extras/stores/amqp.ts";
import { LABELS, MONGO_CODES, MONGO_NAMES, MONGO_REFUSALS, MONGOOSE_NAMES } from "../../src/extras/stores/mongo.ts";
import { JETSTREAM_NUMBERS, NATS_CODES, NATS_NAMES } from "../../src/extras/stores/nats.ts";
import { REDIS_CLIENT_CODES, REDIS_REFUSALS, REDIS_REPLIES } from "../../src/extras/stores/redis.ts";
import { given, linesOf, numbersIn, rowsOf } from "./classifier-tables.ts";

type Rows = ReturnType<typeof rowsOf>;
type Case = readonly [code: string, errorClass: string, error: object];

const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

/** The rows that give a class; others send the reader elsewhere. */
const sql = (classifier: string, column: string, nth = 0): Rows =>
  rowsOf("classifiers-sql", classifier, column, nth).filter(([errorClass]) => errorClass in ErrorClass);
const stores = (classifier: string): Rows =>
  rowsOf("classifiers-stores", classifier, "what happened").filter(([errorClass]) => errorClass in ErrorClass);

const states = sql("sqlstateClassifier", "SQLSTATE");
const prisma = sql("sqlstateClassifier", "Prisma", 1);
const said = sql("sqlstateClassifier", "the driver says", 2);
const numbers = sql("mssqlClassifier", "numbers");
const severities = sql("mssqlClassifier", "severities");
const codesOfMssql = sql("mssqlClassifier", "codes");
const odbc = sql("odbcClassifier", "SQLSTATE");
const results = sql("sqliteClassifier", "result");
const mongo = stores("mongoClassifier");
const redis = stores("redisClassifier");
const amqp = stores("amqpClassifier");
const nats = stores("natsClassifier");

describe("every line of a table in the sources has its row", () => {
  /** What the rows mark as code; and their numbers. */
  const named = (rows: Rows): string[] => rows.flatMap(([errorClass, codes]) => codes.map((code) => `${errorClass} ${code}`));
  const numbered = (rows: Rows): string[] =>
    rows.flatMap(([errorClass, , cell]) => numbersIn(cell).map((number) => `${errorClass} ${number}`));
  /** The pages write classes of states as `40…`. */
  const classes = (codes: Codes): string[] => linesOf(codes).map((line) => `${line}…`);
  const labels = LABELS.map(([label, errorClass]) => `${errorClass} ${label}`);

  test.each<[table: string, written: readonly string[], lines: readonly string[]]>([
    ["SQLSTATEs", named(states), linesOf(SQLSTATES)],
    ["classes of SQLSTATEs", named(states), classes(SQLSTATE_CLASSES)],
    ["Prisma's codes", named(prisma), linesOf(PRISMA_CODES)],
    ["names of ORMs", named(said), linesOf(ORM_NAMES)],
    ["codes of postgres.js", named(said), linesOf(POSTGRES_JS_CODES)],
    ["SQL Server's numbers", numbered(numbers), linesOf(MSSQL_NUMBERS)],
    ["SQL Server's severities", numbered(severities), linesOf(SEVERITIES)],
    ["codes of SQL Server's drivers", named(codesOfMssql), linesOf(MSSQL_CODES)],
    ["ODBC's states", named(odbc), linesOf(ODBC_STATES)],
    ["ODBC's classes", named(odbc), classes(ODBC_CLASSES)],
    ["SQLite's results", named(results), linesOf(SQLITE_RESULTS)],
    ["MongoDB's codes", numbered(mongo), [...linesOf(MONGO_CODES), ...linesOf(MONGO_REFUSALS)]],
    ["MongoDB's labels", named(mongo), labels],
    ["names of MongoDB's drivers", named(mongo), [...linesOf(MONGO_NAMES), ...linesOf(MONGOOSE_NAMES)]],
    ["Redis's replies", named(redis), [...linesOf(REDIS_REPLIES), ...linesOf(REDIS_REFUSALS)]],
    ["codes of Redis's clients", named(redis), linesOf(REDIS_CLIENT_CODES)],
    ["AMQP's replies", named(amqp), linesOf(AMQP_REPLIES)],
    ["AMQP's conditions", named(amqp), [...linesOf(AMQP_CONDITIONS), ...linesOf(MESSAGING_CODES)]],
    ["codes of rabbitmq-client", named(amqp), linesOf(CLIENT_CODES)],
    ["JetStream's numbers", numbered(nats), linesOf(JETSTREAM_NUMBERS)],
    ["NATS's codes and names", named(nats), [...linesOf(NATS_CODES), ...linesOf(NATS_NAMES)]],
  ])("%s", (_table, written, lines) => {
    expect(written).toEqual(expect.arrayContaining([...lines]));
  });
});

/** The codes of one form in the rows, each as an error that a classifier gets. */
const codes = (rows: Rows, form: RegExp, error: (code: string) => object): Case[] =>
  rows.flatMap(([errorClass, named]) =>
    named.filter((code) => form.test(code)).map((code): Case => [code, errorClass, error(code)]),
  );

/** The same for numbers. */
const each = (rows: Rows, error: (number: number) => object): Case[] =>
  rows.flatMap(([errorClass, , cell]) => numbersIn(cell).map((number): Case => [`${number}`, errorClass, error(number)]));

const STATE = /^[\dA-Z]{5}$/;
const STATE_CLASS = /^[\dA-Z]{2}…$/;
const byWords = (cell: string): boolean => /words|speak|says/.test(cell);
const plainStates = states.filter(([, , cell]) => !byWords(cell));
/** A transaction API error is of one class, but for a transaction that was committed, of another. */
const committed = ([errorClass]: Rows[number]): boolean => errorClass === "PERMANENT";

describe.each<[what: string, classifier: Classifier, cases: Case[]]>([
  ["PostgreSQL: states", sqlstateClassifier, codes(plainStates, STATE, (code) => ({ code }))],
  [
    "PostgreSQL: classes of states",
    sqlstateClassifier,
    codes(plainStates, STATE_CLASS, (code) => ({ code: code.replace("…", "0ZZ") })),
  ],
  [
    "PostgreSQL: Prisma's codes",
    sqlstateClassifier,
    [
      ...codes(
        prisma.filter((row) => !committed(row)),
        /^P\d{4}$/,
        (code) => failed("it failed", { code }),
      ),
      ...codes(prisma.filter(committed), /^P\d{4}$/, (code) => failed("on a committed transaction", { code })),
    ],
  ],
  ["PostgreSQL: names of ORMs", sqlstateClassifier, codes(said, /Error$/, (name) => failed("it failed", { name }))],
  [
    "PostgreSQL: codes of postgres.js",
    sqlstateClassifier,
    codes(said, /^[A-Z_]+$/, (code) => failed(`write ${code} db:5432`, { code })),
  ],
  ["PostgreSQL: words of pg", sqlstateClassifier, codes(said, / /, (words) => failed(words.replace("…", " by the server")))],
  ["SQL Server: numbers", mssqlClassifier, each(numbers, (number) => ({ code: "EREQUEST", number, class: 16 }))],
  [
    "SQL Server: severities",
    mssqlClassifier,
    each(severities, (severity) => ({ code: "EREQUEST", number: 50_000, class: severity })),
  ],
  ["SQL Server: codes", mssqlClassifier, codes(codesOfMssql, /^E[A-Z]+$/, (code) => failed("it failed", { code }))],
  [
    "ODBC: SQL Server's numbers",
    odbcClassifier,
    each(numbers, (code) => failed("[SQL Server]failed", { code, sqlstate: "42000" })),
  ],
  ["ODBC: states of SQL", odbcClassifier, codes(plainStates, STATE, (state) => ({ state }))],
  ["ODBC: states", odbcClassifier, codes(odbc, /^(?!HY000|S1000)[\dA-Z]{5}$/, (state) => ({ state }))],
  ["SQLite: results", sqliteClassifier, codes(results, /^[A-Z]+$/, (name) => ({ code: `SQLITE_${name}` }))],
  ["MongoDB: codes", mongoClassifier, each(mongo, (code) => ({ name: "MongoServerError", code }))],
  ["MongoDB: names", mongoClassifier, codes(mongo, /^(Mongo|Pool)\w*Error$/, (name) => failed("it failed", { name }))],
  ["Redis: replies", redisClassifier, codes(redis, /^[A-Z]{3,}$/, (word) => failed(`${word} it failed`))],
  ["Redis: codes", redisClassifier, codes(redis, /^[A-Z]+_[A-Z_]+$/, (code) => failed("it failed", { code }))],
  ["AMQP: conditions", amqpClassifier, codes(amqp, /:/, (condition) => ({ condition }))],
  ["AMQP: replies", amqpClassifier, codes(amqp, /^[A-Z_]+$/, (code) => failed("it failed", { name: "AMQPError", code }))],
  [
    "AMQP: Azure's codes",
    amqpClassifier,
    codes(amqp, /^(?!Illegal)[A-Z][a-z]\w+$/, (code) => failed("it failed", { name: "MessagingError", code })),
  ],
  ["NATS: codes", natsClassifier, codes(nats, /^([A-Z_]+|\d+)$/, (code) => failed("it failed", { name: "NatsError", code }))],
  ["NATS: names", natsClassifier, codes(nats, /^[A-Z][a-z]\w+$/, (name) => failed("it failed", { name }))],
])("what a row says is what the classifier says: %s", (_what, classifier, cases) => {
  test.each(cases)("%s is %s", (_code, errorClass, error) => {
    expect(given(classifier(error))).toBe(errorClass);
  });
});
