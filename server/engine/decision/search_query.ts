import type { EntityKey } from '../../../common/entity/entity';
import { keyOf } from '../../../common/entity/read';
import type { Target, TargetType } from '../../../common/flow/decision';
import type { DetectionEvent } from '../../../common/flow/event';
import type { LookupQuery, SearchKind, SearchMatch } from '../../../common/flow/lookup';
import { SEARCH_SUBJECTS, type SearchSubject } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { CompiledMatch, CompiledSearch } from '../policy/compiled';

/* Which question a declared search is for one event, and for one act: which things its documents have to name. */

/** What a look-up is about. */
export interface LookupSubject {
  readonly event: DetectionEvent;
  /** Of the act that is judged. */
  readonly target: Target | undefined;
}

/** A question, or why there is none to ask. */
export type Asked = LookupQuery | { readonly why: string };

const textAt = (subject: Exclude<SearchSubject, 'target'>, event: DetectionEvent): string | undefined => {
  switch (subject) {
    case 'event.src_host':
      return event.src_host;
    case 'event.dst_host':
      return event.dst_host;
    case 'event.source.ip':
      return event.source?.ip;
    case 'event.destination.ip':
      return event.destination?.ip;
    case 'event.destination.domain':
      return event.destination?.domain;
    case 'event.user.name':
      return event.user?.name;
    case 'event.process.hash':
      return event.process?.hash;
    case 'event.file.hash':
      return event.file?.hash;
  }
};

/** What of a target a field may hold; of a file or a process nothing but its host. */
const HELD: Readonly<Record<TargetType, readonly SearchKind[]>> = {
  ip: ['ip', 'host'],
  host: ['host', 'ip'],
  user: ['user'],
  domain: ['domain'],
  file: [],
  process: [],
};

const keyOfTarget = (as: SearchKind, target: Target | undefined): EntityKey | undefined => {
  if (target === undefined) return undefined;
  if (target.host !== undefined) return HELD.host.includes(as) ? keyOf('host', target.host) : undefined;
  return HELD[target.type].includes(as) ? keyOf(target.type, target.value) : undefined;
};

const keyOfSubject = (as: SearchKind, subject: SearchSubject, about: LookupSubject): EntityKey | undefined => {
  if (subject === 'target') return keyOfTarget(as, about.target);
  const text = textAt(subject, about.event);
  return text === undefined ? undefined : keyOf(SEARCH_SUBJECTS[subject], text);
};

const matchOf = (match: CompiledMatch, about: LookupSubject): SearchMatch | { readonly why: string } => {
  if ('is' in match) return { field: match.field, is: [...match.is] };
  const { field, as, subject } = match;
  const thing = keyOfSubject(as, subject, about);
  if (thing !== undefined) return { field, as, thing };
  return { why: subject === 'target' ? `the target is no ${as}` : `the event names no \`${subject.slice(6)}\`` };
};

/**
 * The question of a search. Things are keys in it, however the event spells them: the same thing asks the same.
 *
 * @param name as the policy calls it
 */
export const searchQuery = (name: string, search: CompiledSearch, about: LookupSubject): Asked => {
  const match: SearchMatch[] = [];
  for (const each of search.match) {
    const made = matchOf(each, about);
    if ('why' in made) return made;
    match.push(made);
  }
  const { indices, time, withinMs: within_ms, answer, distinct } = search;
  return { lookup: 'search', name, indices: [...indices], time, within_ms, match, answer, ...present({ distinct }) };
};
