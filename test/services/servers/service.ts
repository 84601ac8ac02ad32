/*
 * What every framework's integration is shown with: one small service, mounted as that framework's users would. The scenarios are in scenarios.ts; a
 * framework says in an adapter how it mounts them.
 */
import type { Limiter, Policy } from "redress";
import type { Shutdown } from "redress/node-http";

/** What the integration is told, the same for all of them. */
interface GivenOptions {
  readonly deadlineHeader?: string | readonly string[] | false;
  readonly maxDeadlineMs?: number;
  readonly deadlineMs?: number;
  readonly shutdown?: Shutdown;
}

/** What stands at the door. */
interface Shedding {
  readonly limiter: Limiter;
  readonly priorityOf?: (method: string) => "exempt" | "high" | "normal" | "low";
  readonly exemptPaths?: readonly string[];
}

/** The same, as the integration takes it. */
export function doorOf<Request>({ shed }: Service, methodOf: (request: Request) => string) {
  if (shed === undefined) return {};
  const { priorityOf, ...given } = shed;
  return { ...given, ...(priorityOf && { priority: (request: Request) => priorityOf(methodOf(request)) }) };
}

/** The service that an adapter mounts. Every route runs in the scope of its request, and errors are answered by the integration. */
export interface Service {
  /** `GET /orders/:id` and `POST /orders/:id` answer with what it gives, as JSON. `attempt` is 1 but where the route is repeated. */
  readonly handle: (attempt: number) => unknown;
  readonly options?: GivenOptions;
  readonly shed?: Shedding;
  /** Headers that the handler of orders sets before it does anything else. */
  readonly says?: Readonly<Record<string, string>>;
  /** `GET /parts/:id` sends "first " at once, then waits for `handle`, and sends what it gives. */
  readonly parts?: boolean;
  /** Both routes of orders are repeated by this policy. */
  readonly repeatedBy?: Policy<unknown, unknown>;
  /** Nothing of the integration is installed: what the framework makes of our errors by itself. */
  readonly isBare?: boolean;
  readonly protocol?: "http/1.1" | "h2c";
}

/** A service that listens. */
export interface Running {
  readonly origin: string;
  /** Stops at once: connections are closed. */
  close(): Promise<void>;
  /** Stops as that framework's applications do, which the integration waits for. */
  shutDown(shutdown: Shutdown): Promise<boolean>;
}

export interface Framework {
  readonly name: string;
  start(service: Service): Promise<Running>;
  /** Whether it can serve HTTP/2 without TLS. */
  readonly speaksH2c: boolean;
  /** Whether it is known when an answer is out. */
  readonly tellsTheEnd: boolean;
  /** Whether its routes can be repeated. */
  readonly repeats: boolean;
  /** What the framework answers for a bare `CircuitOpenError` that is due in 3 s: some know the header, too. */
  readonly bare: { readonly status: number; readonly retryAfter: string | undefined };
  /** The status that it answers for an error that nobody knows. */
  readonly unknownStatus: number;
}
