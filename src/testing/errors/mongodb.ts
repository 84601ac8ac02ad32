/* Errors of the driver of MongoDB. Source: mongodb src/mongo/base/error_codes.yml; node-mongodb-native src/error.ts. */
import { arrayOf, text } from "../../core/option-rules.ts";
import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** The number of each name, and the labels that come with it. */
const SERVER = {
  InternalError: [1],
  BadValue: [2],
  HostUnreachable: [6],
  HostNotFound: [7],
  Unauthorized: [13],
  AuthenticationFailed: [18],
  NamespaceNotFound: [26],
  IndexNotFound: [27],
  CursorNotFound: [43],
  LockTimeout: [24],
  MaxTimeMSExpired: [50],
  WriteConcernFailed: [64],
  NetworkTimeout: [89],
  ShutdownInProgress: [91, "RetryableWriteError"],
  WriteConflict: [112, "TransientTransactionError"],
  DocumentValidationFailure: [121],
  PrimarySteppedDown: [189, "RetryableWriteError"],
  NoSuchTransaction: [251, "TransientTransactionError"],
  ExceededTimeLimit: [262],
  SnapshotUnavailable: [246, "TransientTransactionError"],
  IngressRequestRateLimitExceeded: [462, "SystemOverloadedError", "RetryableError"],
  NotWritablePrimary: [10107, "RetryableWriteError"],
  InterruptedAtShutdown: [11600, "RetryableWriteError"],
  InterruptedDueToReplStateChange: [11602, "RetryableWriteError"],
  NotPrimaryNoSecondaryOk: [13435, "RetryableWriteError"],
  NotPrimaryOrSecondary: [13436, "RetryableWriteError"],
} as const;

type ServerName = keyof typeof SERVER;

export type MongodbCode =
  | number
  | ServerName
  | "DuplicateKey"
  | NetworkCode
  | "MongoNetworkTimeoutError"
  | "MongoWriteConcernError";

export interface MongodbDetails extends ErrorDetails {
  /** The labels of the error, in place of those that the server mostly gives it. */
  readonly labels?: readonly string[] | undefined;
}

const base = (
  kind: string,
  classes: readonly string[],
  message: string,
  labels: readonly string[],
  own: object,
  cause?: Error,
): Shape => ({
  classes: [kind, ...classes, "MongoError"],
  name: kind,
  message,
  own: { errorLabelSet: new Set(labels), ...own },
  hidden: { errorLabels: [...labels], hasErrorLabel: (label: string) => labels.includes(label), errmsg: message },
  ...(cause !== undefined && { cause }),
});

function serverShape(code: number, codeName: string | undefined, labels: readonly string[], message: string): Shape {
  const errorLabels = labels.length > 0 ? { errorLabels: [...labels] } : {};
  const answer = { ok: 0, errmsg: message, code, ...(codeName !== undefined && { codeName }), ...errorLabels };
  const { errmsg, errorLabels: _labels, ...own } = { errorLabels: undefined, ...answer };
  return base("MongoServerError", [], errmsg, labels, { errorResponse: answer, ...own });
}

/** E11000 has its number and no name. */
function duplicateKey(labels: readonly string[], message: string): Shape {
  const own = { index: 0, code: 11_000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } };
  return base("MongoServerError", [], message, labels, { errorResponse: { ...own, errmsg: message }, ...own });
}

function writeConcern(labels: readonly string[], message: string): Shape {
  const concern = { code: 64, codeName: "WriteConcernFailed", errmsg: message, errInfo: { wtimeout: true } };
  const { errmsg: _errmsg, ...failed } = concern;
  const result = { ok: 1, n: 1, writeConcernError: concern };
  return base("MongoWriteConcernError", ["MongoServerError"], message, labels, {
    errorResponse: { ...concern, ...result },
    ...failed,
    ...result,
    result,
  });
}

/** A connection that is refused, or a name that is not found, is told by the selection of a server, once its time is over. */
const WHILE_SELECTING = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];

function networkErrorShape(code: string, labels: readonly string[] | undefined): Shape | undefined {
  const network = networkShape(code);
  if (network === undefined) return undefined;
  const isSelecting = WHILE_SELECTING.includes(code);
  const own = { beforeHandshake: false };
  const ofConnection = isSelecting ? ["SystemOverloadedError", "RetryableError", "ResetPool"] : (labels ?? ["ResetPool"]);
  const shape = base("MongoNetworkError", [], network.message, ofConnection, own, makeError(network, networkErrorShape));
  if (!isSelecting) return shape;
  const reason = {
    type: "Unknown",
    servers: new Map(),
    stale: false,
    compatible: true,
    heartbeatFrequencyMS: 10_000,
    localThresholdMS: 15,
  };
  return base(
    "MongoServerSelectionError",
    ["MongoSystemError"],
    network.message,
    labels ?? [],
    { reason },
    makeError(shape, networkErrorShape),
  );
}

function mongodbShape(code: string, { labels, message }: MongodbDetails): Shape | undefined {
  if (code === "DuplicateKey" || code === "11000")
    return duplicateKey(labels ?? [], message ?? "E11000 duplicate key error collection: db.c index: _id_ dup key: { _id: 1 }");
  if (code === "MongoWriteConcernError") return writeConcern(labels ?? [], message ?? "waiting for replication timed out");
  if (code === "MongoNetworkTimeoutError")
    return base(code, ["MongoNetworkError"], "connection 1 to 127.0.0.1:27017 timed out", labels ?? [], {
      beforeHandshake: false,
    });
  const network = networkErrorShape(code, labels);
  if (network !== undefined) return network;
  const name = /^\d+$/.test(code) ? Object.keys(SERVER).find((each) => SERVER[each as ServerName][0] === Number(code)) : code;
  const known = name === undefined ? undefined : entryOf<readonly [number, ...string[]]>(SERVER, name);
  if (known !== undefined)
    return serverShape(known[0], name, labels ?? known.slice(1).map(String), message ?? `failed with ${name}`);
  return /^\d+$/.test(code) ? serverShape(Number(code), undefined, labels ?? [], message ?? `failed with ${code}`) : undefined;
}

/**
 * @param code a name of the server (`WriteConflict`, `DuplicateKey`) or a number, of which every one is taken; a code of the network, which the driver wraps in the error that
 * it has for it; `MongoNetworkTimeoutError`, or `MongoWriteConcernError`
 */
export const mongodb: (code: MongodbCode, details?: MongodbDetails) => Error = builder<MongodbCode, MongodbDetails>({
  name: "mongodb",
  code: "a name or number of MongoDB, such as WriteConflict or 11000, a code of the network, MongoNetworkTimeoutError or MongoWriteConcernError",
  words: [...Object.keys(SERVER), "DuplicateKey", "MongoNetworkTimeoutError", "MongoWriteConcernError", ...NETWORK_CODES],
  rules: { labels: arrayOf("an array of labels", text) },
  shape: mongodbShape,
});
