import type { ListDocument, ListDocuments, ListFetch, ListPart } from '../connector';
import { EMPTY_PART, entriesAt, fetchId, partId, partOf, PARTS } from './part';

/** What was read last is good enough to count by for so long, ms: what this host writes itself it knows at once. */
const FRESH_MS = 1_000;

/** All parts of a list, as they were read. */
export interface Snapshot {
  readonly parts: readonly ListPart[];
  /** UTC, ms: when reading began. */
  readonly readAt: number;
}

/** One part, and with what a change of it is written. */
export interface ReadPart {
  readonly at: number;
  readonly part: ListPart;
  readonly expect: 'absent' | ListDocument<ListPart>['version'];
}

interface StorePorts {
  readonly list: string;
  readonly documents: ListDocuments;
  readonly utc: () => number;
}

const INDICES = Array.from({ length: PARTS }, (_, at) => at);

/** The documents of one list. Every call throws `StoreUnavailable` where OpenSearch does not answer. */
export class FeedStore {
  private last: Snapshot | undefined;
  private reading: Promise<Snapshot> | undefined;
  /** Values that orders of this host are about to write. */
  private readonly reserved: string[] = [];
  private readonly counted = new WeakMap<ListPart, ReadonlySet<string>>();

  constructor(private readonly ports: StorePorts) {}

  /** What was last read, however long ago. */
  get known(): Snapshot | undefined {
    return this.last;
  }

  /** The whole list. Who asks while others wait for it reads once with them. */
  snapshot(): Promise<Snapshot> {
    this.reading ??= this.readAll().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Sees that what is known is good enough to count by. */
  async refresh(): Promise<void> {
    const age = this.ports.utc() - (this.last?.readAt ?? -Infinity);
    if (age < 0 || age >= FRESH_MS) await this.snapshot();
  }

  /** Whether a value is in the list, as far as it is known, or is about to be written by this host. */
  has(value: string): boolean {
    return this.reserved.includes(value) || this.valuesOf(this.last?.parts[partOf(value)]).has(value);
  }

  /** How many values those are. */
  size(): number {
    const known = (this.last?.parts ?? []).reduce((sum, part) => sum + this.valuesOf(part).size, 0);
    const isNew = (value: string): boolean => !this.valuesOf(this.last?.parts[partOf(value)]).has(value);
    return known + new Set(this.reserved.filter(isNew)).size;
  }

  /** When the list last changed, as far as it is known; UTC, ms. */
  lastChange(): number {
    return Math.max(0, ...(this.last?.parts ?? []).map(({ changed_at }) => changed_at));
  }

  /** Counts a value from now on, until the returned function is called. */
  reserve(value: string): () => void {
    this.reserved.push(value);
    return () => void this.reserved.splice(this.reserved.indexOf(value), 1);
  }

  /** The part that a value is in, as it is now. */
  async part(value: string): Promise<ReadPart> {
    const at = partOf(value);
    const id = partId(this.ports.list, at);
    const found = (await this.ports.documents.parts([id])).get(id);
    return { at, part: found?.content ?? EMPTY_PART, expect: found?.version ?? 'absent' };
  }

  async write({ at, expect }: ReadPart, part: ListPart): Promise<ReturnType<ListDocuments['putPart']>> {
    const outcome = await this.ports.documents.putPart(partId(this.ports.list, at), part, expect);
    if (outcome.kind === 'written') this.note(at, part);
    return outcome;
  }

  /** What devices fetched last, by device; those that never did are not in it. */
  async fetches(devices: readonly string[]): Promise<ReadonlyMap<string, ListDocument<ListFetch>>> {
    const { list, documents } = this.ports;
    const found = await documents.fetches(devices.map((device) => fetchId(list, device)));
    return new Map(
      devices.flatMap((device) => {
        const fetch = found.get(fetchId(list, device));
        return fetch === undefined ? [] : [[device, fetch] as const];
      }),
    );
  }

  writeFetch(device: string, fetch: ListFetch, before: ListDocument<ListFetch> | undefined) {
    return this.ports.documents.putFetch(fetchId(this.ports.list, device), fetch, before?.version ?? 'absent');
  }

  /** Counted once for each part as it was read, or orders would count the whole list each time. */
  private valuesOf(part: ListPart = EMPTY_PART): ReadonlySet<string> {
    const counted = this.counted.get(part) ?? new Set(entriesAt([part], this.ports.utc()).map(({ value }) => value));
    this.counted.set(part, counted);
    return counted;
  }

  private async readAll(): Promise<Snapshot> {
    const { list, documents, utc } = this.ports;
    const readAt = utc();
    const ids = INDICES.map((at) => partId(list, at));
    const found = await documents.parts(ids);
    const read = ids.map((id) => found.get(id)?.content ?? EMPTY_PART);
    this.last = { parts: read, readAt };
    return this.last;
  }

  /** What this host wrote itself is known at once. */
  private note(at: number, part: ListPart): void {
    if (this.last === undefined || (this.last.parts[at]?.revision ?? 0) >= part.revision) return;
    this.last = { ...this.last, parts: this.last.parts.map((each, index) => (index === at ? part : each)) };
  }
}
