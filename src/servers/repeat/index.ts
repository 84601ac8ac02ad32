// ---- handlers of servers that are repeated before they have answered

export {
  inSomeScope,
  isIdempotent,
  type RepeatedRequest,
  type RepeatedResponse,
  type RepeatOptions,
  repeatUntilAnswered,
  requireRepeat,
} from "./repeat-until-answered.ts";
