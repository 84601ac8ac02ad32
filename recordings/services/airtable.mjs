import Airtable from "airtable";
import { answering, hanging, refusing } from "../servers.mjs";

const table = (endpointUrl, more = {}) =>
  new Airtable({ apiKey: "not-a-token", endpointUrl, noRetryIfRateLimited: true, ...more }).base("appNotABase")("Tasks");
const first = (url, more) => table(url, more).select({ maxRecords: 1 }).firstPage();
const answered = (status, type, message) => answering(status, { error: { type, message } });

export default {
  library: "airtable",
  packages: ["airtable"],
  cases: [
    {
      id: "429.too-many-requests",
      provoked: "firstPage with noRetryIfRateLimited, answered 429 with Retry-After: 30",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests for this base; the error carries no headers, and is no Error",
      run: async () =>
        first(
          await answering(
            429,
            { errors: [{ error: "RATE_LIMIT_REACHED", message: "Rate limit exceeded. Please try again later" }] },
            { "retry-after": "30" },
          ),
        ),
    },
    {
      id: "401.authentication-required",
      provoked: "firstPage, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not accepted",
      run: async () => first(await answered(401, "AUTHENTICATION_REQUIRED", "Authentication required")),
    },
    {
      id: "403.not-authorized",
      provoked: "firstPage, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token may not read this base, or the base has no such table",
      run: async () =>
        first(
          await answered(
            403,
            "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
            "Invalid permissions, or the requested model was not found. Check that both your user and your token have the required permissions, and that the model names and/or ids are correct.",
          ),
        ),
    },
    {
      id: "422.invalid-value",
      provoked: "create, answered 422 INVALID_VALUE_FOR_COLUMN",
      how: "provoked",
      expected: "PERMANENT",
      because: "the value does not fit the field",
      run: async () =>
        table(await answered(422, "INVALID_VALUE_FOR_COLUMN", 'Field "Due" cannot accept the provided value')).create({
          Due: "soon",
        }),
    },
    {
      id: "502.html",
      provoked: "makeRequest, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway; the client speaks of invalid JSON",
      run: async () =>
        new Airtable({
          apiKey: "not-a-token",
          endpointUrl: await answering(502, "<html><body>502 Bad Gateway</body></html>", { "content-type": "text/html" }),
        })
          .base("appNotABase")
          .makeRequest({ method: "GET", path: "/Tasks" }),
    },
    {
      id: "client.timeout",
      provoked: "makeRequest with requestTimeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer: nobody else can abort its requests",
      run: async () =>
        new Airtable({ apiKey: "not-a-token", endpointUrl: await hanging(), requestTimeout: 50 })
          .base("appNotABase")
          .makeRequest({ method: "GET", path: "/Tasks" }),
    },
    {
      id: "connection.refused",
      provoked: "firstPage, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => first(await refusing()),
    },
  ],
};
