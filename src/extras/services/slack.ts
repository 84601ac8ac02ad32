/*
 * Slack: `@slack/web-api` 7 and 8, `@slack/webhook`. The Web API answers 200 and says in one word what was wrong: `data.error`. Webhooks
 * answer with a status and have the word as their body. What the client waits for after a 429, it says in `retryAfter`.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/*
 * The words that say something else than that the request is wrong, as most of them do. Source: docs.slack.dev, "Common errors", and the
 * errors of each method; "Sending messages using incoming webhooks".
 */
export const SLACK_WORDS: Codes = {
  RATE_LIMIT: ["ratelimited", "rate_limited", "ratelimit", "message_limit_exceeded", "sent_recently"],
  AUTH: [
    "not_authed",
    "invalid_auth",
    "account_inactive",
    "token_expired",
    "token_revoked",
    "token_not_found",
    "invalid_token",
    "bad_token",
    "no_active_hooks",
    "two_factor_setup_required",
    "cannot_auth_user",
    "auth_mismatch",
    "invalid_client_id",
    "bad_client_secret",
    "client_id_token_mismatch",
    "invalid_code",
    "invalid_code_verifier",
    "code_already_used",
    "code_expired",
    "invalid_refresh_token",
    "token_already_exchanged",
    "session_not_found",
  ],
  PERMISSION: [
    "access_denied",
    "accesslimited",
    "action_prohibited",
    "admin_unauthorized",
    "bots_not_allowed",
    "channel_is_limited_access",
    "default_channel_restricted",
    "delete_not_allowed",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "forbidden_handle",
    "forbidden_team",
    "is_bot",
    "missing_scope",
    "no_access",
    "no_external_invite_permission",
    "no_permission",
    "no_perms",
    "not_admin",
    "not_allowed",
    "not_allowed_token_type",
    "not_an_admin",
    "not_app_admin",
    "not_authorized",
    "not_in_channel",
    "not_owner",
    "not_permitted",
    "permission_denied",
    "posting_to_channel_denied",
    "posting_to_general_channel_denied",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "shared_channel_denied",
    "sudo_required",
    "team_access_not_granted",
    "user_cannot_create_channel",
    "user_cannot_manage_public_channels",
    "user_cannot_manage_workspace",
    "user_does_not_own_channel",
    "user_is_restricted",
    "user_must_be_admin",
  ],
  SERVER_ERROR: ["fatal_error", "internal_error", "service_unavailable", "endpoint_unavailable", "rollup_error"],
  // The workspace or the channel moves, and is there again afterwards.
  TRANSIENT: [
    "team_added_to_org",
    "org_login_required",
    "migration_in_progress",
    "datastore_migration_in_progress",
    "external_channel_migrating",
    "file_not_yet_available",
  ],
  TIMEOUT: ["request_timeout"],
  CONCURRENCY: [
    "hash_conflict",
    "draft_has_conflict",
    "streaming_state_conflict",
    "action_already_in_progress",
    "channel_conversion_in_progress",
  ],
};

/* Whole words or parts that only report that something did not work: they say nothing of why. */
const REPORTS = /fail|could_not_|unable_to_|error/;

/* What the client itself says. Source: packages/web-api/src/errors.ts. */
export const SLACK_CLIENT_CODES: Codes = {
  PERMANENT: ["slack_webapi_file_upload_invalid_args_error", "slack_webapi_file_upload_read_file_data_error"],
};

const PLATFORM_ERROR = "slack_webapi_platform_error";
const WEBHOOK_ERROR = "slack_webhook_http_error";

/* A 429 that does not say when. Source: packages/web-api/src/WebClient.ts. */
const NO_DELAY = "Retry header did not contain a valid timeout";

function slackRule(link: Link): Verdict {
  const { code, message } = link;
  if (code === PLATFORM_ERROR) return kindOfWord(link.text("data", "error"));
  if (code === WEBHOOK_ERROR) return kindOfCode(SLACK_WORDS, link.text("body"));
  return kindOfCode(SLACK_CLIENT_CODES, code) ?? (message.startsWith(NO_DELAY) ? "RATE_LIMIT" : undefined);
}

function kindOfWord(word: string): Verdict {
  return kindOfCode(SLACK_WORDS, word) ?? (word === "" || REPORTS.test(word) ? undefined : "PERMANENT");
}

export const slack: Library = {
  name: "slack",
  looks: { codes: [PLATFORM_ERROR, WEBHOOK_ERROR, SLACK_CLIENT_CODES], beginnings: [NO_DELAY] },
  meaning: { rule: slackRule },
};
