/* A service that tells its callers the truth: what it answers while its database is down, and to a caller in a hurry. Run it in a Nest project: npx tsx nest.ts */
import { once } from "node:events";
import { Controller, Get, Module, NotFoundException } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Policy, TransientError } from "redress";
import { RedressModule } from "redress/nest";

const query = async (): Promise<string> => {
  throw new TransientError("the database refuses connections");
};

const circuitBreaker = { name: "orders-db", failureThreshold: 2, recoveryTimeoutMs: 10_000 };
const database = new Policy({ operation: "read_order", retry: { maxAttempts: 2 }, circuitBreaker });
const slow = new Policy({ retry: {} });

@Controller()
class OrdersController {
  @Get("orders")
  async orders(): Promise<object> {
    return { what: await database.call(query) };
  }

  @Get("reports")
  reports(): Promise<unknown> {
    return slow.call(({ signal }) => once(new EventTarget(), "never", { signal }));
  }

  @Get("drafts")
  drafts(): never {
    throw new NotFoundException("no drafts");
  }
}

@Module({ imports: [RedressModule.forRoot()], controllers: [OrdersController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, "127.0.0.1");
const origin = await app.getUrl();

const show = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
  const answer = await fetch(origin + path, { headers });
  const told = ["retry-after", "x-should-retry"].map((name) => `${name}: ${answer.headers.get(name) ?? "-"}`);
  console.log(answer.status, told.join(", "), await answer.text());
};

for (const path of ["/orders", "/orders", "/orders", "/drafts"]) await show(path);
await show("/reports", { "x-request-timeout-ms": "200" });

await app.close();

/* Prints:
500 retry-after: -, x-should-retry: false {"statusCode":500,"message":"Internal server error"}
500 retry-after: -, x-should-retry: false {"statusCode":500,"message":"Internal server error"}
503 retry-after: 10, x-should-retry: - {"type":"about:blank","title":"Service Unavailable","status":503}
404 retry-after: -, x-should-retry: - {"message":"no drafts","error":"Not Found","statusCode":404}
504 retry-after: -, x-should-retry: - {"type":"about:blank","title":"Gateway Timeout","status":504}
*/
