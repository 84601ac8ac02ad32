import type { Registry } from "../../registry/index.ts";
import { type DashboardOptions, readDashboardOptions } from "./dashboard-options.ts";
import { eventStream } from "./event-stream.ts";
import { pageFor } from "./page.ts";
import { isSameOrigin } from "./same-origin.ts";
import { type NodeHandler, toNodeHandler } from "./to-node-handler.ts";

/** Answers requests: for whatever speaks in the platform's `Request` and `Response`. */
export interface Dashboard {
  (request: Request): Promise<Response>;
  /** The same for Node's own servers, and frameworks over them such as Express. */
  readonly node: NodeHandler;
}

type Answer = (request: Request, url: URL) => Response | Promise<Response>;

/** What every answer says: nothing of it is kept, framed, or taken for something else. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

function answer(status: number, body: BodyInit | null, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, { status, headers: { ...HEADERS, ...headers } });
}

const say = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response =>
  answer(status, `${text}\n`, { "content-type": "text/plain; charset=utf-8", ...headers });

/**
 * A page that shows how the policies of a registry stand, and stays up to date: calls, amplification, stop reasons, circuits, budgets, limiters and hedges. It
 * answers `GET` for the page, `snapshot` (JSON) and `events` (server-sent events), and, where `authorize` is given, `POST` for `trip` and `reset`.
 *
 * Who may see it is the application's affair: put it behind what guards its other pages for operators.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * import { dashboard } from "redress/dashboard";
 * import { createServer } from "node:http";
 *
 * const server = createServer(dashboard().node).listen(0, () => server.close());
 */
export function dashboard(options: DashboardOptions = {}): Dashboard {
  const settings = readDashboardOptions(options);
  const { registry, authorize, path, intervalMs, heartbeatMs, onError } = settings;

  const page: Answer = async (request) => {
    const mayAct = authorize !== undefined && (await authorize(request)) === true;
    const { body, policy } = pageFor({ title: settings.title, mayAct, heartbeatMs });
    return answer(200, body, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
  };

  const gets: Readonly<Record<string, Answer>> = {
    "": page,
    "/": page,
    "/snapshot": () => answer(200, JSON.stringify(registry.snapshot()), { "content-type": "application/json; charset=utf-8" }),
    "/events": (request) =>
      answer(200, eventStream(registry, { intervalMs, heartbeatMs }, request), {
        "content-type": "text/event-stream; charset=utf-8",
        // Proxies that gather an answer before they pass it on would show nothing for minutes.
        "x-accel-buffering": "no",
      }),
  };

  const move =
    (how: "trip" | "reset"): Answer =>
    async (request, url) => {
      if (authorize === undefined) return say(403, "The application lets nobody move circuits here.");
      if (!isSameOrigin(request)) return say(403, "Circuits are moved from the page itself alone.");
      if ((await authorize(request)) !== true) return say(403, "The application does not let you move circuits.");
      return moveCircuit(registry, how, url.searchParams.get("circuit") ?? "");
    };
  const posts: Readonly<Record<string, Answer>> = { "/trip": move("trip"), "/reset": move("reset") };

  const respond = (request: Request): Response | Promise<Response> => {
    const url = new URL(request.url);
    const place = placeBelow(path, url.pathname);
    if (place !== null && Object.hasOwn(gets, place)) {
      if (request.method === "GET") return (gets[place] as Answer)(request, url);
      if (request.method === "HEAD" && place !== "/events") return headOf((gets[place] as Answer)(request, url));
      return say(405, "Only GET.", { allow: place === "/events" ? "GET" : "GET, HEAD" });
    }
    if (place !== null && Object.hasOwn(posts, place))
      return request.method === "POST" ? (posts[place] as Answer)(request, url) : say(405, "Only POST.", { allow: "POST" });
    return say(404, "There is nothing here.");
  };

  const handler = async (request: Request): Promise<Response> => {
    try {
      return await respond(request);
    } catch (error) {
      onError(error);
      return say(500, "The dashboard has failed.");
    }
  };
  return Object.assign(handler, { node: toNodeHandler(handler) });
}

/** What a path says below the place where the dashboard is; `null` where it is not below it. */
function placeBelow(path: string, pathname: string): string | null {
  const base = path.endsWith("/") ? path.slice(0, -1) : path;
  return pathname.startsWith(base) ? pathname.slice(base.length) : null;
}

async function headOf(whole: Response | Promise<Response>): Promise<Response> {
  const { status, headers } = await whole;
  return new Response(null, { status, headers });
}

function moveCircuit(registry: Pick<Registry, "snapshot" | "trip" | "reset">, how: "trip" | "reset", name: string): Response {
  const circuit = registry.snapshot().circuits.find((each) => each.name === name);
  if (circuit === undefined) return say(404, "There is no such circuit.");
  if (!circuit.canTrip) return say(409, "This circuit breaker cannot be moved by hand.");
  registry[how](name);
  return answer(204, null);
}
