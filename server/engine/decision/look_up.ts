import { keyText } from '../../../common/entity/entity';
import { keyOf } from '../../../common/entity/read';
import { sidesOf } from '../../../common/entity/sides';
import type { LookupAnswer, LookupQuery } from '../../../common/flow/lookup';
import type { LookupHost } from '../../../common/policy/policy';
import { LookupMissing, type LookupNamed } from '../policy/cel/lookup_facts';
import type { CompiledLookups } from '../policy/compiled';
import type { LookupSaid } from './lookups';
import { searchQuery, type Asked, type LookupSubject } from './search_query';

/* Which question a declared look-up is for one event, and for one act. */

const hostOf = (of: LookupHost, { event, target }: LookupSubject): string | undefined => {
  const named =
    of === 'target'
      ? (target?.host ?? (target?.type === 'host' ? target.value : undefined))
      : of === 'source'
        ? event.src_host
        : event.dst_host;
  const key = named === undefined ? undefined : keyOf('host', named);
  return key && keyText(key);
};

const integrityQuery = (
  { connector, of }: NonNullable<CompiledLookups['host_integrity']>,
  subject: LookupSubject,
): Asked => {
  const host = hostOf(of, subject);
  if (host !== undefined) return { lookup: 'host_integrity', connector, host };
  return { why: of === 'target' ? 'the target is on no host' : `the event names no ${of} host` };
};

const chainQuery = ({ withinMs }: NonNullable<CompiledLookups['lateral_chain']>, { event }: LookupSubject): Asked => {
  const { from, to } = sidesOf(event);
  if (from === undefined) return { why: 'the event names no source' };
  if (to === undefined) return { why: 'the event names no destination' };
  return from === to
    ? { why: 'source and destination of the event are the same' }
    : { lookup: 'lateral_chain', from, to, within_ms: withinMs };
};

const queryOf = (
  { lookup, search }: LookupNamed,
  declared: CompiledLookups | undefined,
  subject: LookupSubject,
): Asked => {
  const undeclared = { why: 'the policy does not declare it' };
  switch (lookup) {
    case 'lateral_chain':
      return declared?.lateral_chain ? chainQuery(declared.lateral_chain, subject) : undeclared;
    case 'host_integrity':
      return declared?.host_integrity ? integrityQuery(declared.host_integrity, subject) : undeclared;
    case 'search': {
      const wanted = declared?.search?.get(search ?? '');
      return search !== undefined && wanted ? searchQuery(search, wanted, subject) : undeclared;
    }
  }
};

/** Every look-up that a policy declares. */
export const declaredIn = (declared: CompiledLookups | undefined): readonly LookupNamed[] => [
  ...(declared?.lateral_chain ? [{ lookup: 'lateral_chain' } as const] : []),
  ...(declared?.host_integrity ? [{ lookup: 'host_integrity' } as const] : []),
  ...[...(declared?.search?.keys() ?? [])].map((search) => ({ lookup: 'search', search }) as const),
];

/**
 * What a look-up of a policy says about an event.
 *
 * @param lookUp what was answered to a question
 * @throws LookupMissing where nothing was, so that no clause takes it for a value
 */
export const answered =
  (declared: CompiledLookups | undefined, subject: LookupSubject, lookUp: (query: LookupQuery) => LookupSaid) =>
  (named: LookupNamed): LookupAnswer => {
    const name = named.search ?? named.lookup;
    const query = queryOf(named, declared, subject);
    if ('why' in query) throw new LookupMissing(name, query.why);
    const { answer, missing } = lookUp(query);
    if (answer === undefined) throw new LookupMissing(name, missing ?? 'nothing came');
    return answer;
  };
