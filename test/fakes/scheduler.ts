/** A repeatable source of chance (mulberry32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** True in a share of all throws. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** A number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  uuid(): string {
    const hex = (): string =>
      Math.floor(this.next() * 0x100000000)
        .toString(16)
        .padStart(8, '0');
    return `${hex()}-${hex().slice(0, 4)}-4${hex().slice(0, 3)}-8${hex().slice(0, 3)}-${hex()}${hex().slice(0, 4)}`;
  }
}

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time: tasks run one after the other in the order of their moments, and between two of them everything that
 * was promised is settled. The same seed gives the same run to the last step.
 */
export class Scheduler {
  now = 0;
  steps = 0;
  private readonly heap: Task[] = [];
  private order = 0;

  after(delayMs: number, run: () => void): void {
    this.push({ at: this.now + Math.max(0, delayMs), order: (this.order += 1), run });
  }

  /** Runs tasks up to a moment (ms of virtual time). */
  async runUntil(moment: number): Promise<void> {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.at > moment) break;
      this.pop();
      this.now = next.at;
      this.steps += 1;
      next.run();
      await settle();
    }
    this.now = moment;
  }

  private push(task: Task): void {
    const { heap } = this;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Task;
      if (before(above, task)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = task;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && before(heap[right] as Task, heap[left] as Task) ? right : left;
      if (before(last, heap[child] as Task)) break;
      heap[index] = heap[child] as Task;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** All promises that can be settled are settled before the next turn of the event loop. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
