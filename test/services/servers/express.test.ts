/* redress/express in Express 5. */
import { createServer } from "node:http";
import express, { type RequestHandler } from "express";
import { answerErrors, repeatHandler, requestScope } from "redress/express";
import { currentAttempt } from "redress/scope";
import { closing } from "./closing.ts";
import { describeServer } from "./scenarios.ts";
import { doorOf, type Running, type Service } from "./service.ts";

async function start(service: Service): Promise<Running> {
  const { handle, says = {}, options, repeatedBy, isBare } = service;
  const app = express();
  app.set("env", "production");
  if (!isBare) app.use(requestScope({ ...options, ...doorOf<express.Request>(service, ({ method }) => method) }));
  app.use(express.json());
  const order: RequestHandler = async (_request, response) => {
    response.set({ ...says });
    const value = await handle(currentAttempt()?.attempt ?? 1);
    response.json(value);
  };
  const route = repeatedBy === undefined ? order : repeatHandler(repeatedBy, order);
  app.get("/orders/:id", route);
  app.post("/orders/:id", route);
  app.get("/parts/:id", async (_request, response) => {
    response.write("first ");
    response.end(String(await handle(1)));
  });
  if (!isBare) app.use(answerErrors());
  return closing(createServer(app));
}

describeServer({
  name: "Express 5",
  start,
  speaksH2c: false,
  tellsTheEnd: true,
  repeats: true,
  bare: { status: 503, retryAfter: "3" },
  unknownStatus: 500,
});
