/* Which builder makes which recorded error. A recording of a library that is named here must be made, or be left out with a reason. */
import { errors } from "redress/testing";

/** What a builder is told of the error that it is to make: what the recording's server made up. */
export interface Recorded {
  /** Its message, word by word. */
  readonly said: { readonly message: string };
  /** The headers of its answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, unknown>>;
}

export interface Claim {
  readonly made: Readonly<Record<string, (recorded: Recorded) => Error>>;
  readonly leftOut: Readonly<Record<string, string>>;
  /** Properties that are the client's business, or that say where in a server or a query it happened. */
  readonly incidental?: readonly string[];
}

const NOT_THE_LIBRARY = "an error of Node or of the language, see errors.node and errors.fetch";
const OF_THE_CALLER = "what the caller has aborted with, or passed in, itself";
const AGGREGATE = "an AggregateError of several attempts to connect: new AggregateError([errors.node(...), errors.node(...)])";
const PROGRAMMING = "a mistake of a program, which no test of a failure needs";

/** By status: `HTTP.503`, made by one builder. */
const byStatus = (statuses: readonly number[], make: (status: number, recorded: Recorded) => Error): Claim["made"] =>
  Object.fromEntries(statuses.map((status) => [`HTTP.${status}`, (recorded) => make(status, recorded)]));

const nodeCore: Claim = {
  made: {
    "net.ECONNREFUSED": () => errors.node("ECONNREFUSED"),
    "net.AggregateError.localhost": () => errors.node("ECONNREFUSED"),
    "dns.ENOTFOUND": () => errors.node("ENOTFOUND"),
    "net.ENOTFOUND": () => errors.node("ENOTFOUND"),
    "dns.resolve": () =>
      errors.node("ECONNREFUSED", {
        syscall: "queryA",
        message: "queryA ECONNREFUSED example.test",
        fields: { errno: undefined, hostname: "example.test" },
      }),
    "dns.resolve.ESERVFAIL": () => errors.node("ESERVFAIL"),
    "dns.resolve.ENOTFOUND": () => errors.node("ENOTFOUND", { syscall: "queryA" }),
    "dns.resolve.ETIMEOUT": () => errors.node("ETIMEOUT"),
    "net.ECONNRESET": () => errors.node("ECONNRESET"),
    "http.ECONNRESET.rst": () => errors.node("ECONNRESET"),
    "http.socket-hang-up": () => errors.node("socket hang up"),
    "http.body.aborted": () => errors.node("ECONNRESET"),
    "net.EPIPE": () => errors.node("EPIPE"),
    "stream.write-after-end": () => errors.node("ERR_STREAM_WRITE_AFTER_END", { message: "write after end" }),
    "http.timeout-event": () => errors.node("socket hang up"),
    "abort.signal.reason.default": () => errors.abort(),
    "abort.signal.reason.timeout": () => errors.timeout(),
    "abort.throwIfAborted": () => errors.timeout(),
    "abort.any": () => errors.timeout(),
    "fs.ENOENT": ({ said }) => errors.node("ENOENT", { ...said, fields: { path: "/nope" } }),
    "fs.EACCES-like EISDIR": () => errors.node("EISDIR", { syscall: "read" }),
    "tls.self-signed": () => errors.node("DEPTH_ZERO_SELF_SIGNED_CERT"),
    "tls.altname": ({ said, own }) =>
      errors.node("ERR_TLS_CERT_ALTNAME_INVALID", { ...said, fields: { reason: own["reason"], host: own["host"] } }),
    "tls.wrong-version": ({ said }) => errors.node("EPROTO", said),
    "http.HPE_INVALID": ({ said, own }) =>
      errors.node("HPE_INVALID_CONSTANT", { ...said, fields: { bytesParsed: 0, reason: own["reason"] } }),
    "fetch.ECONNREFUSED": () => errors.fetch("ECONNREFUSED"),
    "fetch.ECONNREFUSED.localhost": () => errors.fetch("ECONNREFUSED"),
    "fetch.ENOTFOUND": () => errors.fetch("ENOTFOUND"),
    "fetch.ECONNRESET": () => errors.fetch("ECONNRESET"),
    "fetch.UND_ERR_SOCKET": () => errors.fetch("UND_ERR_SOCKET"),
    "fetch.abort": () => errors.abort(),
    "fetch.bad-scheme": () => errors.fetch("unknown scheme"),
    "fetch.bad-port": () => errors.fetch("bad port"),
    "fetch.body.terminated": () => errors.fetch("terminated"),
    "fetch.body.terminated.rst": () => errors.fetch("terminated", { cause: errors.node("ECONNRESET") }),
    "fetch.body.timeout": () => errors.timeout(),
    "fetch.body.used": () => errors.fetch("body used"),
    "fetch.redirect.count": () => errors.fetch("redirect count exceeded"),
    "fetch.redirect.error": () => errors.fetch("unexpected redirect"),
    "fetch.HPE_INVALID": ({ said }) =>
      errors.fetch("HPE_INVALID_CONSTANT", {
        ...said,
        cause: Object.assign(errors.fetch("HPE_INVALID_CONSTANT").cause as Error, {
          message: "Response does not match the HTTP/1.1 protocol (Expected HTTP/)",
        }),
      }),
  },
  leftOut: {
    "net.happy-eyeballs.custom-lookup": AGGREGATE,
    "net.ETIMEDOUT.happy-eyeballs": AGGREGATE,
    "abort.AbortController": "Node's own AbortError around the reason of a signal: errors.abort() is what fetch and signals give",
    "abort.signal.timeout.delay":
      "Node's own AbortError around the reason of a signal: errors.timeout() is what fetch and signals give",
    "abort.signal.reason.custom": OF_THE_CALLER,
    "abort.fs": OF_THE_CALLER,
    "abort.events.once": OF_THE_CALLER,
    "http.request.abort": "Node's own AbortError around the reason of a signal",
    "http.request.abort.timeout": "Node's own AbortError around the reason of a signal",
    "child.timeout": "the end of a child process",
    "child.exit": "the end of a child process",
    "fetch.abort.custom": OF_THE_CALLER,
    "fetch.json.syntax": NOT_THE_LIBRARY,
    "fetch.request.reuse": PROGRAMMING,
  },
  // What was on the wire, and the certificate.
  incidental: ["address", "socket", "rawPacket", "cert", "data"],
};

