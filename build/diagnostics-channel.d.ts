// What src/contrib/diagnostics/ uses of a module that Node, Bun and Deno all have: the rest of what is published names nothing of Node's.
declare module "node:diagnostics_channel" {
  export interface Channel {
    readonly hasSubscribers: boolean;
    publish(message: unknown): void;
    runStores<R>(message: unknown, fn: () => R): R;
  }
  export function channel(name: string): Channel;
}
