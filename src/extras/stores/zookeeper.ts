/*
 * ZooKeeper: node-zookeeper-client gives the name of the code as the name of the error, and the number as its code.
 * Source: node-zookeeper-client lib/Exception.js; ZooKeeper KeeperException.Code.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

export const ZOOKEEPER_CODES: Codes = {
  TRANSIENT: ["CONNECTION_LOSS"],
  TIMEOUT: ["OPERATION_TIMEOUT"],
  SERVER_ERROR: ["SYSTEM_ERROR", "RUNTIME_INCONSISTENCY", "DATA_INCONSISTENCY"],
  CONCURRENCY: ["BAD_VERSION"],
  PERMISSION: ["NO_AUTH"],
  AUTH: ["AUTH_FAILED"],
  PERMANENT: [
    "NO_NODE",
    "NODE_EXISTS",
    "NOT_EMPTY",
    "NO_CHILDREN_FOR_EPHEMERALS",
    "BAD_ARGUMENTS",
    "INVALID_ACL",
    "INVALID_CALLBACK",
    "MARSHALLING_ERROR",
    "UNIMPLEMENTED",
    // The client is closed with its session, and makes no new one.
    "SESSION_EXPIRED",
  ],
  UNKNOWN: ["API_ERROR"],
};

/** The names are everybody's words; the numbers below zero and the message are ZooKeeper's. */
function zookeeperRule(link: Link): Verdict {
  const code = link.read("code");
  return typeof code === "number" && code < 0 && link.message.startsWith(`Exception: ${link.name}[`)
    ? kindOfCode(ZOOKEEPER_CODES, link.name)
    : undefined;
}

export const zookeeper: Library = {
  name: "zookeeper",
  looks: { names: [ZOOKEEPER_CODES] },
  meaning: { rule: zookeeperRule },
};
