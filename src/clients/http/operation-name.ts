/**
 * The name of a request in telemetry: `GET api.example`. The path is no part of it, since paths hold ids; a route is, where there is one:
 * `GET /users/:id`.
 */
export function operationName(method: string, host: string, route?: string): string {
  return `${method} ${route ?? host}`;
}
