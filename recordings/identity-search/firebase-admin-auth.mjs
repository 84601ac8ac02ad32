import admin from "firebase-admin";
import { refuse, say } from "../built-in-hosts.mjs";
import { certificate, jwt, serviceAccount } from "./servers/tokens.mjs";

let count = 0;
const token = { getAccessToken: async () => ({ access_token: "not-a-token", expires_in: 3600 }) };
const app = (credential = token) => admin.initializeApp({ credential, projectId: "demo-shop" }, `app${++count}`);
const auth = (credential) => app(credential).auth();
const google = (code, message, status, more) => ({
  error: { code, message, errors: [{ message, domain: "global", reason: "invalid" }], ...(status && { status }), ...more },
});
const now = Math.floor(Date.now() / 1000);

export default {
  library: "firebase-admin-auth",
  packages: ["firebase-admin"],
  cases: [
    {
      id: "quota-exceeded",
      provoked: "getUserByEmail, answered 400 QUOTA_EXCEEDED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many of these calls for the project's quota by now",
      run: async () => {
        say(400, google(400, "QUOTA_EXCEEDED : Exceeded quota for email lookup."));
        return auth().getUserByEmail("ada@example.org");
      },
    },
    {
      id: "id-token-expired",
      provoked: "verifyIdToken of a token that has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the user has to get a fresh token",
      run: async () => {
        say(200, { k1: certificate }, { "cache-control": "max-age=1" });
        return auth().verifyIdToken(
          jwt({
            iss: "https://securetoken.google.com/demo-shop",
            aud: "demo-shop",
            sub: "u1",
            auth_time: now - 7200,
            iat: now - 7200,
            exp: now - 3600,
          }),
        );
      },
    },
    {
      id: "email-already-exists",
      provoked: "createUser, answered 400 EMAIL_EXISTS",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address will be taken at the next attempt too",
      run: async () => {
        say(400, google(400, "EMAIL_EXISTS"));
        return auth().createUser({ email: "ada@example.org" });
      },
    },
    {
      id: "internal-error.503",
      provoked: "getUser, answered 503 UNAVAILABLE until the SDK gives up",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available; the answer stands in the message",
      run: async () => {
        say(
          503,
          { error: { code: 503, message: "The service is currently unavailable.", status: "UNAVAILABLE" } },
          { "retry-after": "0" },
        );
        return auth().getUser("u1");
      },
    },
    {
      id: "insufficient-permission",
      provoked: "listUsers, answered 403 PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the service account lacks a role",
      run: async () => {
        say(403, google(403, "PERMISSION_DENIED"));
        return auth().listUsers();
      },
    },
    {
      id: "app.network-error",
      provoked: "getUser, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => {
        refuse();
        return auth().getUser("u1");
      },
    },
    {
      id: "app.invalid-credential.grant",
      provoked: "getUser with a service account, whose token is answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the key of the service account is not taken",
      run: async () => {
        say(400, { error: "invalid_grant", error_description: "Invalid JWT Signature." });
        return auth(admin.credential.cert(serviceAccount)).getUser("u1");
      },
    },
    {
      id: "app.invalid-credential.network",
      provoked: "getUser with a service account, whose token service refuses the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the credentials were never looked at: the network failed",
      run: async () => {
        refuse();
        return auth(admin.credential.cert(serviceAccount)).getUser("u1");
      },
    },
    {
      id: "user-not-found",
      provoked: "getUser of nobody",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such user",
      run: async () => {
        say(200, { kind: "identitytoolkit#GetAccountInfoResponse" });
        return auth().getUser("nobody");
      },
    },
  ],
};
