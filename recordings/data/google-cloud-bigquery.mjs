import { BigQuery } from "@google-cloud/bigquery";
import { answering, httpServer, refusing } from "../servers.mjs";

process.env.METADATA_SERVER_DETECTION = "none";

const client = (apiEndpoint) => new BigQuery({ projectId: "acme", apiEndpoint, token: "test", autoRetry: false, maxRetries: 0 });
const refused = (code, status, reason, domain, message) =>
  answering(code, { error: { code, message, errors: [{ message, domain, reason }], status } });
const SQL = { query: "SELECT count(*) FROM d.events" };
const reference = { projectId: "acme", jobId: "job_1", location: "EU" };
const json = (response, body) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

export default {
  library: "google-cloud-bigquery",
  packages: ["@google-cloud/bigquery"],
  cases: [
    {
      id: "403.rateLimitExceeded",
      provoked: "createJob, answered 403 with the reason rateLimitExceeded",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many jobs in a short time, which the service says with 403",
      run: async () =>
        client(
          await refused(
            403,
            "PERMISSION_DENIED",
            "rateLimitExceeded",
            "usageLimits",
            "Exceeded rate limits: too many table update operations for this table. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas",
          ),
        ).createQueryJob(SQL),
    },
    {
      id: "403.quotaExceeded",
      provoked: "createJob, answered 403 with the reason quotaExceeded",
      how: "provoked",
      expected: "PERMANENT",
      because: "the project's quota of bytes for this month is used up",
      run: async () =>
        client(
          await refused(
            403,
            "PERMISSION_DENIED",
            "quotaExceeded",
            "usageLimits",
            "Quota exceeded: Your project exceeded quota for free query bytes scanned. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas",
          ),
        ).createQueryJob(SQL),
    },
    {
      id: "200.job.concurrent-update",
      provoked: "promise of a job that has ended with an errorResult, all answered 200",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another statement has changed the table meanwhile; the reason invalidQuery says nothing of that",
      run: async () => {
        const error = {
          reason: "invalidQuery",
          location: "query",
          message: "Could not serialize access to table acme:d.events due to concurrent update",
        };
        const { url } = await httpServer((_request, response) =>
          json(response, {
            kind: "bigquery#job",
            id: "acme:EU.job_1",
            jobReference: reference,
            status: { state: "DONE", errorResult: error, errors: [error] },
          }),
        );
        const [job] = await client(url).createQueryJob({ query: "UPDATE d.events SET n = 1 WHERE true" });
        await job.promise();
      },
    },
    {
      id: "200.insert.partial",
      provoked: "table.insert, answered 200 with insertErrors for one of two rows",
      how: "provoked",
      expected: "PERMANENT",
      because: "a row does not fit the table, and never will",
      run: async () =>
        client(
          await answering(200, {
            kind: "bigquery#tableDataInsertAllResponse",
            insertErrors: [
              { index: 0, errors: [{ reason: "stopped", location: "", debugInfo: "", message: "" }] },
              {
                index: 1,
                errors: [
                  { reason: "invalid", location: "n", debugInfo: "", message: "Cannot convert value to integer (bad value): x" },
                ],
              },
            ],
          }),
        )
          .dataset("d")
          .table("events")
          .insert([{ n: 1 }, { n: "x" }]),
    },
    {
      id: "query.timeoutMs",
      provoked: "getQueryResults with timeoutMs 100, answered that the job is not complete",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting while the job goes on",
      run: async () =>
        client(
          (
            await httpServer((_request, response) =>
              json(response, { kind: "bigquery#getQueryResultsResponse", jobReference: reference, jobComplete: false }),
            )
          ).url,
        )
          .job("job_1")
          .getQueryResults({ timeoutMs: 100 }),
    },
    {
      id: "503.backendError",
      provoked: "createJob, answered 503 with the reason backendError, without retries",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: async () =>
        client(
          await refused(
            503,
            "UNAVAILABLE",
            "backendError",
            "global",
            "Error encountered during execution. Retrying may solve the problem.",
          ),
        ).createQueryJob(SQL),
    },
    {
      id: "connection.refused",
      provoked: "createJob, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => client(await refusing()).createQueryJob(SQL),
    },
  ],
};
