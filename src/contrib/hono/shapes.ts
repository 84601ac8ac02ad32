/* What of Hono 4 is met, by shape. */

export interface HonoContext {
  /** What the platform hands to the application. */
  readonly env?: unknown;
  readonly req: {
    readonly raw: Request;
    readonly method: string;
    readonly path: string;
    /** The bodies that Hono's own methods have read, and give again. */
    readonly bodyCache?: object;
    header(name: string): string | undefined;
    /** The route of the handler that is running. */
    readonly routePath?: string;
  };
  /** The answer, once there is one. */
  readonly res: Response;
  /** A response with the status and headers that were set for the answer so far. */
  newResponse(body: string | ReadableStream | null, init?: ResponseInit): Response;
  header(name: string, value?: string, options?: { readonly append?: boolean }): void;
  status(status: number): void;
}

export type HonoNext = () => Promise<void>;

/** The method and the template of the route whose handler is running. */
export function routeOf({ req }: HonoContext): string | undefined {
  const { method, routePath } = req;
  return routePath === undefined || routePath === "" ? undefined : `${method} ${routePath}`;
}
