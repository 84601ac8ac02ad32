import type { OptionRule } from "../options/index.ts";

/** What the interceptors of gRPC and Connect let users set. */
export interface RpcOptions {
  /**
   * Which methods may be carried out twice, by their path, such as `/shop.Orders/Get`: `true` for all of them. The others are repeated only where the
   * status says that the server has not carried them out, and are never hedged. @default none but those that the service itself declares
   */
  readonly idempotent?: boolean | ((method: string) => boolean) | undefined;
  /** The low-cardinality name of a method in telemetry. @default its path, `/shop.Orders/Get` */
  readonly operation?: ((method: string) => string) | undefined;
}

export const rpcRules: Readonly<Record<keyof RpcOptions, OptionRule>> = {
  idempotent: {
    text: "true, false or a function of the method's path",
    type: "",
    ok: (value: unknown) => typeof value === "boolean" || typeof value === "function",
  },
  operation: { text: "a function of the method's path", type: "function", ok: () => true },
};

export interface RpcSettings {
  isIdempotent(method: string): boolean;
  operationOf(method: string): string;
}

/** What options that were read and checked come to. */
export function rpcSettings({ idempotent = false, operation }: RpcOptions): RpcSettings {
  return {
    // Nothing but true is a yes: a promise, from a function that was made asynchronous, is none.
    isIdempotent: (method) => (typeof idempotent === "function" ? idempotent(method) : idempotent) === true,
    operationOf: (method) => operation?.(method) ?? method,
  };
}
