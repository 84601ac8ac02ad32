import { createClient } from "@supabase/supabase-js";
import { answering, badGateway, refusing } from "../servers.mjs";

const db = (url) =>
  createClient(url, "sb_publishable_not_a_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: class {} },
  });
const given = async (query) => {
  const { error } = await query;
  if (error) throw error;
};

export default {
  library: "supabase-postgrest",
  packages: ["@supabase/postgrest-js", "@supabase/supabase-js"],
  cases: [
    {
      id: "23505.thrown",
      provoked: "insert with throwOnError, answered 409 with 23505",
      how: "provoked",
      expected: "PERMANENT",
      because: "the row exists already, and will at the next attempt",
      run: async () =>
        db(
          await answering(409, {
            code: "23505",
            details: "Key (email)=(ada@example.org) already exists.",
            hint: null,
            message: 'duplicate key value violates unique constraint "users_email_key"',
          }),
        )
          .from("users")
          .insert({ email: "ada@example.org" })
          .throwOnError(),
    },
    {
      id: "42501.rls.given",
      provoked: "insert without throwOnError, answered 403 with 42501",
      how: "provoked",
      expected: "PERMISSION",
      because: "a row level policy forbids it to this user",
      run: async () =>
        given(
          db(
            await answering(403, {
              code: "42501",
              details: null,
              hint: null,
              message: 'new row violates row-level security policy for table "todos"',
            }),
          )
            .from("todos")
            .insert({ task: "read" }),
        ),
    },
    {
      id: "PGRST303.jwt-expired",
      provoked: "select, answered 401 with PGRST303",
      how: "provoked",
      expected: "AUTH",
      because: "the token of the session has expired",
      run: async () =>
        db(
          await answering(
            401,
            { code: "PGRST303", details: null, hint: null, message: "JWT expired" },
            { "www-authenticate": 'Bearer error="invalid_token", error_description="JWT expired"' },
          ),
        )
          .from("todos")
          .select()
          .throwOnError(),
    },
    {
      id: "57014.statement-timeout",
      provoked: "select, answered 500 with 57014",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the database gave up on the statement",
      run: async () =>
        given(
          db(
            await answering(500, {
              code: "57014",
              details: null,
              hint: null,
              message: "canceling statement due to statement timeout",
            }),
          )
            .from("events")
            .select(),
        ),
    },
    {
      id: "PGRST003.pool",
      provoked: "insert, answered 504 with PGRST003",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the server waited in vain for one of its own connections, and answers 504",
      run: async () =>
        db(
          await answering(504, {
            code: "PGRST003",
            details: null,
            hint: null,
            message: "Timed out acquiring connection from connection pool.",
          }),
        )
          .from("todos")
          .insert({ task: "read" })
          .throwOnError(),
    },
    {
      id: "fetch-failed.given",
      provoked: "insert without throwOnError, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now; the code stands in the details",
      run: async () =>
        given(
          db(await refusing())
            .from("todos")
            .insert({ task: "read" }),
        ),
    },
    {
      id: "502.html.thrown",
      provoked: "insert with throwOnError, answered 502 by a proxy in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the page of the proxy is all there is, and says 502",
      run: async () =>
        db(await answering(502, badGateway, { "content-type": "text/html" }))
          .from("todos")
          .insert({ task: "read" })
          .throwOnError(),
    },
    {
      id: "40P01.deadlock",
      provoked: "rpc with throwOnError, answered 500 with 40P01",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction was in the way",
      run: async () =>
        db(
          await answering(500, {
            code: "40P01",
            details:
              "Process 4711 waits for ShareLock on transaction 8151; blocked by process 4712.\nProcess 4712 waits for ShareLock on transaction 8150; blocked by process 4711.",
            hint: "See server log for query details.",
            message: "deadlock detected",
          }),
        )
          .rpc("move_stock", { a: 1 })
          .throwOnError(),
    },
  ],
};
