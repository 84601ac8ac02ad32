/*
 * etcd3: what the server says stands behind its gRPC status in the message, since the client keeps neither code nor name. The words say more
 * than the status: FAILED_PRECONDITION is a leader that has changed, RESOURCE_EXHAUSTED a disk that is full.
 */
import { passingIn } from "../common/index.ts";
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Where the status says something else. Source: etcd api/v3rpc/rpctypes/error.go. */
export const ETCD_WORDS: Beginnings = {
  TIMEOUT: ["request timed out"],
  TRANSIENT: [
    "not leader",
    "no leader",
    "leader changed",
    "server stopped",
    "unhealthy cluster",
    "too many learner members in cluster",
    "can only promote a learner member which is in sync with leader",
    "re-configuration failed due to not enough started members",
  ],
  RATE_LIMIT: ["too many requests"],
  AUTH: ["authentication failed, invalid user ID or password", "invalid auth token", "revision of auth store is old"],
  PERMISSION: ["permission denied"],
  PERMANENT: ["mvcc: database space exceeded", "requested lease not found", "corrupt cluster", "cluster ID mismatch"],
};

const WITH_STATUS = /^(?:\w+ )?\d* ?[A-Z_]+: etcdserver: /;

/* Errors of the client itself, by the beginnings of their messages, for all are named Error. Source: etcd3 src/errors.ts. */
export const ETCD_CLIENT_WORDS: Beginnings = {
  CONCURRENCY: ["Failed to acquire a lock on ", "A conflict occurred executing the software transaction"],
  TRANSIENT: ["The etcd watch stream was unexpectedly ended"],
};

/* "Lease 5 is expired or revoked", with the server's words in the place of the number if it was the server that said so. */
const LEASE = "Lease ";
const LEASE_IS_OVER = /^Lease .* is expired or revoked$/;
const CLOSED = /^Tried to call a \w+ method on etcd3, but the client was already closed$/;

function etcdRule({ message }: Link): Verdict {
  if (LEASE_IS_OVER.test(message) || CLOSED.test(message)) return "PERMANENT";
  const status = WITH_STATUS.exec(message)?.[0];
  if (status === undefined) return kindOfBeginning(ETCD_CLIENT_WORDS, message);
  return kindOfBeginning(ETCD_WORDS, message.slice(status.length)) ?? passingIn(message);
}

export const etcd: Library = {
  name: "etcd",
  looks: { beginnings: [WITH_STATUS, LEASE, "Tried to call a ", ETCD_CLIENT_WORDS] },
  meaning: { rule: etcdRule },
};
