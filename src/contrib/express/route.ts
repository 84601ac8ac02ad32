import type { ExpressRequest } from "./shapes.ts";

/** The method and the template of the route, such as `GET /orders/:id`; `undefined` before one has matched. Where a router is mounted, Express knows only with ids in it. */
export function routeOf({ method, route }: ExpressRequest): string | undefined {
  return route?.path === undefined ? undefined : `${method} ${String(route.path)}`;
}
