process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = "true";
process.env.SNOWFLAKE_DISABLE_MINICORE = "true";
process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = "true";

import { answering, httpServer, refusing } from "../servers.mjs";

const { default: snowflake } = await import("snowflake-sdk");
snowflake.configure({ logLevel: "OFF", additionalLogToConsole: false, disableOCSPChecks: true });

const SESSION = {
  token: "t",
  masterToken: "m",
  validityInSeconds: 3600,
  masterValidityInSeconds: 14400,
  sessionId: 17,
  displayUserName: "APP",
  serverVersion: "9.32.1",
  parameters: [{ name: "CLIENT_TELEMETRY_ENABLED", value: false }],
  sessionInfo: { databaseName: "DB", schemaName: "PUBLIC", warehouseName: "WH", roleName: "APP" },
};
const failed = (code, message, sqlState) => ({
  data: {
    internalError: false,
    unredactedFromSecureObject: false,
    errorCode: code,
    age: 0,
    sqlState,
    queryId: "01c0ffee-0000-1111-0000-000000000001",
    line: -1,
    pos: -1,
    type: "COMPILATION",
  },
  code,
  message,
  success: false,
  headers: null,
});

const connecting = (accessUrl, options = {}) => {
  const connection = snowflake.createConnection({
    account: "acme",
    username: "app",
    password: "test",
    accessUrl,
    sfRetryMaxLoginRetries: 1,
    retryTimeout: 300,
    timeout: 2_000,
    ...options,
  });
  return new Promise((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve(connection))));
};
const executing = (connection, sqlText = "UPDATE events SET n = n + 1") =>
  new Promise((resolve, reject) => connection.execute({ sqlText, complete: (error) => (error ? reject(error) : resolve()) }));
function answerTo(url, what, renewal) {
  if (url.startsWith("/queries/v1/query-request")) return what;
  if (url.includes("login-request")) return { data: SESSION, code: null, message: null, success: true };
  return url.includes("token-request") ? renewal : { success: true, data: {} };
}
/** Logs everybody in, and answers queries with `what`; `renewal` is what it says to a session that wants to be renewed. */
const service = async (what, { status = 200, renewal = { success: true, code: null, data: {} } } = {}) =>
  (
    await httpServer((request, response) => {
      const query = request.url.startsWith("/queries/v1/query-request");
      const body = answerTo(request.url, what, renewal);
      response.writeHead(query ? status : 200, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    })
  ).url;
const query = async (...of) => executing(await connecting(await service(...of)));

export default {
  library: "snowflake-sdk",
  packages: ["snowflake-sdk"],
  cases: [
    {
      id: "000625.lock",
      provoked: "execute, answered with the code 000625",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another statement has locked the table",
      run: () =>
        query(
          failed(
            "000625",
            "Statement '01c0ffee-0000-1111-0000-000000000001' has locked table 'EVENTS' in transaction 1732804113412000000 and this lock has not yet been released.\nYour statement '01c0ffee-0000-1111-0000-000000000002' was aborted because the number of waiters for this lock exceeds the 20 statements limit.",
            "57014",
          ),
        ),
    },
    {
      id: "000630.statement-timeout",
      provoked: "execute, answered with the code 000630",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave the statement up after its time; in a less loaded warehouse it may be done in time",
      run: () =>
        query(failed("000630", "Statement reached its statement or warehouse timeout of 5 second(s) and was canceled.", "57014")),
    },
    {
      id: "090073.quota",
      provoked: "execute, answered with the code 090073",
      how: "provoked",
      expected: "PERMANENT",
      because: "the credits of the resource monitor are used up",
      run: () =>
        query(
          failed("090073", "Warehouse 'WH' cannot be resumed because resource monitor 'LIMIT' has exceeded its quota.", "22000"),
        ),
    },
    {
      id: "407002.terminated",
      provoked: "execute, answered with the code 390112, and the renewal with 390114",
      how: "provoked",
      expected: "PERMANENT",
      because: "the session has ended and this connection takes no more statements; a new one must be made",
      run: () =>
        query(
          { data: null, code: "390112", message: "Your session has expired. Please login again.", success: false },
          {
            renewal: {
              data: null,
              code: "390114",
              message: "Authentication token has expired.  The user must authenticate again.",
              success: false,
            },
          },
        ),
    },
    {
      id: "login.390100",
      provoked: "connect, the login answered 200 with the code 390100",
      how: "provoked",
      expected: "AUTH",
      because: "the user or the password is wrong",
      run: async () =>
        connecting(
          await answering(200, {
            data: { nextAction: "RETRY_LOGIN", pwdLastSetTime: null, inFlightCtx: null },
            code: "390100",
            message: "Incorrect username or password was specified.",
            success: false,
            headers: null,
          }),
        ),
    },
    {
      id: "login.429",
      provoked: "connect, the login answered 429, tried twice",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service answered 429",
      run: async () => connecting(await answering(429, "Too many requests")),
    },
    {
      id: "login.refused",
      provoked: "connect, nobody listens, tried twice",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => connecting(await refusing()),
    },
    {
      id: "003001.privileges",
      provoked: "execute, answered with the code 003001",
      how: "provoked",
      expected: "PERMISSION",
      because: "the role is known but may not touch the table",
      run: () =>
        query(failed("003001", "SQL access control error:\nInsufficient privileges to operate on table 'EVENTS'", "42501")),
    },
    {
      id: "connection.destroyed",
      provoked: "execute after destroy",
      how: "provoked",
      expected: "PERMANENT",
      because: "this connection was closed and takes no more statements",
      run: async () => {
        const connection = await connecting(await service({}));
        await new Promise((resolve) => connection.destroy(resolve));
        await executing(connection);
      },
    },
  ],
};
