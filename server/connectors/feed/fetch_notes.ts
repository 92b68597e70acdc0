import { StoreUnavailable, type ListFetch } from '../connector';
import type { FeedStore } from './feed_store';

/** That a device has the version that it had is written again after so long, ms. */
const WRITE_AGAIN_MS = 10_000;
const MOST_TRIES = 3;

/** What one device fetched from this host, and what of it was written last. */
interface Note {
  fetch: ListFetch;
  etag: string;
  written?: { readonly etag: string; readonly at: number };
  isWriting: boolean;
}

/**
 * Writes down which version each device fetched last. What cannot be written now is kept, the newest of each device,
 * and written once OpenSearch is back.
 */
export class FetchNotes {
  private readonly notes = new Map<string, Note>();

  constructor(private readonly store: Pick<FeedStore, 'fetches' | 'writeFetch'>) {}

  /** Returns at once. */
  note(device: string, fetch: ListFetch, etag: string): void {
    const known = this.notes.get(device);
    const note = known ?? { fetch, etag, isWriting: false };
    Object.assign(note, { fetch, etag });
    this.notes.set(device, note);
    void this.write(device, note);
  }

  /** Writes what could not be written before. */
  async flush(): Promise<void> {
    await Promise.all([...this.notes].map(([device, note]) => this.write(device, note)));
  }

  private isDue({ fetch, etag, written }: Note): boolean {
    return written === undefined || written.etag !== etag || fetch.at - written.at >= WRITE_AGAIN_MS;
  }

  private async write(device: string, note: Note): Promise<void> {
    if (note.isWriting) return;
    note.isWriting = true;
    try {
      // Another fetch may come while one is written.
      while (this.isDue(note)) {
        const { fetch, etag } = note;
        if (!(await this.put(device, fetch))) return;
        note.written = { etag, at: fetch.at };
      }
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    } finally {
      note.isWriting = false;
    }
  }

  /** False if others were faster all the time. INVARIANT: a later fetch is never written over by an earlier one. */
  private async put(device: string, fetch: ListFetch): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = (await this.store.fetches([device])).get(device);
      if (before !== undefined && before.content.at > fetch.at) return true;
      const { kind } = await this.store.writeFetch(device, fetch, before);
      if (kind !== 'conflict') return kind === 'written';
    }
    return false;
  }
}
