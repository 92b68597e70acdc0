/**
 * Why Reflex does not start, for the person who started it: one sentence that says what to do. Everything else that
 * is thrown during the start is a bug.
 */
export class CannotStart extends Error {
  constructor(sentence: string, options?: { readonly cause?: unknown }) {
    super(sentence, options);
    this.name = 'CannotStart';
  }
}
