import jsforce from "jsforce";
import { answering, cutting } from "../servers.mjs";

const connect = (url, more = {}) =>
  new jsforce.Connection({
    instanceUrl: url,
    loginUrl: url,
    accessToken: "00D!not-a-token",
    version: "63.0",
    logLevel: "FATAL",
    ...more,
  });
const create = (url, more) => connect(url, more).sobject("Account").create({ Name: "a" });
const answered = (status, errorCode, message, more = {}) =>
  answering(status, [{ message, errorCode, ...more }], { "content-type": "application/json;charset=UTF-8" });
const fault = (code, text) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault><faultcode>${code}</faultcode><faultstring>${code.split(":")[1]}: ${text}</faultstring><detail><sf:LoginFault xsi:type="sf:LoginFault" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><sf:exceptionCode>${code.split(":")[1]}</sf:exceptionCode><sf:exceptionMessage>${text}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`;

export default {
  library: "jsforce",
  packages: ["jsforce"],
  cases: [
    {
      id: "403.concurrent-requests",
      provoked: "create, answered 403 REQUEST_LIMIT_EXCEEDED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many long requests at once for this org",
      run: async () =>
        create(await answered(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")),
    },
    {
      id: "400.unable-to-lock-row",
      provoked: "create, answered 400 UNABLE_TO_LOCK_ROW",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock of the record",
      run: async () =>
        create(
          await answered(
            400,
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record or 1 records: 0015000000WWZ7QAAX",
            { fields: [] },
          ),
        ),
    },
    {
      id: "401.invalid-session",
      provoked: "create, answered 401 INVALID_SESSION_ID",
      how: "provoked",
      expected: "AUTH",
      because: "the session has expired",
      run: async () => create(await answered(401, "INVALID_SESSION_ID", "Session expired or invalid")),
    },
    {
      id: "503.server-too-busy",
      provoked: "create, answered 503 SERVER_UNAVAILABLE",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server is too busy",
      run: async () => create(await answered(503, "SERVER_UNAVAILABLE", "Server too busy")),
    },
    {
      id: "503.html",
      provoked: "create, answered 503 with the maintenance page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the org is not available for now",
      run: async () =>
        create(
          await answering(503, "<html><head><title>Down for Maintenance</title></head></html>", { "content-type": "text/html" }),
        ),
    },
    {
      id: "oauth.invalid-grant",
      provoked: "a refresh of the token, answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the refresh token is void",
      run: async () => {
        const url = await answering(400, { error: "invalid_grant", error_description: "expired access/refresh token" });
        return new jsforce.OAuth2({
          loginUrl: url,
          clientId: "c",
          clientSecret: "s",
          redirectUri: "http://127.0.0.1/",
        }).refreshToken("not-a-token");
      },
    },
    {
      id: "soap.login-locked-out",
      provoked: "login, answered with the fault INVALID_LOGIN",
      how: "provoked",
      expected: "AUTH",
      because: "user name, password or security token are wrong, or the user is locked out",
      run: async () =>
        connect(
          await answering(500, fault("sf:INVALID_LOGIN", "Invalid username, password, security token; or user locked out."), {
            "content-type": "text/xml; charset=UTF-8",
          }),
          { accessToken: undefined },
        ).login("a@example.com", "not-a-password"),
    },
    {
      id: "connection.cut",
      provoked: "create, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => create(await cutting()),
    },
  ],
};
