/** The page as one text, without data. */
export declare function buildPage(): Promise<string>;
