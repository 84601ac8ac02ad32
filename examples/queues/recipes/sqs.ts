/* A worker for Amazon SQS that does not sleep through a backoff: docs/queues/recipes.md says why it is as it is. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type AttemptInfo, deferFrom, type Failure, type Policy, type Progress, rejectionBehind } from "redress";

export interface SqsWorker {
  readonly sqs: SQSClient;
  readonly policy: Policy;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly handle: (message: Message, attempt: AttemptInfo) => unknown;
  /** Aborts when the worker shuts down. */
  readonly signal: AbortSignal;
}

const LONGEST_S = 43_200;

/** What SQS knows of a message, as a progress: each time that it was received is an attempt, killed ones included. */
function progressOf({ Attributes }: Message, received: number): Progress | null {
  if (received === 1) return null;
  const sentAtMs = Number(Attributes?.SentTimestamp ?? Date.now());
  const elapsedMs = Math.max(0, Date.now() - sentAtMs);
  return { version: 1, attempts: received - 1, failures: {}, elapsedMs, prevSleepMs: null, deliveries: received - 1 };
}

/** In how many milliseconds the message is to be seen again; `null` for never. */
function delayOf({ stopReason, nextDelayMs, error, progress }: Failure, signal: AbortSignal): number | null {
  if (progress === null) return null;
  if (stopReason === "ABORTED") return signal.aborted ? 0 : null;
  // More fails than retries can help with now.
  if (stopReason === "BUDGET_EXHAUSTED") return Math.max(nextDelayMs ?? 0, 30_000);
  const delayMs = nextDelayMs ?? rejectionBehind(error)?.retryAfterMs ?? 30_000;
  return delayMs === Infinity ? 30_000 : delayMs;
}

/** Runs one delivery of a message, and does with it what the policy says. */
export async function handleMessage({ sqs, policy, queueUrl, deadLetterUrl, handle, signal }: SqsWorker, message: Message) {
  const received = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  const resume = { progress: progressOf(message, received), deliveries: received };
  const outcome = await policy.execute((attempt) => handle(message, attempt), { resume, signal, sleep: deferFrom(0) });
  const inQueue = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
  const delayMs = outcome.ok ? null : delayOf(outcome, signal);
  if (delayMs !== null) {
    const VisibilityTimeout = Math.min(Math.ceil(delayMs / 1_000), LONGEST_S);
    await sqs.send(new ChangeMessageVisibilityCommand({ ...inQueue, VisibilityTimeout }));
    return;
  }
  // First to the one queue, then from the other: a worker that dies between the two leaves it in both, and loses none.
  if (!outcome.ok) {
    const reason = { DataType: "String", StringValue: `${outcome.stopReason}: ${String(outcome.lastError)}`.slice(0, 500) };
    const MessageAttributes = { ...message.MessageAttributes, reason };
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterUrl, MessageBody: message.Body, MessageAttributes }));
  }
  await sqs.send(new DeleteMessageCommand(inQueue));
}

/** Receives and handles messages until the signal aborts. */
export async function work(worker: SqsWorker, visibilityS: number): Promise<void> {
  const { sqs, queueUrl, signal } = worker;
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    VisibilityTimeout: visibilityS,
    MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    MessageAttributeNames: ["All"],
  });
  while (!signal.aborted) {
    const { Messages = [] } = await sqs.send(receive, { abortSignal: signal });
    await Promise.all(Messages.map((message) => handleMessage(worker, message)));
  }
}
