/** What can stand in a list; it carries its own links, so that joining and leaving allocate nothing. */
export interface Link<Node> {
  prev: Node | null;
  next: Node | null;
}

/** A list in order of joining. Joining and leaving cost O(1). */
export class LinkedList<Node extends Link<Node>> {
  first: Node | null = null;
  last: Node | null = null;

  /** Joins at the end, or behind another node. */
  add(node: Node, after: Node | null = this.last): void {
    const next = after === null ? this.first : after.next;
    node.prev = after;
    node.next = next;
    if (after === null) this.first = node;
    else after.next = node;
    if (next === null) this.last = node;
    else next.prev = node;
  }

  /** Whether it stood in the list. */
  remove(node: Node): boolean {
    const { prev, next } = node;
    if (prev === null && this.first !== node) return false;
    if (prev === null) this.first = next;
    else prev.next = next;
    if (next === null) this.last = prev;
    else next.prev = prev;
    node.prev = node.next = null;
    return true;
  }
}
