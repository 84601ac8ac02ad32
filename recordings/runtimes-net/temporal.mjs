import grpc from "@grpc/grpc-js";
import { Client, Connection } from "@temporalio/client";
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  ServerFailure,
  TimeoutFailure,
} from "@temporalio/common";
import proto from "@temporalio/proto";
import { refusing } from "../servers.mjs";

const { temporal } = proto;
const workflowservice = temporal.api.workflowservice.v1;
const SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/";
const open = [];

/** A Temporal server: what each method answers, as `{ code, details }` for an error or as fields of its response. */
const temporalServer = async (answers) => {
  const server = new grpc.Server();
  const method = (name, answer) => [
    name,
    {
      path: SERVICE + name,
      requestStream: false,
      responseStream: false,
      requestDeserialize: (bytes) => bytes,
      requestSerialize: (bytes) => bytes,
      responseSerialize: (value) =>
        Buffer.from(workflowservice[`${name}Response`].encode(workflowservice[`${name}Response`].fromObject(value)).finish()),
      responseDeserialize: (bytes) => bytes,
    },
    (_call, done) => (answer.hang ? undefined : "code" in answer ? done(answer) : done(null, answer)),
  ];
  const all = Object.entries({ GetSystemInfo: {}, ...answers }).map(([name, answer]) => method(name, answer));
  server.addService(
    Object.fromEntries(all.map(([name, definition]) => [name, definition])),
    Object.fromEntries(all.map(([name, , handle]) => [name, handle])),
  );
  const port = await new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  open.push(() => server.forceShutdown());
  return port;
};
const clientOf = async (answers) => {
  const connection = await Connection.connect({
    address: `127.0.0.1:${await temporalServer(answers)}`,
    interceptors: [],
    connectTimeout: 5000,
  });
  open.push(() => connection.close());
  return new Client({ connection, namespace: "shop" });
};
const start = async (answer) =>
  (await clientOf({ StartWorkflowExecution: answer })).workflow.start("orderWorkflow", {
    workflowId: "order-17",
    taskQueue: "orders",
    args: [17],
  });
/** What a workflow's end in its history becomes. */
const result = async (event) =>
  (await clientOf({ GetWorkflowExecutionHistory: { history: { events: [{ eventId: 9, ...event }] } } })).workflow
    .getHandle("order-17")
    .result();
/** A failure of the wire, as the SDK gives it to a workflow. */
const decoded = (failure) => {
  throw new DefaultFailureConverter().failureToError(
    temporal.api.failure.v1.Failure.fromObject(failure),
    defaultPayloadConverter,
  );
};
const activity = (retryState, cause) => ({
  message: "Activity task failed",
  source: "Server",
  cause,
  activityFailureInfo: {
    scheduledEventId: 5,
    startedEventId: 6,
    identity: "1@worker",
    activityType: { name: "charge" },
    activityId: "1",
    retryState,
  },
});

