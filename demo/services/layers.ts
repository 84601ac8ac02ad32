/* The handlers of the three services: front and middle call the next one, and the last one fails. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRetried } from "redress";
import { createFetch } from "redress/fetch";
import { handleRequests } from "redress/node-http";
import { currentScope } from "redress/scope";
import { fourAttempts } from "./four-attempts.ts";
import type { Behaviour, Visit } from "./messages.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** @param next the address of the service to call; `null` for the last one */
export function listenerOf(next: string | null, behaviour: Behaviour, visits: Visit[]): Listener {
  const handler = counted(next === null ? failing(behaviour) : calling(next, behaviour), visits);
  // Every error of this demo is answered with 500, and expected.
  return behaviour.handlers === "scoped" ? handleRequests(handler, { onError: () => {} }) : plain(handler, behaviour);
}

/** Front and middle: the policy repeats, and what is left at the end is thrown. */
function calling(next: string, { passesDeadline }: Behaviour): Handler {
  const callNext = createFetch(fourAttempts(), { throwHttpErrors: true, sendDeadline: passesDeadline && ["127.0.0.1"] });
  return async (_request, response) => {
    const answer = await callNext(next);
    response.end(await answer.text());
  };
}

/** The last one works for a while, as long as its scope lasts, and answers 503. */
function failing({ failsAfterMs }: Behaviour): Handler {
  return async (_request, response) => {
    const scope = currentScope();
    await sleep(failsAfterMs, undefined, scope && { signal: scope.signal });
    response.writeHead(503).end();
  };
}

function counted(handler: Handler, visits: Visit[]): Handler {
  return async (request, response) => {
    const told = request.headers["x-request-timeout-ms"];
    const visit: Visit = { atMs: Date.now(), endedAtMs: null, toldMs: told === undefined ? null : Number(told) };
    visits.push(visit);
    try {
      await handler(request, response);
    } finally {
      visit.endedAtMs = Date.now();
    }
  };
}

/** What many services do: answer 503 for whatever was thrown. */
function plain(handler: Handler, { tellsRetried }: Behaviour): Listener {
  return (request, response) => {
    handler(request, response).catch((error: unknown) => {
      response.writeHead(503, tellsRetried && hasRetried(error) ? { "x-should-retry": "false" } : {}).end();
    });
  };
}
