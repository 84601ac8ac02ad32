import { ownMembers } from "../core/read-options.ts";

// Objects that were made here of options that had been checked: no user has ever seen one.
const checked = new WeakSet<object>();

/** Hands checked options on to a constructor, under another owner's name, without a second check. What a later layer holds replaces what an earlier one does. */
export function alreadyChecked<Options extends object>(...layers: readonly Options[]): Options {
  const options = ownMembers(...layers);
  checked.add(options);
  return options;
}

/** The options that a constructor was given, read and checked once. */
export function checkedOnce<Options extends object>(options: Options, read: (options: Options) => Options): Options {
  return checked.has(options) ? options : read(options);
}
