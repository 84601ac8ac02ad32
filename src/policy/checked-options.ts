/** Options that were checked already, in the name of another owner: no constructor checks them again. */
export class CheckedOptions {
  readonly options: object;

  constructor(options: object) {
    this.options = options;
  }

  /** Where a constructor takes options, the type of its own options. */
  static of<Options extends object>(options: Options): Options {
    return new CheckedOptions(options) as unknown as Options;
  }
}

/** The options that a constructor was given, checked once. */
export function checkedOnce<Options extends object>(options: Options, check: (options: Options) => void): Options {
  if (options instanceof CheckedOptions) return options.options as Options;
  check(options);
  return options;
}
