import type { StateDoc, StateStore } from '../ports';

interface Asked {
  readonly id: string;
  readonly resolve: (doc: StateDoc | undefined) => void;
  readonly reject: (cause: unknown) => void;
}

/** Reads of single documents; those that are asked for in the same moment go as one multi-get. */
export class ReadTogether {
  private asked: Asked[] = [];

  constructor(private readonly store: Pick<StateStore, 'getMany'>) {}

  get(id: string): Promise<StateDoc | undefined> {
    return new Promise((resolve, reject) => {
      this.asked.push({ id, resolve, reject });
      if (this.asked.length === 1) void Promise.resolve().then(() => this.ask());
    });
  }

  private async ask(): Promise<void> {
    const asked = this.asked.splice(0);
    try {
      const found = await this.store.getMany([...new Set(asked.map(({ id }) => id))]);
      for (const { id, resolve } of asked) resolve(found.get(id));
    } catch (cause) {
      for (const { reject } of asked) reject(cause);
    }
  }
}
