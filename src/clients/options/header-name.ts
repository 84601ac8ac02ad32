// RFC 9110, 5.6.2: a token. A name of more than 256 characters is a mistake.
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]{1,256}$/;

/** True for what can be the name of a header. */
export const isHeaderName = (value: unknown): value is string => typeof value === "string" && TOKEN.test(value);
