import { createClient } from "@supabase/supabase-js";
import { answering, refusing } from "../servers.mjs";

const auth = (url) =>
  createClient(url, "sb_publishable_not_a_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: class {} },
  }).auth;
const given = async (answer) => {
  const { error } = await answer;
  if (error) throw error;
};
const versioned = { "x-supabase-api-version": "2024-01-01" };
const credentials = { email: "ada@example.org", password: "not-the-password" };

export default {
  library: "supabase-auth",
  packages: ["@supabase/auth-js", "@supabase/supabase-js"],
  cases: [
    {
      id: "429.email-send-rate-limit",
      provoked: "resetPasswordForEmail, answered 429 over_email_send_rate_limit",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 47_000,
      because: "no more mails to this address for now; the message says how long",
      run: async () =>
        given(
          auth(
            await answering(
              429,
              {
                code: "over_email_send_rate_limit",
                message: "For security purposes, you can only request this after 47 seconds.",
              },
              versioned,
            ),
          ).resetPasswordForEmail(credentials.email),
        ),
    },
    {
      id: "400.invalid-credentials",
      provoked: "signInWithPassword, answered 400 invalid_credentials",
      how: "provoked",
      expected: "AUTH",
      because: "wrong mail address or password, though the status is 400",
      run: async () =>
        given(
          auth(
            await answering(400, { code: "invalid_credentials", message: "Invalid login credentials" }, versioned),
          ).signInWithPassword(credentials),
        ),
    },
    {
      id: "403.bad-jwt",
      provoked: "getUser(jwt), answered 403 bad_jwt",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired, though the status is 403",
      run: async () =>
        given(
          auth(
            await answering(403, {
              code: 403,
              error_code: "bad_jwt",
              msg: "invalid JWT: unable to parse or verify signature, token has invalid claims: token is expired",
            }),
          ).getUser("eyJhbGciOiJIUzI1NiJ9.e30.e30"),
        ),
    },
    {
      id: "400.refresh-token-not-found",
      provoked: "refreshSession, answered 400 refresh_token_not_found",
      how: "provoked",
      expected: "AUTH",
      because: "the session is over: one has to log in again",
      run: async () =>
        given(
          auth(
            await answering(
              400,
              { code: "refresh_token_not_found", message: "Invalid Refresh Token: Refresh Token Not Found" },
              versioned,
            ),
          ).refreshSession({ refresh_token: "gone" }),
        ),
    },
    {
      id: "422.user-already-exists",
      provoked: "signUp, answered 422 user_already_exists",
      how: "provoked",
      expected: "PERMANENT",
      because: "the user will exist at the next attempt too",
      run: async () =>
        given(
          auth(await answering(422, { code: "user_already_exists", message: "User already registered" }, versioned)).signUp(
            credentials,
          ),
        ),
    },
    {
      id: "504.retryable",
      provoked: "signInWithPassword, answered 504 by the gateway",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the gateway had no answer from the server; the message is {}",
      run: async () => given(auth(await answering(504, "upstream request timeout")).signInWithPassword(credentials)),
    },
    {
      id: "refused.retryable",
      provoked: "signInWithPassword, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network; status is 0",
      run: async () => given(auth(await refusing()).signInWithPassword(credentials)),
    },
    {
      id: "unknown.html",
      provoked: "signInWithPassword, answered 403 by a firewall in HTML",
      how: "provoked",
      expected: "UNKNOWN",
      because: "all it says is that something was no JSON; the status is lost",
      run: async () =>
        given(
          auth(
            await answering(403, "<!DOCTYPE html><html><title>Attention Required! | Cloudflare</title></html>", {
              "content-type": "text/html",
            }),
          ).signInWithPassword(credentials),
        ),
    },
    {
      id: "session-missing",
      provoked: "updateUser without a session",
      how: "provoked",
      expected: "AUTH",
      because: "nobody is logged in, which this side found out itself",
      run: async () => given(auth(await refusing()).updateUser({ data: { name: "Ada" } })),
    },
    {
      id: "weak-password",
      provoked: "signUp, answered 422 weak_password",
      how: "provoked",
      expected: "PERMANENT",
      because: "this password will be too weak at the next attempt too",
      run: async () =>
        given(
          auth(
            await answering(
              422,
              {
                code: "weak_password",
                message: "Password is known to be weak and easy to guess, please choose a different one.",
                weak_password: { reasons: ["pwned"] },
              },
              versioned,
            ),
          ).signUp(credentials),
        ),
    },
  ],
};
