/* Whole answers that name another place. A client that follows them asks there, within the same attempt. */
import { answer, type Exchange } from "./exchange.ts";
import { type Fault, family } from "./fault.ts";

const moved = (status: number, origin: (exchange: Exchange) => string = () => ""): NonNullable<Fault["act"]> => {
  return (exchange) => answer(exchange, status, { location: origin(exchange) + afterwards(exchange.request.path) });
};

const afterwards = (path: string): string => `/ok/from${path}`;

const followed = family(
  { where: "redirect", retried: false, ends: "value", text: afterwards },
  Object.fromEntries([301, 302, 303, 307, 308].map((status) => [`redirect-${status}`, moved(status)])),
);

const toElsewhere = family(
  { where: "redirect", retried: false, ends: "value", text: afterwards },
  {
    "redirect-302-to-another-origin": moved(302, ({ otherOrigin }) => otherOrigin),
    "redirect-307-to-another-origin": moved(307, ({ otherOrigin }) => otherOrigin),
  },
);

/*
 * The place that it names refuses. The refusal says nothing of the first server, which has got the request, and with 303 has done what it asked for:
 * "refused, so it never left" would do it again.
 */
const toNobody = family(
  { where: "redirect", retried: "either", ends: "failure" },
  {
    "redirect-303-to-a-refused-port": moved(303, ({ refusedOrigin }) => refusedOrigin),
    "redirect-307-to-a-refused-port": moved(307, ({ refusedOrigin }) => refusedOrigin),
    "redirect-307-to-an-unknown-name": moved(307, () => `http://${"x".repeat(64)}.invalid`),
  },
);

const astray = family(
  { where: "redirect", retried: "either", ends: "failure" },
  {
    "redirect-loop": (exchange) => {
      const hop = Number(exchange.request.query.get("hop") ?? 0);
      answer(exchange, 302, { location: `${exchange.request.path}?hop=${hop + 1}` });
    },
    "redirect-to-no-url": (exchange) => answer(exchange, 302, { location: "http://[no-url" }),
    "redirect-without-a-place": { ends: "either", status: 302, act: (exchange) => answer(exchange, 302) },
  },
);

export const REDIRECT_FAULTS: readonly Fault[] = [...followed, ...toElsewhere, ...toNobody, ...astray];
