import { initializeApp } from "firebase/app";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";
import { answering, hanging } from "../servers.mjs";

let count = 0;
function call(url, more) {
  const functions = getFunctions(initializeApp({ apiKey: "not-a-key", projectId: "demo-shop" }, `app${++count}`));
  connectFunctionsEmulator(functions, "127.0.0.1", Number(new URL(url).port));
  return httpsCallable(functions, "pay", more)({ n: 1 });
}
const says = (status, name, message, details) =>
  answering(status, { error: { status: name, message, ...(details && { details }) } });

export default {
  library: "firebase-functions-client",
  packages: ["firebase", "@firebase/functions"],
  cases: [
    {
      id: "unauthenticated",
      provoked: "a callable, answered 401 UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "nobody is logged in",
      run: async () => call(await says(401, "UNAUTHENTICATED", "The function must be called while authenticated.")),
    },
    {
      id: "resource-exhausted",
      provoked: "a callable, answered 429 RESOURCE_EXHAUSTED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the function limits calls",
      run: async () => call(await says(429, "RESOURCE_EXHAUSTED", "Too many requests. Try again later.", { limit: 10 })),
    },
    {
      id: "aborted",
      provoked: "a callable, answered 409 ABORTED",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else's change was in the way",
      run: async () => call(await says(409, "ABORTED", "The cart was changed meanwhile.")),
    },
    {
      id: "deadline-exceeded",
      provoked: "a callable with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => call(await hanging(), { timeout: 50 }),
    },
    {
      id: "internal.500",
      provoked: "a callable, answered 500 INTERNAL",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the function failed",
      run: async () => call(await says(500, "INTERNAL", "INTERNAL")),
    },
    {
      id: "unavailable.503",
      provoked: "a callable, answered 503 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the function cannot be reached by the service for now",
      run: async () => call(await answering(503, "Service Unavailable")),
    },
    {
      id: "failed-precondition",
      provoked: "a callable, answered 400 FAILED_PRECONDITION",
      how: "provoked",
      expected: "PERMANENT",
      because: "the state of the cart does not allow it",
      run: async () => call(await says(400, "FAILED_PRECONDITION", "The cart is empty.")),
    },
  ],
};
