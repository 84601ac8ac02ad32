/* Decorated methods, in what standard and legacy decorators have in common: the same source for every compiler. */
import { CircuitBreaker, constant, retry, retrySync, type Tags, TransientError } from "redress";

const quick = { strategy: constant(0) };

const operations: (string | undefined)[] = [];
const hooks = {
  onMetric: (_event: string, _attempt: number, _sleepMs: number, { operation }: Tags) => operations.push(operation),
};

const breaker = new CircuitBreaker();

class Counter {
  static made = 0;
  count = 0;
  failures: number;

  constructor(failures = 0) {
    this.failures = failures;
  }

  add(by: number): number {
    if (this.failures-- > 0) throw new TransientError();
    this.count += by;
    return this.count;
  }

  @retry
  async plain(by: number): Promise<number> {
    return this.add(by);
  }

  @retry(quick)
  async configured(by: number, times = 1): Promise<number> {
    return this.add(by * times);
  }

  @retrySync
  plainSync(by: number): number {
    return this.add(by);
  }

  @retrySync(quick)
  configuredSync(by: number): number {
    return this.add(by);
  }

  @retry(quick)
  static async make(): Promise<number> {
    return ++Counter.made;
  }

  @retry({ ...quick, hooks })
  async classify(): Promise<string> {
    return "classified";
  }

  @breaker.protect
  async protected(by: number): Promise<number> {
    return this.add(by);
  }

  @retry(quick)
  @breaker.protect
  async retriedAndProtected(by: number): Promise<number> {
    return this.add(by);
  }

  get doubled(): number {
    return this.count * 2;
  }

  @retry(quick)
  async viaAccessor(): Promise<number> {
    this.add(1);
    return this.doubled;
  }
}

class Doubling extends Counter {
  override async configured(by: number): Promise<number> {
    return super.configured(by, 2);
  }
}

/** What every compiler must come to. */
export const expected: Readonly<Record<string, unknown>> = {
  plain: 2,
  plainSync: 5,
  configured: 7,
  configuredSync: 9,
  ofMany: [1, 10],
  made: 1,
  inherited: 8,
  viaAccessor: 2,
  classified: "classified",
  protected: 3,
  retriedAndProtected: 4,
  throughTheBreaker: 3,
  operations: ["classify"],
  names: ["plain", 1, "configured"],
};

/** Uses every decorated method. */
export async function run(): Promise<Record<string, unknown>> {
  const counter = new Counter();
  const failing = new Counter(2);
  const failingOnTheSpot = new Counter(2);
  const many = [new Counter(1), new Counter(1)];
  const seen = {
    plain: await counter.plain(2),
    plainSync: counter.plainSync(3),
    configured: await failing.configured(7),
    configuredSync: failingOnTheSpot.configuredSync(9),
    ofMany: await Promise.all(many.map((one, index) => one.configured(10 ** index))),
    made: await Counter.make(),
    inherited: await new Doubling(1).configured(4),
    viaAccessor: await new Counter(1).viaAccessor(),
    classified: await counter.classify(),
    protected: await new Counter().protected(3),
    retriedAndProtected: await new Counter(1).retriedAndProtected(4),
    throughTheBreaker: breaker.stats.totalCalls,
  };
  const { plain, configured } = Counter.prototype;
  return { ...seen, operations, names: [plain.name, plain.length, configured.name] };
}
