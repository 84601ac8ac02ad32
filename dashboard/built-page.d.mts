/** The page, with `{{NAME}}` where the handler puts a fact. */
export declare const PAGE: string;
/** What a Content-Security-Policy knows its script by. */
export declare const SCRIPT_HASH: string;
/** What a Content-Security-Policy knows its style sheet by. */
export declare const STYLE_HASH: string;
