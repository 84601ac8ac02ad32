// Objects that were made here of options that had been checked: no user has ever seen one.
const checked = new WeakSet<object>();

/** Hands checked options on to a constructor, under another owner's name, without a second check. */
export function alreadyChecked<Options extends object>(options: Options): Options {
  checked.add(options);
  return options;
}

/** The options that a constructor was given, checked once. */
export function checkedOnce<Options extends object>(options: Options, check: (options: Options) => void): Options {
  if (!checked.has(options)) check(options);
  return options;
}
