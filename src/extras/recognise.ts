/*
 * Whose error is it? To ask every rule takes several microseconds, so an error is looked at first: at its fields, its code, its name and its
 * words. Each glance names the rules that could claim such an error, in the order in which they should. It need not be right, since
 * the rules look closer; but a rule that no glance names is not asked, so the tables must name each wherever it could answer.
 */
import { amqpRule } from "./amqp.ts";
import { awsRule } from "./aws.ts";
import { azureRule } from "./azure.ts";
import { connectRule } from "./connect.ts";
import { connectionRule } from "./connection.ts";
import { googleRule } from "./google.ts";
import { grpcRule } from "./grpc.ts";
import { httpRetryAfterRule } from "./http.ts";
import type { Link, Rule, Verdict } from "./judge.ts";
import { kafkaRule } from "./kafka.ts";
import { llmRule } from "./llm.ts";
import { mongoRule } from "./mongo.ts";
import { mssqlRule } from "./mssql.ts";
import { mysqlRule } from "./mysql.ts";
import { natsRule } from "./nats.ts";
import { platformRule, vagueRule } from "./network.ts";
import { odbcRule } from "./odbc.ts";
import { sentinelRule } from "./own-word.ts";
import { redisFallback, redisRule } from "./redis.ts";
import { sqliteRule } from "./sqlite.ts";
import { sqlstateRule } from "./sqlstate.ts";

// An error with more fields than this is no error.
const MOST_FIELDS = 30;

type Rules = readonly Rule[];

// PlanetScale's has the status of its HTTP answer, and quotes what MySQL said; JetStream's status is one of NATS.
const named: Rule = (link) =>
  link.name === "DatabaseError" ? mysqlRule(link) : link.name.startsWith("JetStream") ? natsRule(link) : undefined;
const answered: Rules = [named, awsRule, azureRule, googleRule, llmRule, httpRetryAfterRule];
const called: Rules = [grpcRule, connectRule, googleRule];
const stopped: Rules = [redisFallback, connectionRule];
const queried: Rules = [mssqlRule, mysqlRule, sqliteRule, sqlstateRule, odbcRule];

/** By a field of its own. */
const BY_FIELD: Readonly<Record<string, Rules>> = {
  $metadata: [awsRule],
  activityId: [azureRule],
  api_error: [natsRule],
  classId: [amqpRule],
  clientVersion: [sqlstateRule],
  command: [redisRule],
  condition: [amqpRule],
  details: called,
  domain: [googleRule],
  errcode: [sqliteRule],
  errors: answered,
  isAxiosError: [httpRetryAfterRule],
  extendedCode: [sqliteRule],
  kind: queried,
  metadata: called,
  meta: [grpcRule, sqlstateRule],
  number: [mssqlRule],
  odbcErrors: [odbcRule],
  origin: [kafkaRule],
  originalCode: [sqlstateRule],
  rawMessage: [connectRule],
  response: answered,
  resultCode: [sqliteRule],
  retriable: [kafkaRule],
  severity: [sqlstateRule],
  severity_local: [sqlstateRule],
  sqlState: [mysqlRule, odbcRule],
  sqlstate: [odbcRule],
  state: [odbcRule],
  status: answered,
  statusCode: answered,
  statusDetails: [googleRule],
  substatus: [azureRule],
  time: [awsRule],
  type: [llmRule],
};

