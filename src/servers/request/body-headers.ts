/**
 * What a handler may have said of the body that it never came to send, and which is wrong of every other body: a client would wait for bytes that do not come,
 * unpack what is not packed, or keep an error as a file.
 */
export const BODY_HEADERS: readonly string[] = [
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "etag",
  "last-modified",
  "transfer-encoding",
];
