/** The module with the page, as it is to stand in src/contrib/dashboard/built-page.ts. */
export function buildModule(): Promise<string>;
