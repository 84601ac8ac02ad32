/** An event that will happen, unless it is cancelled before. */
export class SimulatedEvent {
  readonly atMs: number;
  readonly ring: () => void;
  /** The order of events that are due at the same instant: the order in which they were added, alarms first. */
  readonly order: number;
  /** Its place in the heap; -1 once it has rung or was cancelled. */
  index = -1;
  readonly #queue: EventQueue;

  constructor(queue: EventQueue, atMs: number, order: number, ring: () => void) {
    this.#queue = queue;
    this.atMs = atMs;
    this.order = order;
    this.ring = ring;
  }

  /** Does nothing once the event has happened. */
  cancel(): void {
    this.#queue.remove(this);
  }
}

/** Before any order that `add` counts up to. */
const FIRST = -(2 ** 52);

/**
 * The future events, by time. Events that are due at the same instant happen in the order in which they were added, alarms first. A binary heap
 * in which every event knows its place, so that a cancelled event leaves at once: timeouts that never ring do not pile up.
 */
export class EventQueue {
  readonly #heap: SimulatedEvent[] = [];
  #order = 0;

  get first(): SimulatedEvent | undefined {
    return this.#heap[0];
  }

  /** @param alarm whether it is an alarm, which comes before other events at the same instant */
  add(atMs: number, ring: () => void, alarm = false): SimulatedEvent {
    const order = this.#order++;
    const event = new SimulatedEvent(this, atMs, alarm ? FIRST + order : order, ring);
    this.#heap.push(event);
    this.#rise(event, this.#heap.length - 1);
    return event;
  }

  /** Does nothing for an event that has happened or was removed. */
  remove(event: SimulatedEvent): void {
    const { index } = event;
    if (index === -1) return;
    event.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === event) return;
    if (index > 0 && isBefore(last, this.#heap[(index - 1) >> 1] as SimulatedEvent)) this.#rise(last, index);
    else this.#sink(last, index);
  }

  #rise(event: SimulatedEvent, from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above] as SimulatedEvent;
      if (!isBefore(event, parent)) break;
      heap[index] = parent;
      parent.index = index;
      index = above;
    }
    heap[index] = event;
    event.index = index;
  }

  #sink(event: SimulatedEvent, from: number): void {
    const heap = this.#heap;
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      let child = heap[below] as SimulatedEvent;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        below++;
        child = right;
      }
      if (!isBefore(child, event)) break;
      heap[index] = child;
      child.index = index;
      index = below;
    }
    heap[index] = event;
    event.index = index;
  }
}

const isBefore = (one: SimulatedEvent, other: SimulatedEvent): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
