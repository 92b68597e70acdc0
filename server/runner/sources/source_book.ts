import type { SourceMapping } from '../../../common/api/source_mapping';
import { find } from '../keeping/state_docs';
import type { Clock, Log, StateStore } from '../ports';
import { again } from '../keeping/in_background';

const FOLLOW_MS = 5_000;

/** The mappings of all sources, by the monitor whose alerts they are for, as of a few seconds ago. */
export class SourceBook {
  private mappings: ReadonlyMap<string, SourceMapping> = new Map();

  constructor(
    private readonly ports: { readonly store: Pick<StateStore, 'search'>; readonly clock: Clock; readonly log: Log },
  ) {}

  /** Of a monitor, workflow or correlation rule by its id; of a detector by the id of any monitor that it made. */
  mappingOf(monitorId: string): SourceMapping | undefined {
    return this.mappings.get(monitorId);
  }

  async load(): Promise<void> {
    const docs = await find(this.ports.store, 'mapping', { limit: 10_000 });
    this.mappings = new Map(
      docs.flatMap(({ content }) => content.monitor_ids.map((id) => [id, content.mapping] as const)),
    );
  }

  /** Follows what is saved, by whichever agent. */
  follow(until: () => boolean): Promise<void> {
    return again(this.ports, { failed: 'mappings could not be read', everyMs: FOLLOW_MS, until }, () => this.load());
  }
}
