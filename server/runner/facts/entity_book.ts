import { Entity } from './entity';

const MOST_ENTITIES = 100_000;
const TIDIED_AT_ONCE = 5_000;

interface Held {
  readonly entity: Entity;
  /** On how many shelves it stands. */
  holders: number;
}

/**
 * Entities, those used longest ago forgotten first. Room is shared by the sources that name them: each has a shelf, and
 * whoever has most on it forgets first. An entity is forgotten when nobody has it on the shelf any more, so no source
 * can make Reflex forget what others told, by naming much or by naming the same.
 */
export class EntityBook {
  private readonly entities = new Map<string, Held>();
  /** By source, in the order of last use. */
  private readonly shelves = new Map<string, Set<string>>();
  private places = 0;
  private largest = '';
  private tidying: IterableIterator<string> | undefined;

  /** @param most places on all shelves together */
  constructor(private readonly most = MOST_ENTITIES) {}

  get(key: string): Entity | undefined {
    return this.entities.get(key)?.entity;
  }

  /** An entity that a source names; made if it is not known. */
  use(key: string, source: string): Entity {
    const held = this.entities.get(key) ?? { entity: new Entity(), holders: 0 };
    this.entities.set(key, held);
    const shelf = this.shelves.get(source) ?? new Set<string>();
    this.shelves.set(source, shelf);
    if (!shelf.delete(key)) {
      held.holders += 1;
      this.places += 1;
    }
    shelf.add(key);
    if (shelf.size > this.sizeOf(this.largest)) this.largest = source;
    if (this.places > this.most) this.makeRoom();
    return held.entity;
  }

  /** Forgets what is long past of a few thousand entities; the next call goes on with others. */
  tidy(now: number): void {
    this.tidying ??= this.entities.keys();
    for (let count = 0; count < TIDIED_AT_ONCE; count += 1) {
      const next = this.tidying.next();
      if (next.done === true) {
        this.tidying = undefined;
        return;
      }
      if (this.get(next.value)?.forget(now) === true)
        for (const source of this.shelves.keys()) this.takeOff(next.value, source);
    }
  }

  private sizeOf(source: string): number {
    return this.shelves.get(source)?.size ?? 0;
  }

  private takeOff(key: string, source: string): void {
    const shelf = this.shelves.get(source);
    const held = this.entities.get(key);
    if (shelf?.delete(key) !== true || held === undefined) return;
    this.places -= 1;
    held.holders -= 1;
    if (held.holders === 0) this.entities.delete(key);
    if (shelf.size === 0) this.shelves.delete(source);
  }

  private makeRoom(): void {
    // A shelf that shrank to its fair share may not be the largest any more.
    if (this.sizeOf(this.largest) * this.shelves.size <= this.most) {
      for (const source of this.shelves.keys())
        if (this.sizeOf(source) > this.sizeOf(this.largest)) this.largest = source;
    }
    const [oldest] = this.shelves.get(this.largest) ?? [];
    if (oldest !== undefined) this.takeOff(oldest, this.largest);
  }
}
