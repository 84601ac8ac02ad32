/** The command could not do its work: exit code 2, and one sentence that says why. */
export class CouldNotRun extends Error {
  override readonly name = "CouldNotRun";
  /** Of the user's code that threw, cleaned of ours. */
  readonly theirStack: string | undefined;
  /** The command whose --help explains what was wrong with the arguments. */
  readonly helpOf: string | undefined;

  constructor(message: string, more: { theirStack?: string | undefined; helpOf?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.theirStack = more.theirStack;
    this.helpOf = more.helpOf;
  }
}
