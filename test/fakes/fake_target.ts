import type { Idempotency } from '../../server/runner/ports';

/** One thing that was done at the target, as it truly happened. */
interface Transition {
  /** `put_back`: by somebody else, without an order. */
  readonly kind: 'applied' | 'removed' | 'put_back';
  readonly key: string;
  readonly command: string;
  readonly at: number;
}

/**
 * An enforcement system: one entry per target with the tag of the command that made it. Synchronous; the network and
 * its faults are put in between by whoever uses it.
 */
export class FakeTarget {
  readonly idempotency: Idempotency;
  readonly entries = new Map<string, string>();
  readonly history: Transition[] = [];
  private readonly seen = new Set<string>();
  private readonly watchers: Array<(key: string) => void> = [];

  constructor(idempotency: Idempotency) {
    this.idempotency = idempotency;
  }

  /** Told of every entry that is removed. */
  whenRemoved(told: (key: string) => void): void {
    this.watchers.push(told);
  }

  apply(key: string, command: string, at: number): void {
    if (this.idempotency === 'key' && this.seen.has(command)) return;
    this.seen.add(command);
    if (this.idempotency !== 'none' && this.entries.has(key)) return;
    if (!this.entries.has(key)) this.entries.set(key, command);
    this.history.push({ kind: 'applied', key, command, at });
  }

  /** Somebody else has it in effect again, with the tag that it had. */
  restore(key: string, command: string, at: number): void {
    this.entries.set(key, command);
    this.history.push({ kind: 'put_back', key, command, at });
  }

  /** Removes the entry if one of these commands made it. */
  remove(key: string, commands: readonly string[], at: number): boolean {
    const tag = this.entries.get(key);
    if (tag === undefined || !commands.includes(tag)) return false;
    this.entries.delete(key);
    this.history.push({ kind: 'removed', key, command: tag, at });
    for (const told of this.watchers) told(key);
    return true;
  }

  has(key: string, commands: readonly string[]): boolean {
    const tag = this.entries.get(key);
    return tag !== undefined && commands.includes(tag);
  }
}
