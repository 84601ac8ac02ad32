// ---- which requests a server takes on while it has more than it can do

export { Door, type Handling, type Visitor } from "./door.ts";
export { type Priority, type ShedOptions, shedRules } from "./shed-options.ts";
