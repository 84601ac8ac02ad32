/*
 * How calls wait for an instant: their deadline, or the timeout of an attempt. There are two ways.
 *
 *   shared   On Node, and on a clock whose alarms are exact instants: the calls stand in a queue by the instant that they wait for, and one
 *            timer, set for the first of them, serves all. Joining and leaving cost O(1), and a call after the other sets no timer at all.
 *   own      Everywhere else, each call has an alarm of its own, set in its own asynchronous context: in Workers a timer belongs to one
 *            request, and under the fake timers of a test nothing tells whether an earlier timer will still ring.
 */

import { type Clock, systemClock } from "./clock.ts";
import { InstantAlarms, type InstantClock } from "./instant-alarms.ts";
import { OwnAlarms } from "./own-alarms.ts";
import { isNode, sharedTimers } from "./platform-timers.ts";
import { SystemAlarms } from "./system-alarms.ts";
import type { Alarms } from "./waiter.ts";

export function alarmsOn(clock: Pick<Clock, "now" | "alarm"> | InstantClock): Alarms {
  if (clock === systemClock) return isNode ? new SystemAlarms(clock, sharedTimers) : new OwnAlarms(clock);
  return "alarmAt" in clock ? new InstantAlarms(clock) : new OwnAlarms(clock);
}

/** Whether one alarm can serve all who wait: it is sure to ring, whoever has set it. Else each of them needs one of its own. */
export const canShareAlarms = (clock: Pick<Clock, "now" | "alarm">): boolean =>
  clock === systemClock ? isNode && sharedTimers.areInPlace() : "alarmAt" in clock;

/** Each waiter has an alarm of its own: for waits that are all of different lengths. */
export const ownAlarmsOn = (clock: Pick<Clock, "now" | "alarm">): Alarms => new OwnAlarms(clock);