/** The part of a claim that a recording has: the two majors of Node were not asked the same. */
const partOf = ({ made, leftOut, ...rest }: Claim, without: readonly string[]): Claim => {
  const keep = <Entry>(entries: Readonly<Record<string, Entry>>): Readonly<Record<string, Entry>> =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => !without.includes(id)));
  return { ...rest, made: keep(made), leftOut: keep(leftOut) };
};

const openaiBody = ({ said: { message }, own, headers }: Recorded) => ({
  error: message.replace(/^\d+ /, ""),
  headers,
  fields: { requestID: own["requestID"] },
});

const anthropicBody = ({ said, headers }: Recorded, status: number) => ({ ...said, error: `err ${status}`, headers });

const modelled = (name: string): [string, (recorded: Recorded) => Error] => [
  name,
  ({ said }) => errors.aws(name, { ...said, service: "DynamoDB" }),
];

/** Names that the client has no class for. */
const unmodelled = (name: string): [string, (recorded: Recorded) => Error] => [
  name,
  ({ said }) => errors.aws(name, { ...said, service: "DynamoDB", modeled: false }),
];

const kafkaProtocol = (...words: readonly string[]): Claim["made"] =>
  Object.fromEntries(words.map((id) => [id, () => errors.kafkajs(Number(id.split(".")[1]))]));

