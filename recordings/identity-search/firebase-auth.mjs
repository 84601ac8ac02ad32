import { getApp, initializeApp } from "firebase/app";
import {
  createUserWithEmailAndPassword,
  initializeAuth,
  inMemoryPersistence,
  signInWithEmailAndPassword,
  updatePassword,
} from "firebase/auth";
import { refuse, reply, say, send } from "../built-in-hosts.mjs";

let count = 0;
const auth = () =>
  initializeAuth(initializeApp({ apiKey: "not-a-key", projectId: "demo-shop" }, `app${++count}`), {
    persistence: inMemoryPersistence,
  });
const google = (code, message, more = {}) => ({
  error: { code, message, errors: [{ message, domain: "global", reason: "invalid" }], ...more },
});
const login = (on = auth()) => signInWithEmailAndPassword(on, "ada@example.org", "not-the-password");
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
async function loggedIn() {
  const now = Math.floor(Date.now() / 1000);
  const idToken = `${b64({ alg: "RS256" })}.${b64({ sub: "u1", user_id: "u1", iat: now, exp: now + 3600, auth_time: now })}.c2ln`;
  reply((request, response) =>
    request.url.includes("accounts:lookup")
      ? send(response, 200, { users: [{ localId: "u1", email: "ada@example.org" }] })
      : send(response, 200, {
          idToken,
          refreshToken: "r1",
          expiresIn: "3600",
          localId: "u1",
          email: "ada@example.org",
          registered: true,
        }),
  );
  return (await login()).user;
}

export default {
  library: "firebase-auth",
  packages: ["firebase", "@firebase/auth"],
  cases: [
    {
      id: "too-many-requests",
      provoked: "signInWithEmailAndPassword, answered 400 TOO_MANY_ATTEMPTS_TRY_LATER",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many failed logins by now",
      run: async () => {
        say(
          400,
          google(
            400,
            "TOO_MANY_ATTEMPTS_TRY_LATER : Access to this account has been temporarily disabled due to many failed login attempts. You can immediately restore it by resetting your password or you can try again later.",
          ),
        );
        return login();
      },
    },
    {
      id: "invalid-credential",
      provoked: "signInWithEmailAndPassword, answered 400 INVALID_LOGIN_CREDENTIALS",
      how: "provoked",
      expected: "AUTH",
      because: "wrong mail address or password",
      run: async () => {
        say(400, google(400, "INVALID_LOGIN_CREDENTIALS"));
        return login();
      },
    },
    {
      id: "network-request-failed",
      provoked: "signInWithEmailAndPassword, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => {
        refuse();
        return login();
      },
    },
    {
      id: "api-key-not-valid",
      provoked: "signInWithEmailAndPassword, answered 400 API_KEY_INVALID",
      how: "provoked",
      expected: "AUTH",
      because: "the key of the app is wrong; the code is made from the message",
      run: async () => {
        say(
          400,
          google(400, "API key not valid. Please pass a valid API key.", {
            status: "INVALID_ARGUMENT",
            details: [
              {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                reason: "API_KEY_INVALID",
                domain: "googleapis.com",
                metadata: { service: "identitytoolkit.googleapis.com" },
              },
            ],
          }),
        );
        return login();
      },
    },
    {
      id: "email-already-in-use",
      provoked: "createUserWithEmailAndPassword, answered 400 EMAIL_EXISTS",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address will be taken at the next attempt too",
      run: async () => {
        say(400, google(400, "EMAIL_EXISTS"));
        return createUserWithEmailAndPassword(auth(), "ada@example.org", "not-the-password");
      },
    },
    {
      id: "503.service-unavailable",
      provoked: "signInWithEmailAndPassword, answered 503 UNAVAILABLE",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available; the code is made from the message",
      run: async () => {
        say(503, google(503, "The service is currently unavailable.", { status: "UNAVAILABLE" }));
        return login();
      },
    },
    {
      id: "user-token-expired",
      provoked: "getIdToken(true), whose refresh is answered 400 TOKEN_EXPIRED",
      how: "provoked",
      expected: "AUTH",
      because: "the user has to log in again",
      run: async () => {
        const user = await loggedIn();
        say(400, google(400, "TOKEN_EXPIRED", { status: "INVALID_ARGUMENT" }));
        return user.getIdToken(true);
      },
    },
    {
      id: "requires-recent-login",
      provoked: "updatePassword, answered 400 CREDENTIAL_TOO_OLD_LOGIN_AGAIN",
      how: "provoked",
      expected: "AUTH",
      because: "the login is too long ago for this",
      run: async () => {
        const user = await loggedIn();
        say(400, google(400, "CREDENTIAL_TOO_OLD_LOGIN_AGAIN"));
        return updatePassword(user, "another-one");
      },
    },
    {
      id: "app.no-app",
      provoked: "getApp before initializeApp",
      how: "provoked",
      expected: "PERMANENT",
      because: "misuse of the library",
      run: async () => getApp("nobody"),
    },
  ],
};
