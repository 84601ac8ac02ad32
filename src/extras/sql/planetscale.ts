/*
 * Vitess behind PlanetScale: @planetscale/database gives every error of the database the status 400. Where the message has MySQL's number, mysql.ts
 * knows it; otherwise the code of Vitess in `body.code` decides, which are gRPC's names and three of its own.
 *   DatabaseError { status: 400, body: { code: "UNAVAILABLE", message: "target: ... vttablet: rpc error: code = Unavailable ..." } }
 */
import { kindOfRpcCode, RPC_NAMES } from "../rpc/status-codes.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Where Vitess means something else than gRPC. Source: Vitess proto/vtrpc.proto (Code), go/vt/vttablet and go/vt/vtgate. */
export const VITESS_CODES: Codes = {
  TRANSIENT: [
    "FAILED_PRECONDITION", // the tablet does not serve, or is of another type: a failover
    "CLUSTER_EVENT", // a reparent or a resharding is under way
  ],
  SERVER_ERROR: [
    "RESOURCE_EXHAUSTED", // all connections of a pool of the tablet are in use
  ],
  UNKNOWN: [
    "READ_ONLY", // a failover, or a bug
    "UNKNOWN", // without a number of MySQL's
  ],
};

/* What is exhausted once and for all: the size of a result or of a message. */
const TOO_LARGE = /row count exceeded|larger than max|too large/i;

const MYSQL_NUMBER = /\(errno \d+\)/;

function planetscaleRule(link: Link): Verdict {
  const code = link.read("body", "code");
  if (link.name !== "DatabaseError" || link.read("status") !== 400 || typeof code !== "string") return undefined;
  if (MYSQL_NUMBER.test(link.message)) return undefined;
  if (TOO_LARGE.test(link.message)) return "PERMANENT";
  return kindOfCode(VITESS_CODES, code) ?? kindOfRpcCode(RPC_NAMES.indexOf(code), link.message);
}

export const planetscale: Library = {
  name: "planetscale",
  looks: { names: ["DatabaseError"] },
  meaning: { rule: planetscaleRule },
};
