/** What can stand in a list; it carries its own links, so that joining and leaving allocate nothing. */
export interface Link<Node> {
  prev: Node | null;
  next: Node | null;
}

/** A list in order of joining. Joining and leaving cost O(1). */
export class LinkedList<Node extends Link<Node>> {
  first: Node | null = null;
  last: Node | null = null;

  add(node: Node): void {
    const { last } = this;
    node.prev = last;
    if (last === null) this.first = node;
    else last.next = node;
    this.last = node;
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
