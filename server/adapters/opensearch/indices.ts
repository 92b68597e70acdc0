import { randomBytes } from 'crypto';
import { StateReplaced, StateTooNew } from '../../runner/ports';
import {
  mappingConflicts,
  mappingFaults,
  replicaFaults,
  schemaOf,
  settingFaults,
  type FoundIndex,
} from './check_index';
import {
  DEFAULT_PREFIX,
  familyDefinitions,
  plainDefinitions,
  stateDefinition,
  stateIndexOf,
  type IndexDefinition,
  type IndexOptions,
} from './definitions';
import { copiesNow } from './copies';
import { awaitPrimary, createIndex, putTemplate, readIndex, widenMappings } from './index_admin';
import type { OpenSearchTransport } from './transport';
import { newWriteAlias, writeAliasesOf } from './write_alias';

interface EnsureOptions extends IndexOptions {
  /** Default: by the data nodes that the cluster has now. */
  readonly replicas?: number;
  /** False if this agent knew a state index before: a missing one is then a reason to stop, never to make one. */
  readonly mayCreateState: boolean;
}

interface EnsuredIndices {
  /** Indices that this call made. */
  readonly created: readonly string[];
}

const MUST_BE_AS_MADE = ['index.number_of_shards', 'index.translog.durability'];

/** What is wrong with a state index; empty if nothing is. */
const stateFaults = (name: string, definition: IndexDefinition, found: FoundIndex): string[] => {
  const { _meta, ...mappings } = definition.mappings;
  const own = _meta.reflex_schema;
  const schema = schemaOf(found);
  // An older one is brought up to date by the first agent that joins, once no older agent works with it any more.
  const isOlder = schema > 0 && schema < own;
  const fields = (isOlder ? mappingConflicts : mappingFaults)(mappings, found.mappings);
  const aliases = writeAliasesOf(name, Object.keys(found.aliases)).length === 1 ? [] : ['it has not one write alias'];
  return [
    ...aliases,
    ...settingFaults(definition.settings, found.settings, MUST_BE_AS_MADE),
    ...replicaFaults(definition.settings, found.settings),
    ...fields,
  ];
};

const refuseNewer = (name: string, found: number, own: number): void => {
  if (found > own)
    throw new StateTooNew(
      `the state index \`${name}\` is not as it must be: a newer Reflex uses it (state schema ${found}, this one speaks ${own})`,
    );
};

/** INVARIANT (INV-5, INV-6): every promise of compare-and-set rests on this index being exactly that. */
const ensureState = async (transport: OpenSearchTransport, options: EnsureOptions): Promise<boolean> => {
  const name = stateIndexOf(options.prefix);
  const definition = stateDefinition(options);
  let created = false;
  let found = await readIndex(transport, name);
  if (found === undefined) {
    if (!options.mayCreateState) throw new StateReplaced(`the state index \`${name}\` is missing: it was deleted`);
    const aliases = { [newWriteAlias(name, randomBytes(16).toString('hex'))]: {} };
    created = await createIndex(transport, name, { ...definition, aliases });
    found = await readIndex(transport, name);
  }
  if (found !== undefined) refuseNewer(name, schemaOf(found), definition.mappings._meta.reflex_schema);
  const faults = found === undefined ? ['it was deleted at this moment'] : stateFaults(name, definition, found);
  if (faults.length > 0)
    throw new Error(
      `the state index \`${name}\` is not as it must be: ${faults.join('; ')}; Reflex does not change it`,
    );
  await awaitPrimary(transport, name);
  return created;
};

/** An index besides the state: made if it is missing, widened if an older Reflex made it. */
const ensurePlain = async (
  transport: OpenSearchTransport,
  name: string,
  definition: IndexDefinition,
): Promise<boolean> => {
  if (await createIndex(transport, name, definition)) return true;
  const found = await readIndex(transport, name);
  if (found === undefined) return false;
  if (schemaOf(found) < definition.mappings._meta.reflex_schema)
    await widenMappings(transport, name, definition.mappings);
  const faults = schemaOf(found) === 0 ? mappingFaults(definition.mappings, found.mappings) : [];
  if (faults.length > 0)
    throw new Error(`the index \`${name}\` is not one that Reflex made: ${faults.join('; ')}; rename or remove it`);
  return false;
};

/**
 * Makes what is missing and checks what is there. Never deletes; several agents may do it at once.
 *
 * @throws StoreUnavailable, StateReplaced, StateTooNew; Error with everything that is wrong if an index is not as it
 *   must be
 */
export const ensureIndices = async (transport: OpenSearchTransport, given: EnsureOptions): Promise<EnsuredIndices> => {
  const prefix = given.prefix ?? DEFAULT_PREFIX;
  const options = { ...given, replicas: given.replicas ?? (await copiesNow(transport, prefix)) };
  const created: string[] = [];
  if (await ensureState(transport, options)) created.push(stateIndexOf(prefix));
  for (const [family, definition] of familyDefinitions(options))
    await putTemplate(transport, { name: `${prefix}${family}`, pattern: `${prefix}${family}-*` }, definition);
  for (const [end, definition] of plainDefinitions(options))
    if (await ensurePlain(transport, `${prefix}${end}`, definition)) created.push(`${prefix}${end}`);
  return { created };
};
