import { type Arrivals, burst, closed, latency, poisson, recorded, together } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/simulate/driver/random-stream.ts";
import { SimulatedClock } from "../../src/simulate/driver/simulated-clock.ts";

/** The calls that come until an instant: when, and from which client. Each call takes `takesMs`. */
function played(
  arrivals: Arrivals,
  { untilMs = 10_000, clients = 1, takesMs = 0, seed = 1 } = {},
): (readonly [number, number])[] {
  const clock = new SimulatedClock();
  const calls: (readonly [number, number])[] = [];
  arrivals({
    clients,
    random: randomStream(seed, "arrivals"),
    after: (ms, then) => void clock.after(ms, then),
    call(client, ended) {
      calls.push([clock.now(), client]);
      if (ended !== undefined) clock.after(takesMs, ended);
    },
  });
  clock.run(untilMs);
  return calls;
}

describe("open arrivals", () => {
  test("come at their rate, with the spread of independent calls, from all clients alike", () => {
    const calls = played(poisson({ callsPerSecond: 200 }), { untilMs: 100_000, clients: 4 });
    const gaps = calls.map(([atMs], index) => atMs - (calls[index - 1]?.[0] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);

    expect(calls.length / 20_000).toBeCloseTo(1, 1);
    expect(deviation / mean).toBeCloseTo(1, 1);
    for (const client of [0, 1, 2, 3]) expect(calls.filter(([, from]) => from === client).length / 5_000).toBeCloseTo(1, 1);
  });

  test("come in their stretch only", () => {
    const calls = played(poisson({ callsPerSecond: 100, fromMs: 2_000, toMs: 3_000 }));

    expect(calls.length).toBeGreaterThan(50);
    expect(calls.every(([atMs]) => atMs >= 2_000 && atMs < 3_000)).toBe(true);
  });

  test("are the same for the same seed, and others for another", () => {
    const arrivals = poisson({ callsPerSecond: 50 });

    expect(played(arrivals, { seed: 3 })).toEqual(played(arrivals, { seed: 3 }));
    expect(played(arrivals, { seed: 3 })).not.toEqual(played(arrivals, { seed: 4 }));
  });
});

describe("closed arrivals", () => {
  test("wait for the end of a call, think, and call again", () => {
    const calls = played(closed({ thinkMs: latency.constant(300) }), { clients: 2, takesMs: 200, untilMs: 3_000 });

    for (const client of [0, 1]) {
      const own = calls.filter(([, from]) => from === client).map(([atMs]) => atMs);
      expect(own[0]).toBeLessThan(300);
      for (const [index, atMs] of own.slice(1).entries()) expect(atMs - (own[index] ?? 0)).toBeCloseTo(500, 6);
    }
  });

  test("come less often when calls take longer", () => {
    const arrivals = closed({ thinkMs: latency.constant(100) });

    expect(played(arrivals, { takesMs: 900 })).toHaveLength(10);
    expect(played(arrivals, { takesMs: 100 })).toHaveLength(50);
  });
});

test("a burst comes at one instant, from the clients in turn", () => {
  expect(played(burst({ calls: 5, atMs: 70 }), { clients: 2 })).toEqual([
    [70, 0],
    [70, 1],
    [70, 0],
    [70, 1],
    [70, 0],
  ]);
});

test("several arrivals come together", () => {
  const both = together(burst({ calls: 1, atMs: 5 }), burst({ calls: 2, atMs: 3 }));

  expect(played(both).map(([atMs]) => atMs)).toEqual([3, 3, 5]);
});

describe("recorded arrivals", () => {
  test.each<[string, Arrivals]>([
    ["instants", recorded([1_000, 1_250, 1_250, 1_900])],
    ["a CSV of instants", recorded("1000\n1250\n1250\n1900\n")],
    ["a CSV with a name for the column", recorded("atMs\r\n1000\r\n1250\r\n1250\r\n1900")],
    ["a CSV with other columns", recorded('route,at_ms,status\n"/a",1000,200\n/b,1250,200\n/b,1250,503\n/c,1900,200')],
    ["a CSV with commas in quotes", recorded('route;atMs\n"/a, ""b""; c";1000\n"";1250\n;1250\n"\t";1900')],
    ["a CSV with decimal commas", recorded("route;atMs\n/a;1000,00\n/b;1250,0\n/b;1250,0000\n/c;1900")],
    ["a CSV with decimal commas in quotes", recorded('route,atMs\n/a,"1000,0"\n/b,"1250,0"\n/b,"1250,00"\n/c,"1900"')],
    ["a CSV with tabs", recorded("route\tatMs\n/a, b\t1000\n/b;c\t1250\n/b\t1250,000\n/c\t1900\t")],
    [
      "a CSV with line ends in quotes",
      recorded('user agent,atMs\n"one\nof, two\r\nlines",1000\n"a ""\n""",1250\r\n"",1250\n/c,1900'),
    ],
    ["a CSV that begins with a byte order mark", recorded('\uFEFF"atMs"\n1000\n1250\n1250\n1900')],
    ["a CSV with a quote that never ends", recorded('atMs,route\n1000,"/a\n1250,5" pipe\n1250,/b\n1900,"')],
    ["a CSV without names, whose other columns are words", recorded("1000,/a\n1250,/b\n1250,/b\n1900,/c")],
    [
      "a CSV of dates",
      recorded("time\n2026-01-05T10:00:00.000Z\n2026-01-05T10:00:00.250Z\n2026-01-05T10:00:00.250Z\n2026-01-05T10:00:00.900Z"),
    ],
  ])("from %s come as they came, from the first one on", (_what, arrivals) => {
    expect(played(arrivals, { clients: 3 })).toEqual([
      [0, 0],
      [250, 1],
      [250, 2],
      [900, 0],
    ]);
  });

  test.each<[string, Arrivals]>([
    [
      "counts",
      recorded([
        { atMs: 0, calls: 100 },
        { atMs: 1_000, calls: 0 },
        { atMs: 2_000, calls: 300 },
      ]),
    ],
    ["a CSV of counts", recorded("at_ms,calls\n0,100\n1000,0\n2000,300")],
  ])("from %s are spread over their intervals", (_what, arrivals) => {
    const calls = played(arrivals).map(([atMs]) => Math.floor(atMs / 1000));
    const within = (second: number): number => calls.filter((at) => at === second).length;

    expect([within(0), within(1), within(2), within(3)]).toEqual([100, 0, 300, 0]);
    expect(new Set(played(arrivals).map(([atMs]) => atMs)).size).toBe(400);
  });

  test("from counts come as if each had been drawn by itself", () => {
    const within = played(recorded("atMs,calls\n0,4000\n1000,0")).map(([atMs]) => atMs);
    const below = (ms: number): number => within.filter((atMs) => atMs < ms).length / 4_000;

    expect(within).toEqual([...within].sort((one, other) => one - other));
    for (const share of [0.1, 0.25, 0.5, 0.9]) expect(Math.abs(below(share * 1_000) - share)).toBeLessThan(0.03);
  });

  test.each<[string, () => unknown, string]>([
    [
      "nothing",
      () => recorded([]),
      "recorded.source must be instants, counts, or the text of a CSV file, with at least one entry, got an array of 0 elements.",
    ],
    ["an empty file", () => recorded("\n"), "recorded.source must be instants"],
    ["a file of names alone", () => recorded("atMs,calls\n"), "recorded.source must be instants"],
    [
      "an instant that is none",
      () => recorded("atMs\n5\nsoon"),
      'recorded.source, line 3 must be milliseconds or an ISO 8601 date, got "soon".',
    ],
    [
      "a count that is none",
      () => recorded("atMs,calls\n5,many"),
      'recorded.source, line 2 must be an integer >= 0 in the column calls, got "many".',
    ],
    [
      "decimal commas in a column of their own, which would make two cells of one number",
      () => recorded("atMs\n1000,5\n1001,25"),
      'recorded.source, line 2 must be of 1 cell, as the first line has (a decimal comma needs quotes, or another separator), got "1000,5".',
    ],
    [
      "decimal commas before counts",
      () => recorded("atMs,calls\n1000,5,30\n2000,5,20"),
      'recorded.source, line 2 must be of 2 cells, as the first line has (a decimal comma needs quotes, or another separator), got "1000,5,30".',
    ],
    [
      "numbers that may be one with a decimal comma, or two",
      () => recorded("1000,5\n1001,25"),
      'recorded.source must be a CSV file with names in its first line where there are several numbers in a line, got "1000,5".',
    ],
    [
      "a comma that may stand for a decimal point, or between thousands",
      () => recorded("atMs;calls\n12,250;1"),
      'recorded.source, line 2 must be milliseconds or an ISO 8601 date, got "12,250".',
    ],
    [
      "what is wrong after a cell of several lines, by its own line",
      () => recorded('route,atMs\n"a\n\nb",5\n/c,soon'),
      'recorded.source, line 5 must be milliseconds or an ISO 8601 date, got "soon".',
    ],
    [
      "a missing count",
      () => recorded("atMs,calls\n5,"),
      'recorded.source, line 2 must be an integer >= 0 in the column calls, got "".',
    ],
    [
      "a file whose first column is that of the counts",
      () => recorded("calls,second\n120,0\n480,1"),
      'recorded.source must be a CSV file with its instants in a column atMs, or in the first one, got "calls,second".',
    ],
    ["instants in disorder", () => recorded([5, 3]), "recorded.source[1] must be at or after the entry before it (5 ms), got 3."],
    [
      "milliseconds among dates",
      () => recorded("time\n2026-01-05T10:00:00Z\n\n1000"),
      'recorded.source, line 4 must be an ISO 8601 date, as the lines before it, got "1000".',
    ],
    [
      "a part of a call",
      () => recorded("atMs,calls\n5,1.5"),
      'recorded.source, line 2 must be an integer >= 0 in the column calls, got "1.5".',
    ],
    ["NaN", () => recorded([1, Number.NaN]), "recorded.source[1] must be a finite number of milliseconds, got NaN."],
    ["what is no list", () => recorded(7 as never), "recorded.source must be instants"],
  ])("%s is refused", (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

test.each<[string, () => unknown, string]>([
  ["no rate", () => poisson({} as never), "poisson.callsPerSecond must be a finite number > 0, got undefined."],
  [
    "an end before the beginning",
    () => poisson({ callsPerSecond: 1, fromMs: 9, toMs: 9 }),
    "poisson.toMs must be a number > fromMs (9), got 9.",
  ],
  ["no thinking time", () => closed({} as never), "closed.thinkMs must be a function, got undefined."],
  ["a burst of nothing", () => burst({ calls: 0 }), "burst.calls must be an integer >= 1, got 0."],
  ["an endless burst", () => burst({ calls: Infinity }), "burst.calls must be a finite number > 0, got Infinity."],
  ["what does not arrive", () => together(5 as never), "together[0] must be a function, got 5."],
])("%s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});
