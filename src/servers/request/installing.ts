/**
 * Refuses what a framework calls a function with that makes a middleware, where it was installed itself: `app.use(answerErrors)`. Nothing would be answered.
 *
 * @throws TypeError
 */
export function refuseRequest(maker: string, given: readonly unknown[]): void {
  if (given.length > 0)
    throw new TypeError(`${maker} makes what is installed, and takes nothing: write ${maker}(), with its parentheses.`);
}
