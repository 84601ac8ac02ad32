import type { AttemptInfo, Policy } from "../../index.ts";
import { inSomeScope, isIdempotent, type RepeatOptions, requireRepeat } from "../../servers/repeat/index.ts";
import { type HonoContext, type HonoNext, routeOf } from "./shapes.ts";

/**
 * A handler of a route that is repeated by a policy where it throws, or answers with a status that is worth another try (503 and its like): for methods that may
 * be repeated, or where `mayRepeat` says so. In the end it gives the last response, or throws. The status and headers that a failed attempt has set on the context
 * are taken back. Bodies are read by Hono's own methods (`c.req.json()`), which keep them: when one was read past these, the handler is called once. It must not
 * call `next`, which runs once.
 *
 * @throws TypeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { repeatHandler } from "redress/hono";
 *
 * const readOrder = repeatHandler(policy, async () => Response.json(await loadOrder("7")));
 */
export function repeatHandler<Handler extends (context: never, next: never) => unknown>(
  policy: Policy<unknown, unknown>,
  handler: Handler,
  options: RepeatOptions<Parameters<Handler>[0]> = {},
): Handler {
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler, options });
  const handle = handler as unknown as (context: HonoContext, next: HonoNext) => unknown;
  const repeated = async (context: HonoContext, next: HonoNext): Promise<unknown> => {
    const { method } = context.req;
    const maybe = isIdempotent(method) || mayRepeat(context as Parameters<Handler>[0]);
    const before = preparedOf(context);
    const attempted = async ({ attempt }: AttemptInfo): Promise<unknown> => {
      if (attempt > 1) takeBack(context, before);
      return handle(context, next);
    };
    const refuseRepeat = (): string | undefined => {
      if (!maybe) return `${method} may not be handled twice`;
      return isBodyLost(context) ? "the body of the request has been read" : undefined;
    };
    const outcome = await inSomeScope(() => policy.execute(attempted, { operation: routeOf(context), refuseRepeat }));
    if (outcome.ok) return outcome.value;
    // The last answer, whatever it was, is the handler's own.
    if (outcome.cause === "result" && outcome.stopReason !== "ABORTED") return outcome.lastResult;
    throw outcome.error;
  };
  return repeated as unknown as Handler;
}

/** What was set for the answer so far. */
interface Prepared {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** Hono tells of it by a response alone. Copied, since the headers of that may be Hono's own. */
function preparedOf(context: HonoContext): Prepared {
  const { status, headers } = context.newResponse(null);
  return { status, headers: [...headers] };
}

function takeBack(context: HonoContext, { status, headers }: Prepared): void {
  const now = preparedOf(context);
  for (const [name] of now.headers) context.header(name);
  for (const [name, value] of headers) context.header(name, value, { append: true });
  if (now.status !== status) context.status(status);
}

/** Read by the handler itself, and not by Hono, which gives it again. */
function isBodyLost({ req: { raw, bodyCache = {} } }: HonoContext): boolean {
  return raw.bodyUsed && Object.keys(bodyCache).length === 0;
}
