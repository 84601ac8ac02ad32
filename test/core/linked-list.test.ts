import { expect, test } from "vitest";
import { type Link, LinkedList } from "../../src/core/linked-list.ts";

class Named implements Link<Named> {
  prev: Named | null = null;
  next: Named | null = null;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const [a, b, c, stranger] = ["a", "b", "c", "stranger"].map((name) => new Named(name)) as [Named, Named, Named, Named];

/** The names from the first on, and from the last on. */
function names({ first, last }: LinkedList<Named>): string[] {
  let [forth, back] = ["", ""];
  for (let node = first; node !== null; node = node.next) forth += node.name;
  for (let node = last; node !== null; node = node.prev) back += node.name;
  return [forth, back];
}

test("who joins stands at the end, behind another one, or in front of all", () => {
  const list = new LinkedList<Named>();
  list.add(b);
  list.add(c);
  expect(names(list)).toEqual(["bc", "cb"]);
  list.add(a, null);
  expect(names(list)).toEqual(["abc", "cba"]);
  list.remove(b);
  list.add(b, a);
  expect(names(list)).toEqual(["abc", "cba"]);
});

test("who leaves closes the gap, wherever it stood, and leaves once", () => {
  const list = new LinkedList<Named>();
  for (const node of [a, b, c]) {
    list.remove(node);
    list.add(node);
  }
  for (const node of [a, b, c])
    expect([node.prev === null && list.first !== node, list.remove(node), list.remove(node)]).toEqual([false, true, false]);
  expect(names(list)).toEqual(["", ""]);
  expect(list.remove(stranger)).toBe(false);
});
