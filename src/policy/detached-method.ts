/**
 * For a method that was taken off the object whose state it uses, as by `const { call } = policy`.
 *
 * @param owner how a user would call the object: "policy"
 */
export function detachedMethod(owner: string, method: string): TypeError {
  return new TypeError(
    `${method} was called without the ${owner} that it belongs to: call it as ${owner}.${method}(...), ` +
      `or bind it with ${owner}.${method}.bind(${owner}).`,
  );
}
