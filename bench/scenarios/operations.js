/** The operations under test. They do no work of their own: what is measured is the policy around them. */

export const succeeds = async () => 1;

/** A failure that every contender retries. Creating one captures a stack trace, which takes microseconds. */
export function connectionReset() {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

/**
 * Two failures, then a success, over and over.
 * @param {() => Error} createError
 */
export function failsTwice(createError) {
  let invocation = 0;
  return async () => {
    if (invocation++ % 3 < 2) throw createError();
    return 1;
  };
}
