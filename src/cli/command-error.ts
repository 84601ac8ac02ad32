/** The command could not do its work: exit code 2, and one sentence that says why. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** The stack of an error that the user's code threw, without the frames of this package. */
  readonly userStack: string | undefined;
  /** The command whose --help explains what was wrong with the arguments; empty for the list of commands. */
  readonly helpOf: string | undefined;

  constructor(message: string, more: { userStack?: string | undefined; helpOf?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.userStack = more.userStack;
    this.helpOf = more.helpOf;
  }
}
