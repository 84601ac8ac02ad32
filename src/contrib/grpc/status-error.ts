import { nameOfStatus, stopOf } from "../../clients/rpc/index.ts";
import { isRetryExhaustedError } from "../../index.ts";
import type { GrpcMetadata, GrpcStatus } from "./shapes.ts";

/** What the policy gets for a call that ended with another status than OK: it reads like the `ServiceError` that grpc-js gives to callers. */
export class GrpcStatusError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: GrpcMetadata;
  readonly status: GrpcStatus;

  constructor(status: GrpcStatus) {
    const { code, details, metadata } = status;
    // A policy further in says there how it ended the call.
    super(`${code} ${nameOfStatus(code)}: ${details}`, "cause" in status ? { cause: status.cause } : undefined);
    this.code = code;
    this.details = details;
    this.metadata = metadata;
    this.status = status;
    // Its parts are told already.
    Object.defineProperty(this, "status", { enumerable: false });
  }

  override get name(): string {
    return "GrpcStatusError";
  }
}

/** The error of the server's that a policy gave up on; `undefined` where no server had answered. */
export function serverErrorBehind(error: unknown): GrpcStatusError | undefined {
  const last = isRetryExhaustedError(error) ? error.lastError : error;
  return last instanceof GrpcStatusError ? last : undefined;
}

/**
 * The status that the caller gets for what a policy has thrown: that of the server as it was, or one of ours. grpc-js copies all of its members to
 * the `ServiceError` that it makes of it: by the `cause`, `outcomeOf` finds why the call stopped.
 */
export function statusFor(error: unknown, none: () => GrpcMetadata): GrpcStatus {
  const status = serverErrorBehind(error)?.status ?? { ...stopOf(error), metadata: none() };
  return { ...status, cause: error } as GrpcStatus;
}

/** Metadata without an entry. */
export function emptyLike(metadata: GrpcMetadata): GrpcMetadata {
  const empty = metadata.clone();
  for (const key of Object.keys(empty.getMap())) empty.remove(key);
  return empty;
}
