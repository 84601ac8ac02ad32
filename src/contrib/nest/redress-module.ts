import { type RequestOptions, readRequestOptions } from "../../servers/request/index.ts";
import { answerErrors } from "./answer-errors.ts";
import { openScopes } from "./request-scope.ts";
import type { ConsumerLike, NestModuleLike, RequestLike } from "./shapes.ts";
import { tellRetried } from "./tell-retried.ts";

/**
 * The module of a whole application: each request has a scope, so that the calls of policies in its handlers end by the deadline that the caller has sent, abort when
 * the caller has gone, and know the route. What a policy has stopped is answered; every other error goes to the filters of the application, or to Nest. On Express and
 * on Fastify.
 */
export class RedressModule {
  constructor() {
    throw new TypeError("RedressModule is imported with its options: write RedressModule.forRoot(), with its parentheses.");
  }

  /**
   * @throws TypeError or RangeError for a wrong or unknown option; TypeError where Nest has not been imported yet
   * @example
   * import { RedressModule } from "redress/nest";
   *
   * Module({ imports: [RedressModule.forRoot({ maxDeadlineMs: 10_000 })] });
   */
  static forRoot(options: RequestOptions<RequestLike> = {}): NestModuleLike {
    const settings = readRequestOptions("RedressModule.forRoot", options);
    // One for each call: the options of an application are its own.
    const module = class {
      configure(consumer: ConsumerLike): void {
        openScopes(consumer, settings);
      }
    };
    // Nest tells it in its log.
    Object.defineProperty(module, "name", { value: "RedressModule" });
    return {
      module,
      // Then its middleware comes before that of all other modules.
      global: true,
      providers: [
        { provide: "APP_FILTER", useValue: answerErrors() },
        { provide: "APP_INTERCEPTOR", useValue: tellRetried() },
      ],
    };
  }
}
