/*
 * Telegram's Bot API: `grammy`, `telegraf`, `node-telegram-bot-api`. The number is a status of HTTP: `error_code`, `errorCode`, or in the
 * response, with the delay in `parameters`. Many refusals come with 400, and say in words that a right is missing.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { passingIn } from "../common/index.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

const WRONG = 400;
const CONFLICT = 409;

/* Words of a 400. Sources: tdlib/telegram-bot-api Client.cpp; core.telegram.org/api/errors. */
const NO_RIGHT =
  /not enough rights|ha(?:ve|s) no rights|need administrator rights|administrator rights? required|CHAT_ADMIN_REQUIRED|CHAT_(?:WRITE|SEND_[A-Z]+)_FORBIDDEN|user is an administrator of the chat|can't remove chat owner/;
const WAIT = /FLOOD_WAIT_|SLOWMODE_WAIT_|too many requests/i;

/* Who polls while a webhook is set, polls in vain until it is deleted. The other conflict is another instance of the bot. */
const WEBHOOK_SET = /while webhook is active/;

/* Of node-telegram-bot-api: what went wrong on the way. EFATAL and EFETCH wrap what it was. Source: its src/errors.js, and src/core/errors.ts since 1. */
export const TELEGRAM_CLIENT_CODES: Codes = {
  TIMEOUT: ["ETIMEOUT"],
  TRANSIENT: ["EFETCH"],
};

/* How grammY begins what failed on the way. Source: grammY src/core/error.ts. */
const NOT_SENT = "Network request for '";

function telegramRule(link: Link): Verdict {
  const status = statusOf(link);
  const said = link.text("description") || link.message;
  if (status === WRONG && NO_RIGHT.test(said)) return "PERMISSION";
  if (status === WRONG && WAIT.test(said)) return "RATE_LIMIT";
  return status === CONFLICT && WEBHOOK_SET.test(said) ? "PERMANENT" : kindOfHttpStatus(status);
}

const API_ERROR = "ETELEGRAM";

/**
 * grammy's stands on the error, telegraf's in the response, those of node-telegram-bot-api on the error or in the body of the response.
 * `NaN` where there is none.
 */
function statusOf(link: Link): number {
  const { reader } = link;
  const response = link.read("response");
  const candidates = [
    link.name === "GrammyError" ? link.read("error_code") : undefined,
    link.read("on") === undefined ? undefined : reader.read(response, "error_code"),
    link.code === API_ERROR ? link.read("errorCode") : undefined,
    link.code === API_ERROR ? reader.read(reader.read(response, "body"), "error_code") : undefined,
  ];
  return Number(candidates.find((value) => typeof value === "number"));
}

/** Asked where nothing that is wrapped is known, but by its words. */
function clientRule({ code, message, reader, error }: Link): Verdict {
  if (!message.startsWith(NOT_SENT)) return kindOfCode(TELEGRAM_CLIENT_CODES, code);
  return passingIn(asText(reader.read(reader.read(error, "error"), "message"))) ?? "TRANSIENT";
}

export const telegram: Library = {
  name: "telegram",
  looks: { fields: ["error_code", "on"], codes: [API_ERROR] },
  meaning: { rule: telegramRule, lastResort: clientRule },
};
