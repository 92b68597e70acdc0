import type { EvidenceFamily } from '../../runner/ports';
import { schemaOf } from './check_index';
import { copiesNow } from './copies';
import { DEFAULT_PREFIX, evidenceDefinition, evidenceIndexOf, type IndexOptions } from './definitions';
import { createIndex, readIndex, widenMappings } from './index_admin';
import type { OpenSearchTransport } from './transport';

/**
 * Makes each evidence index before the first record goes into it. OpenSearch would make it by itself from the
 * template; but if the template is gone it would make one that is not append-only, and nobody would notice (INV-8).
 */
export class EvidenceIndices {
  private readonly transport: OpenSearchTransport;
  private readonly options: IndexOptions;
  private readonly ready = new Map<string, Promise<void>>();

  /** @param options copies: default by the data nodes that the cluster has when an index is made */
  constructor(transport: OpenSearchTransport, options: IndexOptions) {
    this.transport = transport;
    this.options = options;
  }

  /** Name of the index for a record; it is there when this resolves. */
  async forRecord(family: EvidenceFamily, at: string): Promise<string> {
    const name = evidenceIndexOf(family, at, this.options.prefix);
    let known = this.ready.get(name);
    if (known === undefined) {
      known = this.ensure(family, name).catch((error: unknown) => {
        this.ready.delete(name);
        throw error;
      });
      this.ready.set(name, known);
    }
    await known;
    return name;
  }

  /** Forgets what is known to be there; called when a write found an index missing. */
  forget(): void {
    this.ready.clear();
  }

  private async ensure(family: EvidenceFamily, name: string): Promise<void> {
    const { prefix, replicas = await copiesNow(this.transport, prefix) } = this.options;
    const definition = evidenceDefinition(family, { prefix: prefix ?? DEFAULT_PREFIX, replicas });
    if (await createIndex(this.transport, name, definition)) return;
    const found = await readIndex(this.transport, name);
    if (found === undefined) return;
    if (String(found.settings['index.append_only.enabled']) !== 'true' || schemaOf(found) === 0)
      throw new Error(`the index \`${name}\` was not made by Reflex and is not append-only; move it away`);
    if (schemaOf(found) < definition.mappings._meta.reflex_schema)
      await widenMappings(this.transport, name, definition.mappings);
  }
}
