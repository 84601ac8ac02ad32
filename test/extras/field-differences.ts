/*
 * Where universalClassifier says something else of a recorded error than the person who recorded it: what it says, and why. The first part is
 * judged differently; of the rest nothing that the error has tells what happened.
 */
import type { Classification } from "redress";

type Difference = readonly [answer: Classification, because: string];

const SAYS_STATUS = "the service's own status says so, and an unknown library's is believed; both are retried";
const ASKS_TO_BACK_OFF = "it is asked to do less: its own limit is reached, and it says to back off";
const BUSY = "a server that has too much to do is overloaded, as with a 503";
const BY_NAME = "the status is one of a login, and the words that say more are this service's alone; neither is retried";
const NO_WORD = "no field and no plain word of it says so";
const ABORTED = "its timeout is an AbortError without a cause, as is what the caller aborted";

export const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, Difference>>>> = {
  ably: { "401.40160": [{ errorClass: "AUTH" }, BY_NAME] },
  airtable: { "502.html": [{ errorClass: "TRANSIENT" }, "the client asks to try again soon; both are retried"] },
  "basic-ftp": { "greeting.421-too-many": [{ errorClass: "RATE_LIMIT" }, ASKS_TO_BACK_OFF] },
  "cloudflare-workers": {
    "queue.send.overloaded": [{ errorClass: "RATE_LIMIT" }, ASKS_TO_BACK_OFF],
    "d1.overloaded": [{ errorClass: "RATE_LIMIT" }, ASKS_TO_BACK_OFF],
    "do.overloaded": [{ errorClass: "RATE_LIMIT" }, ASKS_TO_BACK_OFF],
  },
  consul: { "500.no-leader": [{ errorClass: "SERVER_ERROR" }, SAYS_STATUS] },
  elasticsearch: { "503.no-master": [{ errorClass: "SERVER_ERROR" }, SAYS_STATUS] },
  elevenlabs: { "429.system-busy": [{ errorClass: "SERVER_ERROR" }, BUSY] },
  "kubernetes-client": { "500.etcd-leader": [{ errorClass: "SERVER_ERROR" }, SAYS_STATUS] },
  ldapjs: { "51.busy": [{ errorClass: "SERVER_ERROR" }, BUSY] },
  ldapts: { "51.busy": [{ errorClass: "SERVER_ERROR" }, BUSY] },
  monday: {
    "200.unauthorized": [{ errorClass: "AUTH" }, BY_NAME],
    "504.html": [{ errorClass: "TRANSIENT", timeout: true }, "the status is lost: whoever gave up, it was a timeout"],
  },
  mqtt: {
    "connack.v5.busy": [{ errorClass: "SERVER_ERROR" }, BUSY],
    "connack.wrong-password": [{ errorClass: "PERMISSION" }, "the protocol calls 5 Not authorized; brokers differ"],
  },
  "node-telegram-bot-api": { "502.as-network-error": [{ errorClass: "TRANSIENT" }, "the client names it a NetworkError"] },
  "node-vault": { "500.no-active-node": [{ errorClass: "SERVER_ERROR" }, SAYS_STATUS] },
  "openrouter-ai-sdk": {
    "stream.error-chunk": [{ errorClass: "TRANSIENT" }, "the words are about a connection; both are retried"],
  },
  puppeteer: {
    "goto.detached": [{ errorClass: "TRANSIENT" }, "a page that was replaced says the same"],
    "evaluate.thrown": [{ errorClass: "UNKNOWN" }, "an error of the page's own script, which looks like any other"],
  },
  resend: {
    "401.restricted-key": [{ errorClass: "AUTH" }, BY_NAME],
    "429.monthly-quota": [{ errorClass: "RATE_LIMIT" }, "the name is this service's own, and the status is believed"],
  },
  ssh2: {
    "disconnect.too-many-connections": [{ errorClass: "RATE_LIMIT" }, ASKS_TO_BACK_OFF],
    "not-connected": [{ errorClass: "UNKNOWN" }, "a connection that was lost says the same"],
  },
  "together-ai": { "403.context": [{ errorClass: "PERMISSION" }, BY_NAME] },
  "twitter-api-v2": {
    "403.duplicate": [{ errorClass: "PERMISSION" }, BY_NAME],
    cut: [{ errorClass: "UNKNOWN" }, NO_WORD],
  },
  "upstash-qstash": { "receiver.signature": [{ errorClass: "PERMANENT" }, "it is somebody else's request; neither is retried"] },
  vercel: {
    "blob.unknown": [{ errorClass: "SERVER_ERROR" }, "an answer that the client cannot name is the server's failure"],
    "kv.daily-limit": [{ errorClass: "PERMANENT" }, "a plan that is used up for the day"],
  },

  asana: { "412.sync-token": [{ errorClass: "CONCURRENCY" }, "412 is a lost optimistic lock elsewhere"] },
  "async-lock": { "timed-out": [{ errorClass: "TRANSIENT", timeout: true }, "the words say no more than that it timed out"] },
  "better-queue": { "input-rejected": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  "cassandra-driver": { "argument.wrong-type": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  dropbox: {
    "409.not-found": [{ errorClass: "CONCURRENCY" }, "409 stands for everything there, and the code is this service's alone"],
  },
  "generic-pool": { "max-waiting": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  "googleapis-gmail": { timeout: [{ errorClass: "PERMANENT" }, ABORTED] },
  "hapi-wreck": { timeout: [{ errorClass: "SERVER_ERROR", timeout: true }, "the client gives it the 504 of a gateway"] },
  "huggingface-inference": { "503.loading": [{ errorClass: "SERVER_ERROR" }, "the delay has a name of its own in the body"] },
  imagekit: { "429": [{ errorClass: "RATE_LIMIT" }, "the time until the reset has a name of its own"] },
  mailgun: { refused: [{ errorClass: "PERMANENT" }, "the client gives it the status 400"] },
  "nice-grpc": { internal: [{ errorClass: "UNKNOWN" }, "gRPC's UNKNOWN, with no word of HTTP"] },
  "pdf-lib": { "no-header": [{ errorClass: "UNKNOWN" }, NO_WORD], encrypted: [{ errorClass: "UNKNOWN" }, NO_WORD] },
  plaid: { "400.institution-down": [{ errorClass: "PERMANENT" }, "the status is 400, and the code is this service's alone"] },
  prismic: { "502.html": [{ errorClass: "UNKNOWN" }, "the status is lost"] },
  pusher: { timeout: [{ errorClass: "PERMANENT" }, ABORTED] },
  "rate-limiter-flexible": { "queue-full": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  razorpay: { "400.in-progress": [{ errorClass: "PERMANENT" }, "the status is 400, and only a sentence says more"] },
  "redis-om": { "invalid-value": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  redlock: { "v5.execution-error": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  sharp: { "missing-file": [{ errorClass: "UNKNOWN" }, NO_WORD] },
  "socket.io-client": { refused: [{ errorClass: "UNKNOWN" }, NO_WORD] },
  typesense: { import: [{ errorClass: "UNKNOWN" }, "a list of results: look at each"] },
};
