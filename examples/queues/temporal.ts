/* Activities whose retries a policy decides on, and Temporal makes. Here the environment of @temporalio/testing stands in for a worker, and a loop for the server. Run it: npx tsx examples/queues/temporal.ts */
import * as activity from "@temporalio/activity";
import { MockActivityEnvironment } from "@temporalio/testing";
import { AuthError, constant, Policy, ServerError } from "redress";
import { activitiesWithPolicy } from "redress/temporal";

const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(5_000), deadlineMs: 3_600_000 } });

/** Talks to a mail server: it is down at the first attempt, and knows nobody by the name of eve. */
async function sendMail(to: string): Promise<string> {
  const { attempt, heartbeatDetails } = activity.activityInfo();
  activity.heartbeat({ connectedTo: "mx1" });
  if (to === "eve") throw new AuthError("no such user");
  if (attempt === 1) throw new ServerError("421 try again later");
  return `sent to ${to}, connected to ${heartbeatDetails.connectedTo} before`;
}

const activities = activitiesWithPolicy(policy, { sendMail }, { activity });

for (const to of ["ada", "eve"]) {
  let heartbeatDetails: unknown;
  for (let attempt = 1; attempt < 10; attempt++) {
    const info = { attempt, heartbeatDetails, startToCloseTimeoutMs: 30_000, scheduleToCloseTimeoutMs: 0 };
    const environment = new MockActivityEnvironment(info, {
      logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
    });
    environment.on("heartbeat", (details) => {
      heartbeatDetails = details;
    });
    try {
      console.log(await environment.run(activities.sendMail, to));
      break;
    } catch (error) {
      const { message, type, nextRetryDelay, nonRetryable } = error as activity.ApplicationFailure;
      console.log(type, `"${message}"`, nonRetryable ? "for good" : `again in ${nextRetryDelay} ms`);
      if (nonRetryable) break;
    }
  }
}

/* Prints:
SERVER_ERROR "SCHEDULED: 421 try again later" again in 5000 ms
sent to ada, connected to mx1 before
NON_RETRYABLE_CLASS "NON_RETRYABLE_CLASS: no such user" for good
*/
