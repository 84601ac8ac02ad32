/**
 * What stands behind the values and errors that the attempts of one call give to its policy: the policy judges a message or an error, the caller
 * gets all that came with it. What is not found here was not given by an attempt, but by a fallback.
 */
export class Answers<Answer> {
  readonly #answers = new Map<unknown, Answer>();

  add(given: unknown, answer: Answer): void {
    this.#answers.set(given, answer);
  }

  of(given: unknown): Answer | undefined {
    return this.#answers.get(given);
  }
}
