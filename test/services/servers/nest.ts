/* The small service of the scenarios in Nest. Decorators are applied as the functions that they are: nothing compiles them here. */
import "reflect-metadata";
import type { Server } from "node:http";
import { PassThrough } from "node:stream";
import { Controller, Get, type INestApplication, Module, Post, Res, type Type, UseInterceptors } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { Response } from "express";
import type { FastifyReply } from "fastify";
import { RedressModule, repeatHandler } from "redress/nest";
import { currentAttempt } from "redress/scope";
import { doorOf, type Running, type Service } from "./service.ts";

export type Platform = "express" | "fastify";

type Decorated = Pick<Parameters<typeof Module>[0], "imports" | "controllers" | "providers">;

/** Decorates a method, first its parameters. */
export function method(of: Type, name: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(of.prototype, name) as PropertyDescriptor;
  for (const decorate of decorators) decorate(of.prototype, name, descriptor);
}

export function parameter(of: Type, name: string, decorate: ParameterDecorator, index = 0): void {
  decorate(of.prototype, name, index);
}

/** A controller of one class, at the root. */
export function controller(of: Type, path = ""): Type {
  Controller(path)(of);
  return of;
}

/** The module of an application. */
export function root(parts: Decorated): Type {
  const App = class {};
  Module(parts)(App);
  return App;
}

export function create(app: Type, platform: Platform, protocol: Service["protocol"] = "http/1.1"): Promise<INestApplication> {
  const http2 = protocol === "h2c" ? { http2: true, http2SessionTimeout: 100 } : {};
  const adapter = platform === "express" ? new ExpressAdapter() : new FastifyAdapter(http2 as object);
  return NestFactory.create(app, adapter, { logger: false, forceCloseConnections: true, abortOnError: false });
}

export async function listen(app: INestApplication): Promise<Running> {
  await app.listen(0, "127.0.0.1");
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => app.close(),
    shutDown: (shutdown) => shutdown.close(app.getHttpServer() as Server),
  };
}

export const starting =
  (platform: Platform) =>
  async (service: Service): Promise<Running> => {
    const { handle, options, repeatedBy, isBare, protocol } = service;
    const order = async (): Promise<unknown> => handle(currentAttempt()?.attempt ?? 1);
    class Orders {
      read(): Promise<unknown> {
        return order();
      }
      write(): Promise<unknown> {
        return order();
      }
      async parts(response: Response & FastifyReply): Promise<void> {
        if (platform === "express") {
          response.write("first ");
          response.end(String(await handle(1)));
          return;
        }
        const parts = new PassThrough();
        parts.write("first ");
        void (async () => handle(1))().then(
          (value) => parts.end(String(value)),
          (error: Error) => parts.destroy(error),
        );
        response.send(parts);
      }
    }
    const repeats = repeatedBy === undefined ? [] : [UseInterceptors(repeatHandler(repeatedBy)) as MethodDecorator];
    method(Orders, "read", Get("orders/:id"), ...repeats);
    method(Orders, "write", Post("orders/:id"), ...repeats);
    parameter(Orders, "parts", Res());
    method(Orders, "parts", Get("parts/:id"));
    const imports = isBare
      ? []
      : [RedressModule.forRoot({ ...options, ...doorOf<{ method?: string }>(service, ({ method = "" }) => method) })];
    return listen(await create(root({ imports, controllers: [controller(Orders)] }), platform, protocol));
  };
