/*
 * Cassandra and ScyllaDB: cassandra-driver. The server's number decides; where no host answered, what each of them said in `innerErrors`; then the
 * driver's own kind of error.
 *   ResponseError { code: 0x1200, info: "Represents an error message from the server", coordinator }
 *   NoHostAvailableError { innerErrors: { "10.0.0.1:9042": Error } }
 */

import type { Kind } from "../../core/failure/kind.ts";
import { isObject } from "../../core/is-object.ts";
import {
  type Beginnings,
  type Codes,
  connectionRule,
  kindOfBeginning,
  kindOfCode,
  type Library,
  Link,
  type Verdict,
} from "../shared/index.ts";

/* Every other number is PERMANENT. Sources: cassandra-driver lib/types (responseErrorCodes); Cassandra doc/native_protocol_v5.spec, section 9. */
export const CASSANDRA_NUMBERS: Codes = {
  AUTH: [
    0x0100, // bad credentials
  ],
  PERMISSION: [
    0x2100, // unauthorized
  ],
  CONCURRENCY: [
    0x1700, // CAS write unknown: another lightweight transaction was in the way
  ],
  TIMEOUT: [
    0x1100, // write timeout
    0x1200, // read timeout
  ],
  TRANSIENT: [
    0x1000, // unavailable: too few replicas are alive
    0x1002, // is bootstrapping
    0x2500, // unprepared: the next attempt prepares it
    0x8000, // the driver could not write to the socket
  ],
  SERVER_ERROR: [
    0x0000, // server error
    0x1001, // overloaded
    0x1003, // truncate error
    0x1300, // read failure
    0x1500, // write failure
    0x1600, // CDC write failure
  ],
};

/* ScyllaDB says it with the number of an invalid query to drivers that do not know its own. Source: ScyllaDB docs/dev/protocol-extensions.md. */
const SCYLLA_RATE_LIMIT = "Per-partition rate limit reached";

/* Source: cassandra-driver lib/errors.js. */
export const CASSANDRA_DRIVER_NAMES: Codes = {
  TIMEOUT: ["OperationTimedOutError"],
  TRANSIENT: ["BusyConnectionError"],
  AUTH: ["AuthenticationError"],
  PERMANENT: ["ArgumentError", "NotSupportedError", "VIntOutOfRangeException"],
};

/* What the driver says where it has asked no host. Sources: cassandra-driver lib/client.js, lib/control-connection.js. */
export const WITHOUT_HOSTS: Beginnings = { PERMANENT: ["Connecting after shutdown is not supported"] };

/* How the `info` of each error begins. */
const INFO = /^(Represents|Cassandra Driver)/;

const MOST_HOSTS = 10;

function cassandraRule(link: Link): Verdict {
  if (!INFO.test(link.text("info"))) return undefined;
  if (link.name === "ResponseError") return kindOfResponse(link);
  if (link.name === "NoHostAvailableError")
    return kindOfBeginning(WITHOUT_HOSTS, link.message) ?? kindOfHosts(link) ?? "TRANSIENT";
  return kindOfCode(CASSANDRA_DRIVER_NAMES, link.name);
}

function kindOfResponse(link: Link): Verdict {
  if (link.message.startsWith(SCYLLA_RATE_LIMIT)) return "RATE_LIMIT";
  const code = link.read("code");
  return typeof code === "number" ? (kindOfCode(CASSANDRA_NUMBERS, code) ?? "PERMANENT") : undefined;
}

/** One host that may be back soon is enough: what stops for good counts only where every host says it. */
function kindOfHosts(link: Link): Kind | undefined {
  const kinds = hostsOf(link).map((host) => host && (cassandraRule(host) ?? connectionRule(host)));
  const known = kinds.filter((kind): kind is Kind => typeof kind === "string");
  const passing = known.find((kind) => !FINAL.includes(kind));
  return passing ?? (known.length === kinds.length ? known[0] : undefined);
}

const FINAL: readonly Kind[] = ["AUTH", "PERMISSION", "PERMANENT"];

/** What each host said: the errors stand under the hosts' names. Of one that was not asked, because it is down, a text says so. */
function hostsOf({ reader, error }: Link): readonly (Link | undefined)[] {
  const errors = reader.read(error, "innerErrors");
  if (!isObject(errors)) return [];
  return Object.keys(errors)
    .slice(0, MOST_HOSTS)
    .map((host) => reader.read(errors, host))
    .map((inner) => (isObject(inner) ? new Link(inner, reader) : undefined));
}

export const cassandra: Library = {
  name: "cassandra",
  looks: { fields: ["info", "innerErrors"] },
  meaning: { rule: cassandraRule },
};
