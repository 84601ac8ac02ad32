/*
 * A stream of got, which is handed out before anything is sent, and sent once. The policy bounds its opening: a circuit that is open, or a limit, keeps it
 * from being sent; the attempt is over when the head of an answer is there.
 */
import { FailedAnswer, isWorthAnotherTry } from "../../clients/http/index.ts";
import { Gate, refusedRetry } from "./got-request.ts";
import type { GotOptions, GotStream } from "./got-shapes.ts";
import type { PolicyRequest } from "./promise-call.ts";

export function sendStream(
  { policy, operation, deadline }: PolicyRequest,
  options: GotOptions,
  next: (options: GotOptions) => GotStream,
): GotStream {
  const gate = new Gate(deadline);
  gate.stand(options);
  const stream = next(options);
  const left = new AbortController();
  let begun = false;
  const refused = refusedRetry(options);
  if (refused !== undefined) {
    gate.close(refused);
    return stream;
  }
  const opening = new Promise<void>((resolve, reject) => {
    stream.once("response", ({ statusCode, headers }) => {
      gate.leave(options);
      if (isWorthAnotherTry(statusCode, headers))
        reject(new FailedAnswer(operation, statusCode, { status: statusCode, headers }));
      else resolve();
    });
    stream.once("close", () => {
      const error = stream.errored ?? new Error(`The stream of ${operation} was closed before it was answered.`);
      reject(error);
      // Before the policy has let it through: it need not.
      if (!begun) left.abort(error);
    });
  });
  // It may end before the policy asks.
  opening.catch(() => {});
  const call = policy.execute(
    (info) => {
      const { signal } = info;
      const aborted = (): unknown => stream.destroy(errorOf(signal.reason));
      signal.addEventListener("abort", aborted);
      // Holds the signal while the stream flows: nothing else does, and with the scope of the call it still aborts.
      stream.once("close", () => signal.removeEventListener("abort", aborted));
      deadline?.begin(info);
      begun = true;
      gate.open();
      return opening;
    },
    { operation, signal: left.signal, refuseRepeat: () => "a stream of got is sent once" },
  );
  call.then(
    (outcome) => {
      if (!outcome.ok) gate.close(outcome.error);
    },
    (error: unknown) => gate.close(error),
  );
  return stream;
}

const errorOf = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