export const CLAIMS: Readonly<Record<string, Claim>> = {
  "node-core": partOf(nodeCore, [
    "dns.ENOTFOUND",
    "dns.resolve",
    "dns.resolve.ESERVFAIL",
    "dns.resolve.ENOTFOUND",
    "abort.signal.reason.timeout",
    "http.request.abort.timeout",
    "fs.ENOENT",
    "fetch.ECONNRESET",
    "fetch.json.syntax",
    "fetch.body.used",
    "fetch.redirect.count",
  ]),
  "node-core-22": partOf(nodeCore, [
    "abort.signal.timeout.delay",
    "abort.signal.reason.custom",
    "abort.any",
    "tls.altname",
    "tls.wrong-version",
    "fetch.ECONNREFUSED.localhost",
    "fetch.abort.custom",
  ]),
  "node-core-netns": {
    made: {
      "net.ENETUNREACH": ({ said }) => errors.node("ENETUNREACH", said),
      "net.EHOSTUNREACH": ({ said }) => errors.node("EHOSTUNREACH", said),
      "net.EADDRNOTAVAIL": ({ said }) => errors.node("EADDRNOTAVAIL", said),
      "net.ETIMEDOUT.established": () => errors.node("ETIMEDOUT", { syscall: "read" }),
      "fetch.EAI_AGAIN": () => errors.fetch("EAI_AGAIN"),
      "fetch.ETIMEDOUT": () => errors.fetch("ETIMEDOUT"),
    },
    leftOut: {},
    incidental: ["address"],
  },
  undici7: {
    made: {
      UND_ERR_CONNECT_TIMEOUT: ({ said }) => errors.undici("UND_ERR_CONNECT_TIMEOUT", said),
      "fetch.UND_ERR_CONNECT_TIMEOUT": () =>
        errors.fetch("UND_ERR_CONNECT_TIMEOUT", {
          cause: errors.undici("UND_ERR_CONNECT_TIMEOUT", {
            message: "Connect Timeout Error (attempted address: 127.0.0.1:42105, timeout: 200ms)",
          }),
        }),
      "fetch.UND_ERR_HEADERS_TIMEOUT": () => errors.fetch("UND_ERR_HEADERS_TIMEOUT"),
      UND_ERR_HEADERS_OVERFLOW: () => errors.undici("UND_ERR_HEADERS_OVERFLOW"),
      UND_ERR_ABORTED: () => errors.abort(),
      "request.timeout-signal": () => errors.timeout(),
      UND_ERR_DESTROYED: () => errors.undici("UND_ERR_DESTROYED"),
      UND_ERR_CLOSED: () => errors.undici("UND_ERR_DESTROYED"),
      UND_ERR_RESPONSE: () => errors.undici("UND_ERR_RESPONSE", { retryAfter: 7 }),
      "fetch.UND_ERR_RESPONSE": () =>
        errors.fetch("UND_ERR_RESPONSE", { cause: errors.undici("UND_ERR_RESPONSE", { status: 503, retryAfter: 7 }) }),
      UND_ERR_REQ_RETRY: () => errors.undici("UND_ERR_REQ_RETRY", { retryAfter: 7 }),
      "retry.then-network": () => errors.node("ECONNREFUSED"),
    },
    leftOut: {},
    incidental: ["data", "body", "address"],
  },
  "field/undici": {
    made: {
      "headers-timeout": () => errors.undici("UND_ERR_HEADERS_TIMEOUT"),
      "body-timeout": () => errors.undici("UND_ERR_BODY_TIMEOUT"),
      socket: () => errors.undici("UND_ERR_SOCKET"),
      "fetch.refused": () => errors.fetch("ECONNREFUSED"),
      "retry-agent.429": () => errors.undici("UND_ERR_REQ_RETRY", { status: 429, retryAfter: 3 }),
      closed: () => errors.undici("UND_ERR_DESTROYED"),
      "content-length": () => errors.undici("UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"),
      certificate: () => errors.node("DEPTH_ZERO_SELF_SIGNED_CERT"),
    },
    leftOut: { "invalid-url": PROGRAMMING },
    incidental: ["data", "body", "address", "socket"],
  },
  axios: {
    made: {
      ...byStatus([400, 401, 403, 404, 409, 422, 429, 500, 503], (status, { headers }) => errors.axios(status, { headers })),
      "fetch-adapter.503": ({ headers }) => errors.axios(503, { headers }),
      ECONNREFUSED: () => errors.axios("ECONNREFUSED"),
      ENOTFOUND: () => errors.axios("ENOTFOUND"),
      hangup: () => errors.axios("socket hang up"),
      "timeout.connect": ({ said }) => errors.axios("ECONNABORTED", said),
      abort: () => errors.axios("ERR_CANCELED"),
      "abort.custom-reason": () => errors.axios("ERR_CANCELED"),
      "fetch-adapter.abort": ({ said }) => errors.axios("ERR_CANCELED", said),
      "fetch-adapter.refused": () => errors.axios("ERR_NETWORK", { cause: errors.node("ECONNREFUSED") }),
      "short-body": () =>
        errors.axios("ERR_BAD_RESPONSE", { fields: { status: 200, response: { status: 200, statusText: "OK", headers: {} } } }),
      maxContentLength: ({ said }) => errors.axios("ERR_BAD_RESPONSE", said),
    },
    leftOut: {
      "bad-json": "the SyntaxError of a body that is no JSON, renamed by axios",
      "redirect-loop": "an error of follow-redirects, renamed by axios",
      "timeout.clarify":
        "a timeout with the code of the system's, where axios is told to: errors.axios('ECONNABORTED', { fields: { code: 'ETIMEDOUT' } })",
      "fetch-adapter.timeout": "a timeout with the code of the system's, as above",
    },
    incidental: ["config", "request", "data", "address"],
  },
  pg: {
    made: {
      "23505.unique": ({ said }) => errors.pg("23505", said),
      "23502.not-null": ({ said }) => errors.pg("23502", said),
      "23514.check": ({ said }) => errors.pg("23514", said),
      "42601.syntax": () => errors.pg("42601"),
      "42703.undefined-column": ({ said }) => errors.pg("42703", said),
      "22P02.invalid-text": () => errors.pg("22P02"),
      "22012.div-zero": () => errors.pg("22012"),
      "40001.serialization": () => errors.pg("40001"),
      "40001.ssi": ({ said }) => errors.pg("40001", said),
      "40P01.deadlock": () => errors.pg("40P01"),
      "55P03.lock-timeout": ({ said }) => errors.pg("55P03", said),
      "55P03.nowait": () => errors.pg("55P03"),
      "57014.statement-timeout": () => errors.pg("57014"),
      "57014.cancel": ({ said }) => errors.pg("57014", said),
      "25P02.in-failed-tx": () => errors.pg("25P02"),
      "25P03.idle-in-tx-timeout": () => errors.pg("Client has encountered a connection error and is not queryable"),
      "57P01.terminated-busy": () => errors.pg("57P01"),
      "57P01.idle-error-event": () => errors.pg("Connection terminated unexpectedly"),
      "57P01.terminated-idle": () => errors.pg("Client has encountered a connection error and is not queryable"),
      "cut.rst-busy": () => errors.pg("ECONNRESET"),
      "cut.fin-busy": () => errors.pg("Connection terminated unexpectedly"),
      "28P01.auth": ({ said }) => errors.pg("28P01", said),
      "28000-or-28P01.no-role": ({ said }) => errors.pg("28P01", said),
      "3D000.no-db": ({ said }) => errors.pg("3D000", said),
      ENOTFOUND: () => errors.pg("ENOTFOUND"),
      "connect-timeout": () => errors.pg("timeout expired"),
      "42501.permission": () => errors.pg("42501"),
      "53300.too-many-connections": ({ said }) => errors.pg("53300", said),
      query_timeout: () => errors.pg("Query read timeout"),
      "pool.timeout": () => errors.pg("timeout exceeded when trying to connect"),
      "pool.ended": () => errors.pg("Cannot use a pool after calling end on the pool"),
      "client.reuse": () => errors.pg("Client was closed and is not queryable"),
    },
    leftOut: {},
    incidental: [
      "length",
      "detail",
      "hint",
      "position",
      "where",
      "schema",
      "table",
      "column",
      "constraint",
      "file",
      "line",
      "routine",
    ],
  },
  mysql2: {
    made: {
      "1064.syntax": ({ said }) => errors.mysql2("ER_PARSE_ERROR", said),
      "1146.no-table": ({ said }) => errors.mysql2("ER_NO_SUCH_TABLE", said),
      "1054.no-column": ({ said }) => errors.mysql2("ER_BAD_FIELD_ERROR", said),
      "1205.lock-wait-timeout": () => errors.mysql2("ER_LOCK_WAIT_TIMEOUT"),
      "lock.nowait": () => errors.mysql2("ER_LOCK_WAIT_TIMEOUT"),
      "1317.kill-query": () => errors.mysql2("ER_QUERY_INTERRUPTED"),
      "killed-connection-busy": () => errors.mysql2("PROTOCOL_CONNECTION_LOST"),
      "killed-connection-idle.event": () => errors.mysql2("PROTOCOL_CONNECTION_LOST"),
      "killed-connection-idle": () => errors.mysql2("Can't add new command when connection is in closed state"),
      "cut.rst": () => errors.mysql2("ECONNRESET"),
      "cut.fin": () => errors.mysql2("PROTOCOL_CONNECTION_LOST"),
      "1045.auth": ({ said }) => errors.mysql2("ER_ACCESS_DENIED_ERROR", said),
      "1049.no-db": ({ said }) => errors.mysql2("ER_BAD_DB_ERROR", said),
      "1142-or-1044.permission": ({ said }) => errors.mysql2("ER_TABLEACCESS_DENIED_ERROR", said),
      ECONNREFUSED: () => errors.mysql2("ECONNREFUSED"),
      "1792.read-only": () => errors.mysql2("ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION"),
      "query.timeout": () => errors.mysql2("PROTOCOL_SEQUENCE_TIMEOUT"),
      "pool.closed": () => errors.mysql2("Pool is closed."),
      "ER_SIGNAL.45000": ({ said }) => errors.mysql2("ER_SIGNAL_EXCEPTION", said),
      "ER_SIGNAL.40001": ({ said }) => errors.mysql2("ER_SIGNAL_EXCEPTION", { ...said, fields: { sqlState: "40001" } }),
    },
    leftOut: {},
    incidental: ["sql"],
  },
  "better-sqlite3": {
    made: {
      ...Object.fromEntries(
        [
          "SQLITE_BUSY",
          "SQLITE_BUSY_SNAPSHOT",
          "SQLITE_CONSTRAINT_UNIQUE",
          "SQLITE_CONSTRAINT_NOTNULL",
          "SQLITE_READONLY",
          "SQLITE_NOTADB",
        ].map((code) => [code, () => errors.betterSqlite3(code)]),
      ),
    },
    leftOut: { SQLITE_CANTOPEN: "a TypeError of the wrapper about its argument, which has no code" },
  },
  "node-sqlite": {
    made: {
      SQLITE_CONSTRAINT: () => errors.nodeSqlite("SQLITE_CONSTRAINT_PRIMARYKEY"),
      SQLITE_ERROR: ({ said }) => errors.nodeSqlite("SQLITE_ERROR", said),
    },
    leftOut: {},
  },
  sqlite3: { made: { SQLITE_ERROR: ({ said }) => errors.sqlite3("SQLITE_ERROR", said) }, leftOut: {} },
  mssql: {
    made: {
      "request.1222": () => errors.mssql(1222),
      "request.3960": () => errors.mssql(3960),
      "request.102": () => errors.mssql(102),
      "request.40613": ({ said }) => errors.mssql(40_613, said),
      "request.10928": () => errors.mssql(10_928),
      "request.49918": () => errors.mssql(49_918),
      "login.18456": () => errors.mssql("ELOGIN"),
      "login.40613": ({ said }) => errors.mssql("ELOGIN", said),
      "cut.rst": () => errors.mssql("ECONNRESET"),
      "cut.fin": () => errors.mssql("socket hang up"),
      ECONNREFUSED: () => errors.mssql("ECONNREFUSED"),
      connectionTimeout: ({ said }) => errors.mssql("ETIMEOUT", said),
      ENOTFOUND: () => errors.mssql("ENOTFOUND"),
      "not-connected": () => errors.mssql("ECONNCLOSED"),
    },
    leftOut: {},
    // What tedious knows besides, and where the servers of the recording are.
    incidental: ["info", "state", "serverName", "address"],
  },
  ioredis: {
    made: {
      ...Object.fromEntries(
        ["WRONGTYPE", "NOSCRIPT", "OOM", "BUSY", "READONLY", "NOAUTH", "NOPERM", "CLUSTERDOWN", "NOREPLICAS"].map((code) => [
          code,
          () => errors.ioredis(code),
        ]),
      ),
      ...Object.fromEntries(
        ["LOADING", "MOVED", "ASK", "TRYAGAIN", "MASTERDOWN", "MISCONF", "UNBLOCKED"].map((code) => [
          `reply.${code}`,
          () => errors.ioredis(code),
        ]),
      ),
      "ERR.syntax": ({ said }) => errors.ioredis("ERR", said),
      "ERR.lua": ({ said }) => errors.ioredis("WRONGTYPE", said),
      "ERR.script-killed": ({ said }) => errors.ioredis("ERR", said),
      ECONNREFUSED: ({ said }) => errors.ioredis("MaxRetriesPerRequestError", said),
      ENOTFOUND: ({ said }) => errors.ioredis("MaxRetriesPerRequestError", said),
      maxRetriesPerRequest: ({ said }) => errors.ioredis("MaxRetriesPerRequestError", said),
      "cut.rst": () => errors.ioredis("Connection is closed."),
      "cut.fin": () => errors.ioredis("Connection is closed."),
      "client-kill": () => errors.ioredis("Connection is closed."),
      quit: () => errors.ioredis("Connection is closed."),
      commandTimeout: () => errors.ioredis("Command timed out"),
      "offlineQueue-disabled": () => errors.ioredis("Stream isn't writeable and enableOfflineQueue options is false"),
      "multi-exec": ({ own }) => errors.ioredis("EXECABORT", { fields: { previousErrors: own["previousErrors"] } }),
      cluster: () => errors.ioredis("None of startup nodes is available"),
    },
    leftOut: {},
    incidental: ["command"],
  },
  "node-redis": {
    made: {
      ...Object.fromEntries(
        ["WRONGTYPE", "OOM", "NOPERM", "CLUSTERDOWN", "NOREPLICAS"].map((code) => [code, () => errors.redis(code)]),
      ),
      ...Object.fromEntries(
        ["LOADING", "MOVED", "ASK", "MASTERDOWN", "MISCONF", "UNBLOCKED"].map((code) => [
          `reply.${code}`,
          () => errors.redis(code),
        ]),
      ),
      "ERR.unknown": () => errors.redis("ERR"),
      "ERR.lua": ({ said }) => errors.redis("WRONGTYPE", said),
      "ERR.lua-custom": ({ said }) => errors.redis("BREAKER_OPEN", said),
      "ERR.script-killed": ({ said }) => errors.redis("ERR", said),
      "reply.ERR-max": ({ said }) => errors.redis("ERR", said),
      NOAUTH: ({ said }) => errors.redis("NOAUTH", said),
      ECONNREFUSED: () => errors.redis("ECONNREFUSED"),
      ENOTFOUND: () => errors.redis("ENOTFOUND"),
      "client-kill": () => errors.redis("SocketClosedUnexpectedlyError"),
      closed: () => errors.redis("ClientClosedError"),
      "not-connected": () => errors.redis("ClientClosedError"),
      "multi-err": () => errors.redis("MultiErrorReply"),
    },
    leftOut: {},
    incidental: ["address"],
  },
  mongodb: {
    made: {
      ...Object.fromEntries(
        (
          [
            "NoSuchTransaction",
            "Unauthorized",
            "AuthenticationFailed",
            "NotWritablePrimary",
            "HostUnreachable",
            "BadValue",
            "IngressRequestRateLimitExceeded",
          ] as const
        ).map((name) => [`find.${name}`, ({ said }: Recorded) => errors.mongodb(name, said)]),
      ),
      // The driver adds a label of its own to the server's.
      "find.ShutdownInProgress": ({ said, own }) =>
        errors.mongodb("ShutdownInProgress", { ...said, fields: { errorLabelSet: own["errorLabelSet"] } }),
      "insert.11000": ({ said }) => errors.mongodb(11_000, said),
      "insert.writeConcern": () => errors.mongodb("MongoWriteConcernError"),
      "network.rst": () => errors.mongodb("ECONNRESET"),
      "network.rst.retryWrites": () => errors.mongodb("ECONNRESET", { labels: ["RetryableWriteError", "ResetPool"] }),
      socketTimeoutMS: () => errors.mongodb("MongoNetworkTimeoutError"),
      abort: () => errors.abort(),
      ECONNREFUSED: () => errors.mongodb("ECONNREFUSED"),
      ENOTFOUND: () => errors.mongodb("ENOTFOUND"),
    },
    leftOut: {},
    incidental: ["reason", "address"],
  },
  "grpc-js": {
    made: {
      ...Object.fromEntries(
        (
          [
            [1, "CANCELLED"],
            [4, "DEADLINE_EXCEEDED"],
            [6, "ALREADY_EXISTS"],
            [7, "PERMISSION_DENIED"],
            [8, "RESOURCE_EXHAUSTED"],
            [9, "FAILED_PRECONDITION"],
            [10, "ABORTED"],
            [11, "OUT_OF_RANGE"],
            [13, "INTERNAL"],
            [14, "UNAVAILABLE"],
          ] as const
        ).map(([code, name]) => [
          `code.${code}.${name}`,
          ({ headers }: Recorded) => errors.grpc(name, { details: `details ${code}`, metadata: headers }),
        ]),
      ),
      "UNAVAILABLE.refused": ({ own }) => errors.grpc(14, { details: String(own["details"]) }),
      "DEADLINE_EXCEEDED.client": ({ own }) => errors.grpc("DEADLINE_EXCEEDED", { details: String(own["details"]) }),
      "CANCELLED.client": () => errors.grpc("CANCELLED", { details: "Cancelled on client" }),
      "UNKNOWN.throw": () => errors.grpc("UNKNOWN", { details: "Unknown error" }),
      UNIMPLEMENTED: ({ own }) => errors.grpc("UNIMPLEMENTED", { details: String(own["details"]) }),
      "RESOURCE_EXHAUSTED.size": ({ own }) => errors.grpc(8, { details: String(own["details"]) }),
      "waitForReady.timeout": () => errors.grpc("Failed to connect before the deadline"),
      "stream.err": () => errors.grpc("UNAVAILABLE", { details: "mid" }),
      "http.503": () => errors.grpc("UNAVAILABLE", { details: "Received HTTP status code 503" }),
      rst: ({ own }) => errors.grpc("UNAVAILABLE", { details: String(own["details"]) }),
    },
    leftOut: {},
    // What the recorder had read of the stream.
    incidental: ["__got"],
  },
  connectrpc: {
    made: {
      ...Object.fromEntries(
        (
          [
            [2, "Unknown"],
            [3, "InvalidArgument"],
            [4, "DeadlineExceeded"],
            [5, "NotFound"],
            [7, "PermissionDenied"],
            [8, "ResourceExhausted"],
            [13, "Internal"],
            [14, "Unavailable"],
            [16, "Unauthenticated"],
          ] as const
        ).map(([code, name]) => [
          `code.${code}.${name}`,
          ({ headers }: Recorded) => errors.connect(code, { details: `details ${code}`, metadata: headers }),
        ]),
      ),
      refused: () => errors.connect("ECONNREFUSED"),
      timeoutMs: () => errors.connect("DEADLINE_EXCEEDED", { details: "the operation timed out" }),
      throw: ({ headers }) => errors.connect("INTERNAL", { details: "internal error", metadata: headers }),
      "stream.mid": ({ headers }) => errors.connect("UNAVAILABLE", { details: "mid", metadata: headers }),
      "http.503": ({ headers }) => errors.connect("UNAVAILABLE", { details: "HTTP 503", metadata: headers }),
      "http.429": ({ headers }) => errors.connect("UNAVAILABLE", { details: "HTTP 429", metadata: headers }),
    },
    leftOut: {},
    incidental: ["__got", "address"],
  },
  "aws-dynamodb": {
    made: {
      ...Object.fromEntries(
        [
          "ProvisionedThroughputExceededException",
          "RequestLimitExceeded",
          "ConditionalCheckFailedException",
          "TransactionConflictException",
          "TransactionInProgressException",
          "ResourceNotFoundException",
          "LimitExceededException",
          "InternalServerError",
        ].map(modelled),
      ),
      ...Object.fromEntries(
        [
          "UnrecognizedClientException",
          "ExpiredTokenException",
          "AccessDeniedException",
          "ServiceUnavailable",
          "SomethingUnmodeled",
        ].map((name) => unmodelled(name)),
      ),
      TransactionCanceledException: ({ said, own }) =>
        errors.aws("TransactionCanceledException", {
          ...said,
          service: "DynamoDB",
          fields: { CancellationReasons: own["CancellationReasons"] },
        }),
      "429.retry-after": ({ said }) =>
        errors.aws("Unknown", { ...said, service: "DynamoDB", modeled: false, status: 429, retryAfter: 7 }),
      ECONNREFUSED: () => errors.aws("ECONNREFUSED"),
      ENOTFOUND: () => errors.aws("ENOTFOUND"),
      abortSignal: () => errors.aws("AbortError"),
      "no-credentials": () => errors.aws("CredentialsProviderError"),
    },
    leftOut: { "502.html": "the SyntaxError of an answer that is no JSON: errors.aws('Unknown', { status: 502 })" },
    incidental: ["__type", "requestId", "address"],
  },
  "aws-sqs": {
    made: {
      RequestThrottled: ({ said }) => errors.aws("RequestThrottled", { ...said, service: "SQS" }),
      AccessDenied: ({ said }) => errors.aws("AccessDenied", { ...said, service: "SQS", modeled: false }),
    },
    leftOut: {},
    // What the query protocol said, beside the name.
    incidental: ["__type", "requestId", "RequestId", "Error", "Type", "Code"],
  },
  openai: {
    made: {
      ...byStatus([401, 403, 404, 408, 413, 422, 425, 429, 500, 502, 529], (status, recorded) =>
        errors.openai(status, openaiBody(recorded)),
      ),
      "HTTP.429.retry-after-ms": (recorded) => errors.openai(429, openaiBody(recorded)),
      "own-retries": (recorded) => errors.openai(429, openaiBody(recorded)),
      "per-request-maxRetries": (recorded) => errors.openai(429, openaiBody(recorded)),
      "connection-refused": () => errors.openai("ECONNREFUSED"),
      timeout: () => errors.openai("timeout"),
      abort: () => errors.openai("abort"),
      "abort.timeout-signal": () => errors.openai("abort"),
      "custom-fetch.throws": () =>
        errors.openai("connection", {
          cause: Object.assign(new (class CircuitOpenError extends Error {})("open"), { name: "CircuitOpenError" }),
        }),
      "stream.cut": () => errors.fetch("terminated"),
    },
    leftOut: {
      "bad-json": "the SyntaxError of an answer that is no JSON",
      "stream.error": "an event of a stream, which has no status",
    },
    incidental: ["__chunks", "address", "socket"],
  },
  anthropic: {
    made: {
      ...byStatus([400, 401, 403, 404, 408, 409, 413, 425, 500, 502, 503, 504, 529], (status, recorded) =>
        errors.anthropic(status, anthropicBody(recorded, status)),
      ),
      "own-retries": (recorded) => errors.anthropic(529, anthropicBody(recorded, 529)),
      "connection-refused": () => errors.anthropic("ECONNREFUSED"),
      abort: () => errors.anthropic("abort"),
      "custom-fetch.throws": () =>
        errors.anthropic("connection", {
          cause: Object.assign(new (class CircuitOpenError extends Error {})("open"), { name: "CircuitOpenError" }),
        }),
      "stream.cut": () => errors.fetch("terminated"),
    },
    leftOut: {
      "stream.error": "an event of a stream, which has no status",
      "messages.stream.eof": "what a helper of the SDK says of a stream that gave no message",
    },
    // The id of the request stands in the message, too.
    incidental: ["requestID", "request_id", "__chunks", "address", "socket"],
  },
  kafkajs: {
    made: {
      ...kafkaProtocol(
        "protocol.3.UNKNOWN_TOPIC_OR_PARTITION",
        "protocol.5.LEADER_NOT_AVAILABLE",
        "protocol.7.REQUEST_TIMED_OUT",
        "protocol.14.GROUP_LOAD_IN_PROGRESS",
        "protocol.15.GROUP_COORDINATOR_NOT_AVAILABLE",
        "protocol.16.NOT_COORDINATOR_FOR_GROUP",
        "protocol.20.NOT_ENOUGH_REPLICAS_AFTER_APPEND",
        "protocol.22.ILLEGAL_GENERATION",
        "protocol.25.UNKNOWN_MEMBER_ID",
        "protocol.27.REBALANCE_IN_PROGRESS",
        "protocol.29.TOPIC_AUTHORIZATION_FAILED",
        "protocol.30.GROUP_AUTHORIZATION_FAILED",
        "protocol.72.LISTENER_NOT_FOUND",
        "protocol.87.INVALID_RECORD",
      ),
      retries1: () => errors.kafkajs("ECONNREFUSED"),
      "request-timeout": ({ said }) =>
        errors.kafkajs("KafkaJSRequestTimeoutError", {
          ...said,
          cause: Object.assign(errors.kafkajs("KafkaJSRequestTimeoutError").cause as Error, said),
        }),
      closed: () => errors.kafkajs("KafkaJSConnectionClosedError"),
    },
    leftOut: {},
    incidental: ["retryCount", "retryTime", "createdAt", "sentAt"],
  },
  nats: {
    made: {
      CONNECTION_REFUSED: () => errors.nats("CONNECTION_REFUSED"),
      NO_RESPONDERS: () => errors.nats(503),
      TIMEOUT: () => errors.nats("TIMEOUT"),
      CONNECTION_CLOSED: () => errors.nats("CONNECTION_CLOSED"),
      "js.no-stream": () => errors.nats("503"),
    },
    leftOut: {},
    incidental: ["address"],
  },
  amqplib: {
    made: {
      ACCESS_REFUSED: () => errors.amqplib("Handshake terminated by server"),
      "404.channel-error-event": ({ said }) => errors.amqplib(404, said),
      "404.NOT_FOUND": ({ said }) => errors.amqplib(404, said),
      "406.PRECONDITION_FAILED": ({ said }) => errors.amqplib(406, said),
      "405.RESOURCE_LOCKED": ({ said }) => errors.amqplib(405, said),
      IllegalOperationError: () => errors.amqplib("Channel closed"),
      "cut.connection-error-event": () => errors.amqplib("Unexpected close"),
      "confirm.nack": () => errors.amqplib("message nacked"),
    },
    leftOut: {},
    incidental: ["stackAtStateChange"],
  },
  "field/amqplib": {
    made: {
      "connect.refused-login": ({ said }) => errors.amqplib("Handshake terminated by server", said),
      "connect.no-vhost": () => errors.amqplib("Expected ConnectionOpenOk; got <ConnectionClose channel:0>"),
      "connect.refused": () => errors.amqplib("ECONNREFUSED"),
      "connect.closed-in-handshake": () => errors.amqplib("Socket closed abruptly during opening handshake"),
      "connect.timeout": () => errors.amqplib("connect ETIMEDOUT"),
      "channel.precondition-failed": ({ said }) => errors.amqplib(406, said),
      "channel.resource-locked": ({ said }) => errors.amqplib(405, said),
      "channel.closed-by-server.event": ({ said }) => errors.amqplib(406, said),
      "channel.used-after-server-closed-it": () =>
        errors.amqplib("Channel closed", {
          fields: { stackAtStateChange: 'Stack capture: Channel closed by server: 404 (NOT-FOUND) with message "NOT_FOUND"' },
        }),
      "channel.used-after-socket-error": () =>
        errors.amqplib("Channel closed", { fields: { stackAtStateChange: "Stack capture: Socket error" } }),
      "channel.rpc-cut": () => errors.amqplib("Channel ended, no reply will be forthcoming"),
      "connection.reset.event": () => errors.amqplib("ECONNRESET"),
      "confirm.nacked": () => errors.amqplib("message nacked"),
      "confirm.channel-closed": () => errors.amqplib("channel closed"),
      "exchange.access-refused": ({ said }) => errors.amqplib(403, said),
      "heartbeat.timeout": () => errors.amqplib("Heartbeat timeout"),
    },
    leftOut: {},
    incidental: ["stackAtStateChange", "classId", "methodId", "address"],
  },
};

/** Recordings of what no builder claims, and what to test with instead. */
export const UNCLAIMED: Readonly<Record<string, string>> = {
  "azure-core": "errors.http: it is told by its status",
  "browser-fetch": "the texts of browsers, which a test in Node does not meet",
  "drizzle-pg": "pg's error as the cause of another: new Error(..., { cause: errors.pg(...) })",
  gaxios: "errors.http: it is told by its status",
  "google-gax": "errors.grpc",
  "google-genai": "errors.http: it is told by its status",
  got: "errors.http and errors.node",
  knex: "pg's own error, with the query in front of the message",
  ky: "errors.http, whose shape is near to ky's",
  "node-fetch": "errors.http and errors.node",
  ofetch: "errors.http",
  pglite: "errors.pg",
  "postgres-js": "errors.pg: its own errors have pg's codes",
  prisma: "an error of Prisma's own codes",
  "runtime-bun": "the texts of another runtime",
  "runtime-deno": "the texts of another runtime",
  "sequelize-pg": "pg's error as the parent of another",
  superagent: "errors.http",
  "typeorm-pg": "pg's error as the driverError of another",
  "vercel-ai": "errors.http: it is told by its status",
};
