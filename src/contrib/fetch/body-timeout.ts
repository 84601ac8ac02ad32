import { RedressError } from "../../index.ts";

/** A body has stalled: `bodyTimeoutMs` have passed without a byte of it. TRANSIENT to the built-in classifiers, a timeout. */
export class BodyTimeoutError extends RedressError {
  static {
    Object.defineProperty(BodyTimeoutError.prototype, "name", { value: "BodyTimeoutError", writable: true, configurable: true });
  }
  /** In milliseconds. */
  readonly bodyTimeoutMs: number;
  readonly timeout = true;

  constructor(operation: string, bodyTimeoutMs: number) {
    super("ERR_REDRESS_BODY_TIMEOUT", "TRANSIENT", `The body of ${operation} stalled: nothing came for ${bodyTimeoutMs} ms.`);
    this.bodyTimeoutMs = bodyTimeoutMs;
  }
}

/**
 * The same response, whose body fails where it stalls. Only while somebody reads: a slow reader is no slow server.
 * What a constructed response cannot be given (its URL, type, whether it was redirected) is taken over.
 */
export function withBodyTimeout(response: Response, bodyTimeoutMs: number, operation: string): Response {
  const { body, status, statusText, headers, url, redirected, type } = response;
  if (body === null) return response;
  const reader = body.getReader();
  const bounded = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const stall = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(new BodyTimeoutError(operation, bodyTimeoutMs)), bodyTimeoutMs);
        });
        try {
          const { done, value } = await Promise.race([reader.read(), stall]);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          reader.cancel(error).catch(() => {});
          throw error;
        } finally {
          clearTimeout(timer);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const same = new Response(bounded, { status, statusText, headers });
  for (const [name, value] of Object.entries({ url, redirected, type }))
    Object.defineProperty(same, name, { value, enumerable: true, configurable: true });
  return same;
}
