/*
 * MySQL and MariaDB, and what speaks their protocol. What decides: the number of the error; then its SQLSTATE, which is HY000 for much
 * that differs, such as a lock wait that timed out; then the code or the words of the driver.
 * Sources: MySQL, "Server Error Message Reference"; MariaDB, "Error Codes"; MariaDB Connector/Node.js lib/misc/errors.js; mysql2
 * lib/base; mysql lib/protocol; TiDB, "Error Codes"; Galera, wsrep_ready (1047); Vitess, "(errno 1213) (sqlstate 40001)" in messages.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Rule, read, string } from "./judge.ts";
import { ORM_WRAPPERS } from "./sql-wrappers.ts";
import { lookUp, type Table } from "./table.ts";

/* Asked of `number:state:code:message`. Numbers from 45001 on are those of MariaDB's connector; from 8000 on, TiDB's. */
const MEANINGS: Table = {
  // Deadlocks, lock waits and NOWAIT, rows changed since, commits that a cluster refused.
  CONCURRENCY: /^(1(020|180|205|213|614)|3(101|572)|80(0[25]|2[28])|900[47]|\d+:40|::ER_LOCK_[DW])/,
  RATE_LIMIT: /^1226/,
  // Accounts that are locked or expired, plugins and transports that the other side refuses.
  AUTH: /^(1(130|251|524|8(20|62))|3(118|159)|4151|\d+:28|::AUTH_)/,
  PERMISSION: /^1(044|095|14[23]|227|370)/,
  // Read-only, by mode or by transaction: a failover or a bug.
  UNKNOWN: /^1(290.*read-o|792|836)/,
  TRANSIENT:
    /^(1(040|203|077)|20|3(024|169)|4031|9|450(0[149]|1[1239]|2[68]|42|6[01])|(?!1153)\d+:(08|70)|::PROTOCOL_(?!.*_[QDH]))|(:|- )(Can't add n|No conn|Queue l|Operation t|Knex: T|Defined q)/,
  SERVER_ERROR: /^1(021|03[078]|041|105|114|815)/,
  PERMANENT: /^(1(290|153|36[46])|3819|45|\d+:[0234]|::PROT)|:Pool is cl/,
};

// How Vitess says what MySQL answered.
const QUOTED = /^.*errno (\d+)\) \(sqlstate (\w+)/s;

export const mysqlRule: Rule = ({ error, code, text }) => {
  const state = string(read(error, "sqlState"));
  const number = (state || /^ER_/.test(code)) && !read(error, "cause") ? string(read(error, "errno")) : "";
  return lookUp(MEANINGS, `${number}:${state}:${code}:${text}`.replace(QUOTED, "$1:$2"));
};

/**
 * Classifies errors of MySQL, MariaDB and their relatives by number, through mysql2, mysql, MariaDB's connector and what wraps them,
 * and what these drivers say themselves. What it does not know is `UNKNOWN`: compose it with
 * `firstKnown(mysqlClassifier, defaultClassifier)`.
 */
export const mysqlClassifier: Classifier = (error) => judge(error, [mysqlRule, connectionRule], ORM_WRAPPERS);
