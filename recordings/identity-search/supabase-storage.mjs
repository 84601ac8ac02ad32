import { createClient } from "@supabase/supabase-js";
import { answering, badGateway, refusing } from "../servers.mjs";

const bucket = (url) =>
  createClient(url, "sb_publishable_not_a_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: class {} },
  }).storage.from("avatars");
const given = async (answer) => {
  const { error } = await answer;
  if (error) throw error;
};
const upload = (url) => given(bucket(url).upload("public/ada.png", new Blob(["png"])));

export default {
  library: "supabase-storage",
  packages: ["@supabase/storage-js", "@supabase/supabase-js"],
  cases: [
    {
      id: "400.403.rls",
      provoked: "upload, answered HTTP 400 with statusCode 403 in the body",
      how: "provoked",
      expected: "PERMISSION",
      because: "a row level policy forbids it to this user; the 400 is only the envelope",
      run: async () =>
        upload(
          await answering(400, {
            statusCode: "403",
            error: "Unauthorized",
            message: "new row violates row-level security policy",
          }),
        ),
    },
    {
      id: "400.409.duplicate",
      provoked: "upload without upsert, answered HTTP 400 with statusCode 409 Duplicate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the file exists already, and will at the next attempt",
      run: async () =>
        upload(await answering(400, { statusCode: "409", error: "Duplicate", message: "The resource already exists" })),
    },
    {
      id: "400.403.jwt-expired",
      provoked: "upload, answered HTTP 400 with statusCode 403 and an expired token",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired, and a fresh one helps",
      run: async () =>
        upload(await answering(400, { statusCode: "403", error: "Unauthorized", message: '"exp" claim timestamp check failed' })),
    },
    {
      id: "429.too-many-connections",
      provoked: "upload, answered 429 too_many_connections",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service asks to slow down",
      run: async () =>
        upload(
          await answering(429, {
            statusCode: "429",
            code: "SlowDown",
            error: "too_many_connections",
            message: "Too many connections issued to the database",
          }),
        ),
    },
    {
      id: "544.database-timeout",
      provoked: "upload, answered 544 DatabaseTimeout",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the service gave up waiting for its database",
      run: async () =>
        upload(
          await answering(544, {
            statusCode: "544",
            code: "DatabaseTimeout",
            error: "DatabaseTimeout",
            message: "The connection to the database timed out",
          }),
        ),
    },
    {
      id: "502.html",
      provoked: "createSignedUrl, answered 502 by a proxy in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a gateway found no server behind it",
      run: async () =>
        given(bucket(await answering(502, badGateway, { "content-type": "text/html" })).createSignedUrl("public/ada.png", 60)),
    },
    {
      id: "unknown.refused",
      provoked: "list, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now; the cause stands in originalError",
      run: async () => given(bucket(await refusing()).list("public")),
    },
  ],
};
