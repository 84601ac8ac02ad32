/** What a constructor may be called in a tag: what was thrown may be anybody's data, and a tag is a label of metrics. */
const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]{0,63}$/u;

/**
 * The name of the class of an error; of what has none, its type. Asked of the prototype: an own property of that name is data, as in
 * a body that was parsed and thrown.
 */
export function errorName(error: unknown): string {
  if (typeof error !== "object") return typeof error;
  try {
    const maker: unknown = Object.getPrototypeOf(error).constructor;
    const name: unknown = typeof maker === "function" ? maker.name : undefined;
    return typeof name === "string" && IDENTIFIER.test(name) ? name : "object";
  } catch {
    // It is null, has no prototype, or refuses to be asked.
    return "object";
  }
}
