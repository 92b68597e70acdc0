interface Timed {
  /** Monotonic ms. */
  nextLook: number;
  busy: boolean;
}

interface Entry {
  readonly at: number;
  readonly id: string;
}

/**
 * Items by id, with the one that is due first at hand: what is not due costs nothing, however much of it there is.
 * Whoever changes `nextLook` of an item while it is not being looked at says so with `schedule`.
 */
export class TimedItems<Item extends Timed> extends Map<string, Item> {
  /** A heap: no entry is due before the one at half its place. */
  private readonly heap: Entry[] = [];
  private readonly scheduled = new Map<string, number>();

  override set(id: string, item: Item): this {
    super.set(id, item);
    this.schedule(id);
    return this;
  }

  schedule(id: string): void {
    const item = this.get(id);
    if (item === undefined || this.scheduled.get(id) === item.nextLook) return;
    this.scheduled.set(id, item.nextLook);
    this.push({ at: item.nextLook, id });
  }

  /** Takes out the ids of what is due and not being looked at; each must be scheduled again after its look. */
  due(now: number): readonly string[] {
    const ids: string[] = [];
    for (let first = this.heap[0]; first !== undefined && first.at <= now; first = this.heap[0]) {
      this.pop();
      const { id, at } = first;
      if (this.scheduled.get(id) !== at) continue; // It was scheduled otherwise meanwhile.
      this.scheduled.delete(id);
      if (this.get(id)?.busy === false) ids.push(id);
    }
    return ids;
  }

  private push(entry: Entry): void {
    let place = this.heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.swapIfLater(above, place)) return;
      place = above;
    }
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const smaller = (this.heap[right]?.at ?? Infinity) < (this.heap[left]?.at ?? Infinity) ? right : left;
      if (!this.swapIfLater(place, smaller)) return;
      place = smaller;
    }
  }

  private swapIfLater(above: number, below: number): boolean {
    const [first, second] = [this.heap[above], this.heap[below]];
    if (first === undefined || second === undefined || first.at <= second.at) return false;
    this.heap[above] = second;
    this.heap[below] = first;
    return true;
  }
}
