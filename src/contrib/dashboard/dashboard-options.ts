import { aboveZero, aFunction, type OptionTable, objectWith, requireOptions, text } from "../../clients/options/index.ts";
import { type Registry, registry as registryOfProcess } from "../../registry/index.ts";

export interface DashboardOptions {
  /** Whose policies it shows. @default the registry of the process */
  readonly registry?: Pick<Registry, "snapshot" | "subscribe" | "trip" | "reset"> | undefined;
  /**
   * Whether who sends a request may open and close circuits by hand. Asked for the page, which has the buttons where it says `true`, and again for each use of
   * them. Without it nobody may.
   */
  readonly authorize?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** Where it is, for servers that hand on whole paths, such as `"/redress"`. Frameworks that mount a handler take that off themselves. @default "/" */
  readonly path?: string | undefined;
  /** The heading of the page. @default "redress" */
  readonly title?: string | undefined;
  /** How often the page hears of changes, at most, in milliseconds, > 0. @default 1_000 */
  readonly intervalMs?: number | undefined;
  /** How often it hears that the connection stands, in milliseconds, > 0, at most 2_147_483_647: below the patience of the proxies between. @default 15_000 */
  readonly heartbeatMs?: number | undefined;
  /** Hears of what `authorize` throws; the answer is 500 then. @default console.error */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const timer = {
  ...aboveZero,
  text: "a number > 0 and <= 2147483647",
  ok: (value: number) => value > 0 && value <= 2 ** 31 - 1,
};

const table: OptionTable<keyof DashboardOptions> = {
  rules: {
    registry: objectWith("a Registry", ["snapshot", "subscribe", "trip", "reset"]),
    authorize: aFunction,
    path: { text: 'a path that begins with "/"', type: "string", ok: (value: string) => value.startsWith("/") },
    title: text,
    intervalMs: timer,
    heartbeatMs: timer,
    onError: aFunction,
  },
};

export function readDashboardOptions(options: DashboardOptions) {
  const {
    registry = registryOfProcess,
    authorize,
    path = "/",
    title = "redress",
    intervalMs = 1_000,
    heartbeatMs = 15_000,
    onError = (error: unknown) => console.error(error),
  } = requireOptions("dashboard", options, table);
  return { registry, authorize, path, title, intervalMs, heartbeatMs, onError };
}
