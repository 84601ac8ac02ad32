/* redress/hono on the server of the platform itself, asked over real sockets. How that is started, the platform says. */
import { Hono } from "hono";
import { CircuitBreaker, constant, Policy, TransientError } from "redress";
import { answerErrors, repeatHandler, requestScope } from "redress/hono";
import { currentAttempt } from "redress/scope";

interface Served {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts a server of the platform's on a free port. */
type ServeFetch = (fetch: (request: Request) => Response | Promise<Response>) => Promise<Served>;

function application(ended: string[]): Hono {
  const circuit = new CircuitBreaker({ name: "db" });
  circuit.trip();
  const broken = new Policy({ circuitBreaker: circuit });
  const retried = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
  const waits = new Policy({ retry: {} });
  const app = new Hono();
  app.use(requestScope());
  app.onError(answerErrors((_error, context) => context.text("mine", 500)));
  app.get("/open", () => broken.call(async () => new Response()));
  app.get("/fails", () => retried.call(() => Promise.reject(new TransientError("down"))));
  app.get("/late", () => waits.call(() => new Promise<Response>(() => {})));
  app.get("/left", async (context) => {
    const outcome = await waits.execute(() => {
      ended.push("begun");
      return new Promise(() => {});
    });
    ended.push(outcome.ok ? "ok" : `${outcome.stopReason} ${(outcome.error as Error).name}`);
    return context.text("too late");
  });
  app.get(
    "/again",
    repeatHandler(retried, (context) => {
      if (currentAttempt()?.attempt === 3) return context.text("done");
      context.header("x-half", "yes");
      context.status(503);
      return context.text("busy");
    }),
  );
  return app;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isSo(); tries++) await new Promise((resolve) => setTimeout(resolve, 25));
}

/** What the service has answered, and how the call ended whose client has left. */
export async function honoScenario(serve: ServeFetch): Promise<Readonly<Record<string, unknown>>> {
  const ended: string[] = [];
  const { origin, stop } = await serve(application(ended).fetch);
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const answer = await fetch(origin + path, { headers });
    const told = [answer.headers.get("x-should-retry"), answer.headers.get("x-half")];
    return [answer.status, ...told, (await answer.text()).slice(0, 20)];
  };
  const report = {
    open: await ask("/open"),
    fails: await ask("/fails"),
    late: await ask("/late", { "x-request-timeout-ms": "150" }),
    again: await ask("/again"),
  };
  const leaving = new AbortController();
  const asked = fetch(`${origin}/left`, { signal: leaving.signal }).catch(() => "gone");
  await until(() => ended.length === 1);
  leaving.abort();
  await asked;
  await until(() => ended.length === 2);
  await stop();
  return { ...report, ended };
}
