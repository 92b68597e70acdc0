import type { ReceivedEvent } from '../../../common/flow/event';
import type { CompiledAction, PolicyIndex } from './compiled';
import type { Discriminator } from './cel/condition_tree';

/** The fields that policies are indexed by, with how to read them from an event. */
const INDEXED: Readonly<Record<string, (received: ReceivedEvent) => string | readonly string[] | undefined>> = {
  'event.rule.id': ({ event }) => event.rule?.id,
  'event.rule.name': ({ event }) => event.rule?.name,
  'event.rule.origin': ({ event }) => event.rule?.origin,
  'event.tags': ({ event }) => event.tags,
  'event.source.ip': ({ event }) => event.source?.ip,
  'event.destination.ip': ({ event }) => event.destination?.ip,
  'event.destination.domain': ({ event }) => event.destination?.domain,
  'event.user.name': ({ event }) => event.user?.name,
  'event.src_host': ({ event }) => event.src_host,
  'event.dst_host': ({ event }) => event.dst_host,
  'event.process.name': ({ event }) => event.process?.name,
  'event.process.hash': ({ event }) => event.process?.hash,
  'event.file.hash': ({ event }) => event.file?.hash,
  'event.file.name': ({ event }) => event.file?.name,
  'event.recommended_action': ({ event }) => event.recommended_action,
  'event.severity': ({ event }) => event.severity,
  'event.intake.id': ({ intake }) => intake.id,
  'event.intake.type': ({ intake }) => intake.type,
};

interface Entry {
  readonly order: number;
  readonly policy: CompiledAction;
}

const keyOf = (path: string, value: string): string => `${path}\n${value}`;

const usable = (policy: CompiledAction): readonly Discriminator[] => {
  const fromWhen = policy.when.discriminators.filter(({ path }) => path in INDEXED);
  return policy.severities ? [...fromWhen, { path: 'event.severity', values: [...policy.severities] }] : fromWhen;
};

/**
 * Builds the index. Each policy goes under the one of its equality clauses that it shares with the fewest others, so
 * that the work for an event grows with the policies that could match it, not with the size of the bundle.
 */
export const indexPolicies = (policies: readonly CompiledAction[]): PolicyIndex => {
  const crowd = new Map<string, number>();
  const choices = policies.map(usable);
  for (const { path, values } of choices.flat()) {
    for (const value of values) crowd.set(keyOf(path, value), (crowd.get(keyOf(path, value)) ?? 0) + 1);
  }
  const crowdOf = ({ path, values }: Discriminator): number =>
    values.reduce((sum, value) => sum + (crowd.get(keyOf(path, value)) ?? 0), 0);
  /** The least crowded one, the first of equals. */
  const bestOf = (choice: readonly Discriminator[]): Discriminator | undefined => {
    let [best, least] = [choice[0], Infinity];
    for (const each of choice.length > 1 ? choice : []) {
      const others = crowdOf(each);
      if (others < least) [best, least] = [each, others];
    }
    return best;
  };
  const always: Entry[] = [];
  const buckets = new Map<string, Map<string, Entry[]>>();
  policies.forEach((policy, order) => {
    const best = bestOf(choices[order] ?? []);
    if (!best) {
      always.push({ order, policy });
      return;
    }
    const byValue = buckets.get(best.path) ?? new Map<string, Entry[]>();
    buckets.set(best.path, byValue);
    for (const value of new Set(best.values)) {
      const entries = byValue.get(value);
      if (entries) entries.push({ order, policy });
      else byValue.set(value, [{ order, policy }]);
    }
  });
  const paths = [...buckets].map(([path, byValue]) => ({ read: INDEXED[path], byValue }));
  return {
    all: policies,
    candidates: (received) => {
      const found = always.slice();
      for (const { read, byValue } of paths) {
        const value = read?.(received);
        if (value === undefined) {
          const missing = byValue.get('');
          if (missing) found.push(...missing);
        } else if (typeof value === 'string') {
          const entries = byValue.get(value);
          if (entries) found.push(...entries);
        } else {
          for (const each of value) {
            for (const entry of byValue.get(each) ?? []) if (!found.includes(entry)) found.push(entry);
          }
        }
      }
      if (found.length > 1) found.sort((a, b) => a.order - b.order);
      return found.map((entry) => entry.policy);
    },
  };
};
