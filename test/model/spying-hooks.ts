/* The hooks of a call in a world: they note down what they are told, and may do something themselves. */
import type { AttemptContext, CallContext, CallEnd, CallOptions, EventName, LogFields, Tags } from "redress";
import type { CallLog } from "./call-log.ts";
import type { ModelWorld } from "./model-world.ts";
import type { HookOfCall, Place } from "./world-plan.ts";

export function observe(world: ModelWorld, call: CallLog, options: CallOptions): CallOptions {
  const { plan, told, starts, ends, callStarts } = call;
  if (!plan.observed) return options;
  const fails = (hook: HookOfCall): unknown => {
    if (plan.failing?.hook === hook) world.tell(() => `${hook} of call ${plan.id} ${plan.failing?.how}`);
    return world.userCode.hookIsTold(hook, plan.policy, plan.failing);
  };
  const heard = (where: Extract<Place, HookOfCall>, event = ""): unknown => {
    if (call.end !== null && where !== "onCallEnd")
      world.breaks("after the end", `${where} of call ${plan.id} is told ${event} after its end`);
    world.visit(call, where, event);
    world.asking = call;
    return fails(where);
  };
  const { clock } = world;
  const hooks: CallOptions = {
    onCallStart: (context: CallContext) => {
      callStarts.push(context);
      return heard("onCallStart");
    },
    onCallEnd: (context: CallContext, end: CallEnd) => {
      if (call.end !== null) world.breaks("told", `call ${plan.id} ends twice`);
      call.end = { end, context, atMs: clock.now() };
      world.tell(() => `call ${plan.id} is over`);
      return heard("onCallEnd");
    },
    onAttemptStart: (context: AttemptContext) => {
      starts.push(context);
      call.startsAtMs.push(clock.now());
      return heard("onAttemptStart");
    },
    onAttemptEnd: (context: AttemptContext) => {
      ends.push(context);
      call.endsAtMs.push(clock.now());
      world.tell(() => `call ${plan.id} attempt ${context.attempt} is over: ${context.decision}`);
      return heard("onAttemptEnd");
    },
    onMetric: (event: EventName, attempt: number, sleepMs: number, tags: Tags) => {
      told.push({ event, attempt, sleepMs, tags, atMs: clock.now(), invoked: call.invocations.length });
      world.tell(() => `call ${plan.id} tells ${event}${event === "retry" ? `, after ${sleepMs} ms` : ""}`);
      return heard("onMetric", event);
    },
    onLog: (_event: EventName, _fields: LogFields) => {
      call.logged++;
      return fails("onLog");
    },
    beforeSleep: () => heard("beforeSleep"),
  };
  return { ...options, ...hooks };
}
