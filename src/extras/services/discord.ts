/*
 * Discord: `@discordjs/rest`, `@discordjs/ws`, `discord.js`. RateLimitError says when to come back in milliseconds. DiscordAPIError has a
 * status, and a number that says more. Errors of discord.js have a word as their code, most of them about arguments.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { type Codes, kindOfCode, type Library, type Link, millisFromNow, type Verdict, withHeaders } from "../shared/index.ts";

/* Where the status says something else. Source: discord-api-types rest/common.ts (RESTJSONErrorCodes). */
export const DISCORD_NUMBERS: Codes = {
  RATE_LIMIT: [
    20016, // ActionCannotBePerformedDueToSlowmodeRateLimit
    20022, // AnnouncementEditLimitExceeded
    20028, // ChannelSendRateLimit
    20029, // ServerSendRateLimit
    30034, // MaximumDailyApplicationCommandCreatesReached
    30035, // MaximumNumberOfNonGuildMemberBansHasBeenExceeded: try again later
    30037, // MaximumNumberOfBanFetchesHasBeenReached: the same
    30040, // MaximumNumberOfPruneRequestsHasBeenReached: the same
    30042, // MaximumNumberOfGuildWidgetSettingsUpdatesHasBeenReached: the same
    30046, // MaximumNumberOfEditsToMessagesOlderThanOneHourReached: the same
    40003, // OpeningDirectMessagesTooFast
    40062, // ServiceResourceIsBeingRateLimited
  ],
  AUTH: [
    40001, // Unauthorized
    40012, // ConnectionHasBeenRevoked
    50014, // InvalidToken
    50025, // InvalidOAuth2AccessToken
    50027, // InvalidWebhookToken
    530001, // IdTokenJWTExpired
    530002, // IdTokenJWTIssuerMismatch
    530003, // IdTokenJWTAudienceMismatch
    530004, // IdTokenJWTIssuedTooLongAgo
    530007, // InvalidClientSecret
  ],
  PERMISSION: [
    50026, // MissingRequiredOAuth2Scope
    40007, // UserBannedFromThisGuild
    160002, // CannotReplyWithoutPermissionToReadMessageHistory
    160007, // CannotReferenceAMessageWithoutPermissionToReadMessageHistory
  ],
  SERVER_ERROR: [
    40004, // SendMessagesHasBeenTemporarilyDisabled
    40006, // FeatureTemporarilyDisabledServerSide
    130000, // APIResourceOverloaded
  ],
  TRANSIENT: [
    110000, // IndexNotYetAvailable: try again later
    110001, // ApplicationNotYetAvailable: the same
  ],
};

/* The others are about arguments and settings. Source: discord.js src/errors/ErrorCodes.js and Messages.js. */
export const DISCORDJS_CODES: Codes = {
  AUTH: ["TokenInvalid", "TokenMissing", "ApplicationCommandPermissionsTokenMissing", "WebhookTokenUnavailable"],
  PERMISSION: [
    "DisallowedIntents",
    "MissingManageGuildExpressionsPermission",
    "MissingManageEmojisAndStickersPermission",
    "VoiceNotStageChannel",
  ],
  TIMEOUT: ["GuildMembersTimeout", "GuildSoundboardSoundsTimeout", "ShardingReadyTimeout"],
  TRANSIENT: ["WSNotOpen", "ShardingInProcess", "ShardingReadyDisconnected", "ShardingReadyDied", "ShardingNoChildExists"],
  // It depends on what has been done, or waited for, since.
  UNKNOWN: ["ClientNotReady"],
};

/* A wait for somebody to press a button, which says why it ended. */
const COLLECTOR = "InteractionCollectorError";
const TIME_IS_UP = /reason: (time|idle)$/;

/* Whole messages, when the gateway closes the connection. Source: discord.js packages/ws/src/ws/WebSocketShard.ts. */
export const DISCORD_GATEWAY_WORDS: Codes = {
  PERMISSION: ["Used disallowed intents"],
  PERMANENT: ["Invalid shard", "Sharding is required", "Used an invalid API version", "Used invalid intents"],
  TRANSIENT: ["WebSocketShard wasn't connected"],
};

/* Of @discordjs/ws, with the instant behind it. */
const NO_SESSIONS = "Not enough sessions remaining to spawn ";
const RESETS_AT = /resets at (\S+)$/;

function discordRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (name.startsWith("RateLimitError[")) return kindOfLimit(link);
  if (name.startsWith("DiscordAPIError[")) {
    const kind = kindOfCode(DISCORD_NUMBERS, Number(code));
    return kind && withHeaders(kind, headersOf(link.reader, link.error));
  }
  if (message.startsWith(NO_SESSIONS)) return limited(millisFromNow(RESETS_AT.exec(message)?.[1]));
  if (!name.startsWith("Discordjs")) return kindOfCode(DISCORD_GATEWAY_WORDS, message);
  if (code === COLLECTOR) return TIME_IS_UP.test(message) ? "TIMEOUT" : "PERMANENT";
  return kindOfCode(DISCORDJS_CODES, code) ?? (code === "" ? undefined : "PERMANENT");
}

function kindOfLimit(link: Link): Verdict {
  const retryAfterMs = link.read("retryAfter");
  if (typeof retryAfterMs !== "number" || typeof link.read("timeToReset") !== "number") return undefined;
  return limited(retryAfterMs >= 0 && retryAfterMs < Infinity ? retryAfterMs : undefined);
}

const limited = (retryAfterMs: number | undefined): Verdict =>
  retryAfterMs === undefined ? "RATE_LIMIT" : { errorClass: "RATE_LIMIT", retryAfterMs };

export const discord: Library = {
  name: "discord",
  looks: {
    fields: ["timeToReset", "rawError"],
    names: [/^Discordjs/],
    beginnings: [NO_SESSIONS, DISCORD_GATEWAY_WORDS],
  },
  meaning: { rule: discordRule },
};
