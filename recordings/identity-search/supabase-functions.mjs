import { createClient } from "@supabase/supabase-js";
import { answering, hanging, refusing } from "../servers.mjs";

const invoke = async (url, options) => {
  const { error } = await createClient(url, "sb_publishable_not_a_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: class {} },
  }).functions.invoke("hello", { body: { name: "Ada" }, ...options });
  if (error) throw error;
};

export default {
  library: "supabase-functions",
  packages: ["@supabase/functions-js", "@supabase/supabase-js"],
  cases: [
    {
      id: "http.429.retry-after",
      provoked: "invoke, the function answered 429 with Retry-After: 12",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 12_000,
      because: "the function limits calls; the response is the context",
      run: async () => invoke(await answering(429, { error: "Rate limit exceeded" }, { "retry-after": "12" })),
    },
    {
      id: "http.546.worker-limit",
      provoked: "invoke, answered 546 WORKER_LIMIT",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the worker had no resources left, which is the server's failure",
      run: async () =>
        invoke(
          await answering(546, {
            code: "WORKER_LIMIT",
            message: "Function failed due to not having enough compute resources (please check logs)",
          }),
        ),
    },
    {
      id: "http.401.invalid-jwt",
      provoked: "invoke, answered 401 Invalid JWT",
      how: "provoked",
      expected: "AUTH",
      because: "the gateway does not take this token",
      run: async () => invoke(await answering(401, { code: 401, message: "Invalid JWT" })),
    },
    {
      id: "http.504.idle",
      provoked: "invoke, answered 504 IDLE_TIMEOUT",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the gateway gave up waiting for the function",
      run: async () =>
        invoke(await answering(504, { code: "IDLE_TIMEOUT", message: "The request idle timeout limit (150s) was reached" })),
    },
    {
      id: "relay.502",
      provoked: "invoke, answered 502 with x-relay-error: true",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the relay did not reach the function",
      run: async () => invoke(await answering(502, "Bad Gateway", { "x-relay-error": "true" })),
    },
    {
      id: "fetch.refused",
      provoked: "invoke, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now; the cause is the context",
      run: async () => invoke(await refusing()),
    },
    {
      id: "fetch.timeout-signal",
      provoked: "invoke with AbortSignal.timeout(50), never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => invoke(await hanging(), { signal: AbortSignal.timeout(50) }),
    },
  ],
};
