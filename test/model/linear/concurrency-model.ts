/*
 * An adaptive limit on concurrency as its page tells of it: so many places, which are given back once. How many there are is what it has found out, and
 * is told to the model as an operation: it must be between `min` and `max`, and what it began with until ten answers were heard.
 */
import type { Model } from "./linearize.ts";

export interface ConcurrencyPlan {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** What a place was given back with: of these, a success and a refusal say something of the dependency. */
export type PlaceEnd = "success" | "refused" | "permanent" | "cancel" | "unused";

export type ConcurrencyInput =
  | { readonly does: "ask"; readonly who: number; readonly share: number }
  | { readonly does: "release"; readonly who: number; readonly end: PlaceEnd }
  /** What the limit has become is known when this is answered. */
  | { readonly does: "learn"; limit: number }
  | { readonly does: "reset" | "look" };

export type ConcurrencyOutput = string;

interface ConcurrencyState {
  readonly limit: number;
  /** Since the beginning, or since a reset. */
  readonly heard: number;
  readonly admitted: number;
  readonly rejected: number;
  readonly resets: number;
  readonly inside: readonly { readonly who: number; readonly resets: number }[];
}

export const concurrencyModel = ({
  min,
  max,
  initial,
}: ConcurrencyPlan): Model<ConcurrencyState, ConcurrencyInput, ConcurrencyOutput> => ({
  initial: { limit: initial, heard: 0, admitted: 0, rejected: 0, resets: 0, inside: [] },
  step(state, input) {
    const { inside, limit, resets } = state;
    switch (input.does) {
      case "ask": {
        const most = Math.max(1, Math.ceil(limit * input.share));
        if (inside.length >= most) return { state: { ...state, rejected: state.rejected + 1 }, output: "rejected" };
        const entered = { who: input.who, resets };
        return { state: { ...state, admitted: state.admitted + 1, inside: [...inside, entered] }, output: "admitted" };
      }
      case "release": {
        const place = inside.find(({ who }) => who === input.who);
        if (place === undefined) return { state, output: "it holds no place" };
        const isUncounted = input.end === "unused" && place.resets === resets;
        const says = input.end === "success" || input.end === "refused" ? 1 : 0;
        const others = inside.filter((each) => each !== place);
        const admitted = state.admitted - (isUncounted ? 1 : 0);
        return { state: { ...state, admitted, heard: state.heard + says, inside: others }, output: "done" };
      }
      case "learn": {
        const isLawful = input.limit >= min && input.limit <= max && (input.limit === limit || state.heard >= 10);
        return { state: { ...state, limit: input.limit }, output: isLawful ? "lawful" : "nothing says so" };
      }
      case "reset":
        return { state: { limit: initial, heard: 0, admitted: 0, rejected: 0, resets: resets + 1, inside }, output: "done" };
      case "look":
        return { state, output: placesLook(inside.length, state.admitted, state.rejected) };
    }
  },
});

export const placesLook = (inUse: number, admitted: number, rejected: number): string =>
  `${inUse} in use, ${admitted} admitted, ${rejected} rejected`;
