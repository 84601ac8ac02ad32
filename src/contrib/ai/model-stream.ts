/*
 * The stream of a model under a policy: its opening is retried until the first part of the answer has come, and the policy hears how it ended. What the AI SDK gets is
 * what the model gave, with a stream in the place of its own:
 *   the parts                            as they came
 *   an error part in the answer          as it came, with what follows it; the policy hears of a failure, the stream ends as the model ended it
 *   a stall, a cut, a broken connection  an error of the stream
 */
import type { StreamCount } from "../../clients/llm/index.ts";
import { refuse } from "../../clients/options/index.ts";
import { policyStream } from "../../clients/stream/index.ts";
import type { CallOptions, Policy } from "../../index.ts";
import { AnswerParts, type PartBatch } from "./answer-parts.ts";
import type { OpenStream, StreamPart } from "./shapes.ts";

/** What a stream is opened with. */
export interface StreamOpening<Result> {
  readonly policy: Policy;
  readonly open: (signal: AbortSignal) => PromiseLike<Result>;
  readonly call: Pick<CallOptions, "signal" | "operation" | "cost">;
  readonly idleTimeoutMs: number;
  /** Counts the tokens of one attempt. */
  readonly counting: () => StreamCount | undefined;
}

type Batches<Result extends OpenStream> = ReturnType<typeof policyStream<PartBatch<Result>, AnswerParts<Result>>>;

/** Opens a stream, and gives what the model gave, or what a fallback gives in its place. */
export async function openModelStream<Result extends OpenStream>(opening: StreamOpening<Result>): Promise<Result> {
  const { policy, open, call, idleTimeoutMs, counting } = opening;
  const batches: Batches<Result> = policyStream(
    policy as Policy<never>,
    async ({ signal }) => new AnswerParts(await open(signal), counting()),
    { ...call, idleTimeoutMs, isEnd: ({ isLast }) => isLast },
  );
  try {
    const first = await batches.next();
    // Items of another kind are those of a fallback.
    const answer: unknown = first.value?.answer;
    if (answer instanceof AnswerParts) return { ...answer.result, stream: streamOf(first, batches, answer) };
  } catch (error) {
    const outcome = await batches.outcome;
    if (!outcome.ok) throw error;
  }
  return fallbackOf(batches);
}

async function fallbackOf<Result extends OpenStream>(batches: Batches<Result>): Promise<Result> {
  const given: unknown = ((await batches.outcome) as { readonly value?: unknown }).value;
  const { stream } = Object(given) as { readonly stream?: unknown };
  if (stream instanceof ReadableStream) return given as Result;
  void batches.return();
  return refuse(
    "what fallback gives to policyMiddleware for a stream",
    "what doStream gives, such as { stream }",
    given,
    TypeError,
  );
}

function streamOf<Result extends OpenStream>(
  first: IteratorResult<PartBatch<Result>, undefined>,
  batches: Batches<Result>,
  answer: AnswerParts<Result>,
): ReadableStream<StreamPart> {
  let held: IteratorResult<PartBatch<Result>, undefined> | null = first;
  return new ReadableStream<StreamPart>(
    {
      pull: async (controller) => {
        const { done, value } = held ?? (await batches.next().catch((error: unknown) => endOf(answer, error)));
        held = null;
        if (done) controller.close();
        else for (const part of value.parts) controller.enqueue(part);
      },
      cancel: async () => {
        await batches.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Who reads has got the error among the parts already. */
function endOf(answer: AnswerParts<OpenStream>, error: unknown): IteratorReturnResult<undefined> {
  if (!answer.hasFailed) throw error;
  return { done: true, value: undefined };
}
