import type { Waiter } from "../../run/time/waiter.ts";

/** Waits until somebody has stood in a queue for as long as the queue lets it. */
export class QueueTimeout<Subject> implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  readonly dueAtMs: number;
  readonly waitMs: number;
  readonly #subject: Subject;
  readonly #passed: (subject: Subject) => void;

  constructor(nowMs: number, waitMs: number, subject: Subject, passed: (subject: Subject) => void) {
    this.dueAtMs = nowMs + waitMs;
    this.waitMs = waitMs;
    this.#subject = subject;
    this.#passed = passed;
  }

  ring(): void {
    this.#passed(this.#subject);
  }
}