export default {
  library: "temporal",
  packages: ["@temporalio/client", "@temporalio/common"],
  close: () => open.forEach((end) => end()),
  cases: [
    {
      id: "start.already-started",
      provoked: "workflow.start, the server answers ALREADY_EXISTS",
      how: "provoked",
      expected: "PERMANENT",
      because: "a workflow with this id is running: it was started already",
      run: () =>
        start({
          code: 6,
          details: "Workflow execution is already running. WorkflowId: order-17, RunId: 0192a0b4-0000-7000-8000-000000000001.",
        }),
    },
    {
      id: "start.resource-exhausted",
      provoked: "workflow.start, the server answers RESOURCE_EXHAUSTED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the namespace has a limit of calls a second",
      run: () => start({ code: 8, details: "namespace rate limit exceeded" }),
    },
    {
      id: "start.unavailable",
      provoked: "workflow.start, the server answers UNAVAILABLE",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the service is not there now",
      run: () => start({ code: 14, details: "Not enough hosts to serve the request" }),
    },
    {
      id: "start.unauthenticated",
      provoked: "workflow.start, the server answers UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "the server does not know the key",
      run: () => start({ code: 16, details: "Request unauthorized." }),
    },
    {
      id: "start.permission-denied",
      provoked: "workflow.start, the server answers PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the key is known but has no rights in this namespace",
      run: () => start({ code: 7, details: "Request unauthorized." }),
    },
    {
      id: "signal.not-found",
      provoked: "signal of a workflow that has completed, the server answers NOT_FOUND",
      how: "provoked",
      expected: "PERMANENT",
      because: "a completed workflow takes no signals any more",
      run: async () =>
        (await clientOf({ SignalWorkflowExecution: { code: 5, details: "workflow execution already completed" } })).workflow
          .getHandle("order-17")
          .signal("pay"),
    },
    {
      id: "query.deadline",
      provoked: "query with a deadline of 200 ms, the server does not answer",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting (no worker is polling)",
      run: async () => {
        const client = await clientOf({ QueryWorkflow: { hang: true } });
        return client.withDeadline(Date.now() + 200, () => client.workflow.getHandle("order-17").query("state"));
      },
    },
    {
      id: "query.rejected-by-worker",
      provoked: "query with a name that the workflow has not: INVALID_ARGUMENT",
      how: "provoked",
      expected: "PERMANENT",
      because: "the workflow has no such query",
      run: async () =>
        (
          await clientOf({
            QueryWorkflow: {
              code: 3,
              details: "Workflow did not register a handler for state. Registered queries: [__stack_trace]",
            },
          })
        ).workflow
          .getHandle("order-17")
          .query("state"),
    },
    {
      id: "update.deadline",
      provoked: "executeUpdate with a deadline of 200 ms, the server does not answer",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the update",
      run: async () => {
        const client = await clientOf({ UpdateWorkflowExecution: { hang: true } });
        return client.withDeadline(Date.now() + 200, () => client.workflow.getHandle("order-17").executeUpdate("pay"));
      },
    },
    {
      id: "connect.refused",
      provoked: "Connection.connect to a port where nobody listens, connectTimeout 500",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "no connection came about in the time given",
      run: async () => Connection.connect({ address: new URL(await refusing()).host, connectTimeout: 500, interceptors: [] }),
    },
    {
      id: "result.failed",
      provoked: "result of a workflow that failed for good with a nonRetryable ApplicationFailure",
      how: "provoked",
      expected: "PERMANENT",
      because: "the workflow has ended with a failure that says that it must not be retried",
      run: () =>
        result({
          eventType: 3,
          workflowExecutionFailedEventAttributes: {
            retryState: 2,
            failure: {
              message: "Card declined",
              source: "TypeScriptSDK",
              applicationFailureInfo: { type: "CardDeclined", nonRetryable: true },
            },
          },
        }),
    },
    {
      id: "result.terminated",
      provoked: "result of a workflow that somebody terminated",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody ended the workflow on purpose",
      run: () =>
        result({
          eventType: 27,
          workflowExecutionTerminatedEventAttributes: { reason: "cleanup of stuck orders", identity: "ops" },
        }),
    },
    {
      id: "result.cancelled",
      provoked: "result of a workflow that was cancelled",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody cancelled the workflow",
      run: () => result({ eventType: 21, workflowExecutionCanceledEventAttributes: {} }),
    },
    {
      id: "activity.timeout",
      provoked: "the failure of an activity that did not end in its START_TO_CLOSE time, decoded by the SDK's failure converter",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "nobody waited longer for the activity",
      run: async () =>
        decoded(
          activity(4, { message: "activity StartToClose timeout", source: "Server", timeoutFailureInfo: { timeoutType: 1 } }),
        ),
    },
    {
      id: "activity.non-retryable",
      provoked: "the failure of an activity whose ApplicationFailure is nonRetryable, decoded by the SDK's failure converter",
      how: "provoked",
      expected: "PERMANENT",
      because: "the activity says that it must not be retried",
      run: async () =>
        decoded(
          activity(2, {
            message: "no such customer",
            source: "TypeScriptSDK",
            applicationFailureInfo: { type: "NoSuchCustomer", nonRetryable: true },
          }),
        ),
    },
    {
      id: "activity.cancelled",
      provoked: "an ActivityFailure around a CancelledFailure",
      how: "constructed",
      expected: "PERMANENT",
      because: "the workflow cancelled the activity",
      run: async () => {
        throw new ActivityFailure(
          "Activity cancelled",
          "charge",
          "1",
          "CANCEL_REQUESTED",
          "1@worker",
          new CancelledFailure("Activity cancelled"),
        );
      },
    },
    {
      id: "application.next-retry-delay",
      provoked: "ApplicationFailure.create with nextRetryDelay, as an activity throws it",
      how: "constructed",
      expected: "TRANSIENT",
      retryAfterMs: 30_000,
      because: "the activity says that it may be retried, in half a minute",
      run: async () => {
        throw ApplicationFailure.create({
          message: "the bank is busy",
          type: "BankBusy",
          nonRetryable: false,
          nextRetryDelay: "30s",
        });
      },
    },
    {
      id: "application.non-retryable",
      provoked: "ApplicationFailure.nonRetryable, as an activity throws it",
      how: "constructed",
      expected: "PERMANENT",
      because: "it says that it must not be retried",
      run: async () => {
        throw ApplicationFailure.nonRetryable("bad order", "BadOrder", { order: 17 });
      },
    },
    {
      id: "server-failure",
      provoked: "a ServerFailure that may be retried",
      how: "constructed",
      expected: "SERVER_ERROR",
      because: "the Temporal service itself failed",
      run: async () => {
        throw new ServerFailure("internal error in history service", false);
      },
    },
    {
      id: "timeout.heartbeat",
      provoked: "a TimeoutFailure of a HEARTBEAT",
      how: "constructed",
      expected: "TRANSIENT",
      timeout: true,
      because: "the worker was not heard of for too long",
      run: async () => {
        throw new TimeoutFailure("activity Heartbeat timeout", undefined, "HEARTBEAT");
      },
    },
  ],
};
