import { weakly } from "./weakly.ts";

/** Names for objects that say their own: the first that lives gets it as it is, others `name#2`, `name#3`. An object keeps the name that it got. */
export class Labels {
  readonly #labels = new WeakMap<object, string>();
  readonly #holders = new Map<string, () => object | undefined>();

  of(holder: object, name: string): string {
    const known = this.#labels.get(holder);
    if (known !== undefined) return known;
    let label = name;
    for (let number = 2; this.find(label) !== undefined; number++) label = `${name}#${number}`;
    this.#labels.set(holder, label);
    this.#holders.set(label, weakly(holder));
    return label;
  }

  /** The object of this name, if it lives. */
  find(label: string): object | undefined {
    return this.#holders.get(label)?.();
  }

  /** Forgets those that live no more. */
  sweep(): void {
    for (const [label, holder] of this.#holders) if (holder() === undefined) this.#holders.delete(label);
  }
}
