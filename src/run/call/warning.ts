/** The process, where the platform has one; the console, which all have. */
interface Platform {
  readonly process?: { emitWarning?(warning: Error): void };
  readonly console: { warn(message: string, cause: unknown): void };
}

/**
 * Warns the operator: by a warning of the process, which Node prints and other tools may collect (`process.on("warning")`), or on the console
 * of a browser or worker. Never throws.
 *
 * @param code by which the warning can be told from others
 */
export function warn(code: string, message: string, cause: unknown): void {
  try {
    const { process, console } = globalThis as Platform;
    if (typeof process?.emitWarning === "function") {
      const warning = new Error(message, { cause });
      // Node prints the detail below the message.
      process.emitWarning(Object.assign(warning, { name: "RedressWarning", code, detail: textOf(cause) }));
    } else console.warn(`RedressWarning [${code}]: ${message}`, cause);
  } catch {
    // A warning that cannot be given is no reason to fail.
  }
}

/** What was thrown, as text: the stack of an error, which says where. */
function textOf(thrown: unknown): string {
  try {
    const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
    return typeof stack === "string" ? stack : String(thrown);
  } catch {
    return typeof thrown;
  }
}
