/** Where the modules are, in the copy of the project that is tested: those that count which test reaches what, and those that do not, which are faster. */
export const BUNDLES = { counting: "mutation/bundles/counting", fast: "mutation/bundles/fast" } as const;

export type Bundle = keyof typeof BUNDLES;

/** What there is to load: the chunks that tests share, and the modules of the test files, by the path of the file. */
export interface Manifest {
  readonly shared: string[];
  readonly tests: Record<string, string>;
}
