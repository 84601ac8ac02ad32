/* redress/nest in NestJS 12, on Express and on Fastify: what every server does. What is particular to Nest is in nest-parts.test.ts. */
import { starting } from "./nest.ts";
import { describeServer } from "./scenarios.ts";

// By itself, Nest knows its own exceptions alone.
const nest = { tellsTheEnd: true, repeats: true, bare: { status: 500, retryAfter: undefined }, unknownStatus: 500 };

describeServer({ ...nest, name: "Nest 12 on Express", start: starting("express"), speaksH2c: false });
describeServer({ ...nest, name: "Nest 12 on Fastify", start: starting("fastify"), speaksH2c: true });