/** By its name, its code or its words, each pattern a first glance: the rule looks closer. */
const BY_NAME: readonly (readonly [RegExp, Rules])[] = [
  [/^(Mongo|Version|Parallel)/, [mongoRule]],
  [/^KafkaJS/, [kafkaRule]],
  [/^(Abort|Timeout)Error$/, [natsRule, ...stopped]],
  [
    /^(Nats|NoResp|JetStream|Stream|Consumer|Permission|User|Closed|Draining|Request|Connection|Protocol|Authorization)/,
    [natsRule],
  ],
  [/^(IllegalOp|AMQP|Messaging|ServiceBus)/, [azureRule, amqpRule]],
  [/^(Rest|Storage|A\w+ication|CredentialU|A[Pp][Ii]|HTTPE|Fetch|\w*Provider)/, answered],
  [/^(Pris|Sequelize(Valid|\w*Timeout|Optim)|Knex|Optimistic|Driver|Postgres|DrizzleQ|QueryF|Libsql|Sqlite|SQLite)/, queried],
];
const BY_CODE: readonly (readonly [RegExp, Rules])[] = [
  [/^E[A-Z]+$/, [connectionRule, mssqlRule]],
  [/^([\dA-Z]{5}$|CONNECT|NOT_TAG|UNDEFINED_|MAX_PARAM|SASL)/, [sqlstateRule]],
  [/^(ER_|PROTOCOL_|AUTH_|HANDSHAKE)/, [mysqlRule]],
  [/SQLITE|HRANA/, [sqliteRule]],
  [/^PLT_KFK/, [kafkaRule]],
  [/^UND_/, [httpRetryAfterRule, platformRule]],
  [/^[a-z_]+$/, [llmRule]],
];
const BY_WORDS: readonly (readonly [RegExp, Rules])[] = [
  [/^[A-Z]{3,}\b/, [redisRule]],
  [/^(Unexpected close|Heartbeat|Socket closed|message n|[Cc]hannel|No channels|connect E|SASL mech)/, [amqpRule]],
  [/^Failed to connect before/, [grpcRule]],
  [/^(Request was|"timeout"|(stream|request) ended|(network|Total) timeout)/, answered],
];

// What may stand anywhere in a text is looked for as it is: a pattern of all of them would try each at every place.
const ANYWHERE: readonly (readonly [string, Rules])[] = [
  [" status code ", answered],
  ["watched keys", [redisRule]],
  ["after WATCH", [redisRule]],
  ...["SQLSTATE", "sqlstate", "SQL STATE", "SQLITE_", "atabase", "D1", "HRANA", "SASL", " code: ", "(errno "].map(
    (word) => [word, queried] as const,
  ),
];

// The words of SQL drivers; Knex writes the statement before them.
const DRIVER =
  /^(Connection te|Client |[Tt]imeout ex|Query |Cannot use a p|The server does|Can't add|No conn|Queue l|Operation t|Knex|Defined q|Pool is|Network connection l|\[[\dA-Z]{5}\])/;

/** Asks rules about one error, each once. */
class Inquiry {
  readonly #asked: Rule[] = [];
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  ask(rules: Rules | undefined): Verdict {
    if (rules === undefined) return undefined;
    for (const rule of rules) {
      if (this.#asked.includes(rule)) continue;
      this.#asked.push(rule);
      const verdict = rule(this.#link);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  byFields(): Verdict {
    try {
      let fields = 0;
      for (const field in this.#link.error) {
        const verdict = Object.hasOwn(BY_FIELD, field) ? this.ask(BY_FIELD[field]) : undefined;
        if (verdict !== undefined) return verdict;
        if (++fields > MOST_FIELDS) break;
      }
    } catch {
      // A proxy that will not say what it has.
    }
    return undefined;
  }

  byPattern(glances: readonly (readonly [RegExp, Rules])[], seen: string): Verdict {
    for (const glance of glances) {
      const verdict = glance[0].test(seen) ? this.ask(glance[1]) : undefined;
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  byWords(): Verdict {
    const { text } = this.#link;
    const found = this.byPattern(BY_WORDS, text);
    if (found !== undefined) return found;
    for (const word of ANYWHERE) {
      const verdict = text.includes(word[0]) ? this.ask(word[1]) : undefined;
      if (verdict !== undefined) return verdict;
    }
    const statement = text.lastIndexOf(" - ");
    return DRIVER.test(text) || (statement > 0 && DRIVER.test(text.slice(statement + 3))) ? this.ask(queried) : undefined;
  }
}

/** The answer of the rule that knows the error for certain. */
export function recognise(link: Link): Verdict {
  const { name, code, text } = link;
  // fetch and Drizzle say the same of everything: their causes know.
  if ((name === "TypeError" && vagueRule(link)) || text.startsWith("Failed query: ")) return undefined;
  const inquiry = new Inquiry(link);
  return (
    inquiry.byFields() ??
    sentinelRule(link) ??
    (code === "" ? undefined : inquiry.byPattern(BY_CODE, code)) ??
    inquiry.byPattern(BY_NAME, name) ??
    // An AMQP connection's error has nothing but a number, which looks like a status.
    (text.includes(") with message") ? inquiry.ask([amqpRule]) : undefined) ??
    // Those whose fields are not enumerable, as ofetch's and got's are not.
    inquiry.ask([httpRetryAfterRule]) ??
    inquiry.byWords()
  );
}
