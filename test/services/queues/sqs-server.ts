/*
 * Amazon SQS as far as a worker needs it: the AWS JSON protocol over HTTP, in this process. Its time stands still, and goes on to the next message that is to be seen when
 * somebody waits for one: so no test sleeps.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Stored {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, unknown>;
  readonly sentAtMs: number;
  received: number;
  visibleAtMs: number;
  receipt: string;
}

export interface Asked {
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly atMs: number;
}

export class SqsServer {
  readonly asked: Asked[] = [];
  nowMs = 0;
  readonly #queues = new Map<string, Stored[]>();
  readonly #server: Server;
  #ids = 0;
  /** The answer instead, once. */
  failNext: { readonly status: number; readonly type: string } | null = null;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify(body));
      });
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  url = (queue: string): string => `${this.origin}/000000000000/${queue}`;

  /** What is in a queue: bodies and attributes. */
  in(queue: string): Stored[] {
    return this.#queues.get(this.url(queue)) ?? [];
  }

  async #answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const input = JSON.parse(text) as Record<string, unknown>;
    this.asked.push({ action, input, atMs: this.nowMs });
    if (this.failNext !== null) {
      const { status, type } = this.failNext;
      this.failNext = null;
      return { status, body: { __type: type, message: "as told" } };
    }
    try {
      return { status: 200, body: this.#do(action, input) };
    } catch (error) {
      return { status: 400, body: { __type: (error as Error).name, message: (error as Error).message } };
    }
  }

  #do(action: string, input: Record<string, unknown>): unknown {
    const queue = String(input["QueueUrl"]);
    const messages = this.#queues.get(queue) ?? [];
    this.#queues.set(queue, messages);
    if (action === "SendMessage") {
      const id = String(++this.#ids);
      const attributes = (input["MessageAttributes"] ?? {}) as Record<string, unknown>;
      const sentAtMs = Date.now();
      messages.push({ id, body: String(input["MessageBody"]), attributes, sentAtMs, received: 0, visibleAtMs: 0, receipt: "" });
      return { MessageId: id, MD5OfMessageBody: md5(String(input["MessageBody"])) };
    }
    if (action === "ReceiveMessage") return { Messages: this.#receive(messages, input) };
    const message = messages.find(({ receipt }) => receipt === input["ReceiptHandle"]);
    if (message === undefined) throw named("ReceiptHandleIsInvalid", "The receipt handle is not valid.");
    if (action === "DeleteMessage") messages.splice(messages.indexOf(message), 1);
    else if (action === "ChangeMessageVisibility") {
      const seconds = Number(input["VisibilityTimeout"]);
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) throw named("InvalidParameterValue", `${seconds} s`);
      message.visibleAtMs = this.nowMs + seconds * 1_000;
    } else throw named("InvalidAction", action);
    return {};
  }

  #receive(messages: readonly Stored[], input: Record<string, unknown>): unknown[] {
    const soonest = Math.min(...messages.map(({ visibleAtMs }) => visibleAtMs));
    if (soonest > this.nowMs && soonest < Infinity) this.nowMs = soonest;
    const seen = messages
      .filter(({ visibleAtMs }) => visibleAtMs <= this.nowMs)
      .slice(0, Number(input["MaxNumberOfMessages"] ?? 1));
    return seen.map((message) => {
      message.received++;
      message.visibleAtMs = this.nowMs + Number(input["VisibilityTimeout"] ?? 30) * 1_000;
      message.receipt = `${message.id}-${message.received}`;
      const { id, body, attributes, received, receipt, sentAtMs } = message;
      const Attributes = { ApproximateReceiveCount: String(received), SentTimestamp: String(sentAtMs) };
      return {
        MessageId: id,
        ReceiptHandle: receipt,
        Body: body,
        MD5OfBody: md5(body),
        Attributes,
        MessageAttributes: attributes,
      };
    });
  }
}

/** The client checks it. */
const md5 = (body: string): string => createHash("md5").update(body).digest("hex");

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
