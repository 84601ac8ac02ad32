/* The three scenes. Each is run in two ways, which differ in one thing: with the rule that it shows, and without. */
import type { ClientBehaviour } from "./client.ts";
import { ATTEMPTS } from "./four-attempts.ts";
import type { Behaviour } from "./messages.ts";

export interface Way {
  readonly name: string;
  /** What makes the difference, in a sentence. */
  readonly how: string;
  readonly behaviour: Behaviour;
  readonly client: ClientBehaviour;
}

export interface Scene {
  readonly title: string;
  readonly about: string;
  readonly withRule: Way;
  readonly without: Way;
  /** What the figures call the moment from which on nobody waits; none in a scene whose client stays. */
  readonly after?: string;
}

const scoped: Behaviour = { handlers: "scoped", tellsRetried: true, passesDeadline: false, failsAfterMs: 0 };
const plain: Behaviour = { ...scoped, handlers: "plain" };

const LEAVES_AFTER_MS = 150;
const WAITS_MS = 400;

export type SceneName = "retries" | "disconnect" | "deadline";

export const scenes: Readonly<Record<SceneName, Scene>> = {
  retries: {
    title: "The last service is down: who repeats?",
    about: `The last service answers 503 at once. Client, front and middle have a policy of ${ATTEMPTS} attempts each.`,
    withRule: {
      name: "one layer retries",
      how: "A service that has retried answers with x-should-retry: false, and its callers do not repeat it.",
      behaviour: scoped,
      client: {},
    },
    without: {
      name: "every layer retries",
      how: "Front and middle answer a bare 503, so each caller starts over.",
      behaviour: { ...plain, tellsRetried: false },
      client: {},
    },
  },
  disconnect: {
    title: "The client leaves: who goes on?",
    about: `The last service works 100 ms on each request, and fails. The client leaves after ${LEAVES_AFTER_MS} ms. One layer retries in both.`,
    after: "the client left",
    withRule: {
      name: "in a scope",
      how: "handleRequests: when the client has gone, the call ends, and with it the connection to the next service.",
      behaviour: { ...scoped, failsAfterMs: 100 },
      client: { leavesAfterMs: LEAVES_AFTER_MS },
    },
    without: {
      name: "plain handlers",
      how: "The handlers never look whether the client is still there.",
      behaviour: { ...plain, failsAfterMs: 100 },
      client: { leavesAfterMs: LEAVES_AFTER_MS },
    },
  },
  deadline: {
    title: "The client has a deadline: who knows it?",
    about: `The last service works 250 ms on each request, and fails. The client waits ${WAITS_MS} ms, behind a proxy that keeps its connection open when it has gone.`,
    after: "the deadline",
    withRule: {
      name: "the deadline travels",
      how: "Each request says how much time is left, in x-request-timeout-ms, and each service works no longer.",
      behaviour: { ...scoped, passesDeadline: true, failsAfterMs: 250 },
      client: { deadlineMs: WAITS_MS, saysDeadline: true },
    },
    without: {
      name: "the client alone knows",
      how: "No request says how long its caller waits.",
      behaviour: { ...scoped, failsAfterMs: 250 },
      client: { deadlineMs: WAITS_MS },
    },
  },
};
