import type { Entity } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { voiceIn } from '../../../common/flow/claims';
import type { SeenThing } from '../../../common/flow/decision';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { speakerOf } from '../../../common/flow/intake';
import { SECURITY_DOMAINS, type SecurityDomain } from '../../../common/flow/voice';
import { ownSeenName } from '../../engine/entity/seen_names';

/* What the history keeps of an event: what it names, who says so, and by which rule. */

type Role = SeenThing['roles'][number];

/** Something that an event names. Placeholders and what cannot be read name nothing. */
export interface Thing {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly entity: Entity;
  /** For programs and files: the host that they are on. */
  readonly on: Entity | undefined;
}

/** Who speaks, for which domain of security. */
interface Report {
  readonly by: string;
  readonly domain: SecurityDomain;
  /** No admin said so. */
  readonly claimed: boolean;
}

/** Much smaller than the event. */
export interface Glimpse {
  readonly caseId: string;
  /** When it was received, ms since 1970. */
  readonly at: number;
  /** Who told it. */
  readonly source: string;
  readonly things: readonly Thing[];
  readonly rule: string | undefined;
  readonly isRuleClaimed: boolean;
  readonly report: Report;
}

const isDomain = (text: string | undefined): text is SecurityDomain => SECURITY_DOMAINS.some((each) => each === text);

/** Which domain an event claims to speak for: a tag `domain:<name>`, else by what it names. It corroborates nothing. */
const claimedDomain = ({ tags = [], process, file, user, source }: DetectionEvent): SecurityDomain => {
  const tagged = tags.find((tag) => tag.startsWith('domain:'))?.slice('domain:'.length);
  if (isDomain(tagged)) return tagged;
  if (process !== undefined || file !== undefined) return 'endpoint';
  return user?.name !== undefined && source?.ip === undefined ? 'identity' : 'network';
};

const read = (kind: Entity['kind'], text: string | undefined): Entity | undefined => {
  const found = readEntity(kind, text);
  return found.ok ? found.entity : undefined;
};

type Named = readonly [entity: Entity | undefined, roles: readonly Role[], on?: Entity];

/** Programs and files, on each host that the event names. */
const onHosts = ({ process, file }: DetectionEvent, hosts: readonly Entity[]): readonly Named[] => {
  if (process === undefined && file === undefined) return [];
  const things = [
    read('process', process?.name),
    read('process', process?.executable),
    read('file', file?.path),
    read('file', file?.name),
  ];
  return hosts.flatMap((host) => things.map((thing): Named => [thing, [], host]));
};

const thingsOf = (event: DetectionEvent): readonly Thing[] => {
  const [from, to] = [read('host', event.src_host), read('host', event.dst_host)];
  const main = event.src_host === undefined ? to : from;
  const named: readonly Named[] = [
    [read('ip', event.source?.ip), ['source']],
    [read('ip', event.destination?.ip), []],
    [read('domain', event.destination?.domain), []],
    [main, ['host']],
    [main === to ? undefined : to, []],
    [read('user', event.user?.name), ['user']],
    ...onHosts(
      event,
      [from, to].flatMap((host) => host ?? []),
    ),
  ];
  const things = new Map<string, Thing>();
  for (const [entity, roles, on] of named) {
    if (entity === undefined) continue;
    const name = ownSeenName(entity, on);
    if (!things.has(name)) things.set(name, { name, roles, entity, on });
  }
  return [...things.values()];
};

const glimpses = new WeakMap<ReceivedEvent, Glimpse>();

/** What the history keeps of an event. */
export const glimpseOf = (received: ReceivedEvent): Glimpse => {
  const made = glimpses.get(received);
  if (made) return made;
  const { event } = received;
  const { origins, domain } = voiceIn(received);
  const by = speakerOf(received.intake);
  const glimpse: Glimpse = {
    caseId: received.case_id,
    at: Date.parse(received.received_at),
    source: by,
    things: thingsOf(event),
    rule: event.rule?.id,
    isRuleClaimed: origins['rule.id'] !== 'granted',
    report: { by, domain: domain ?? claimedDomain(event), claimed: domain === undefined },
  };
  glimpses.set(received, glimpse);
  return glimpse;
};

/** The key under which counts of a role are kept. */
export const countedKey = ({ things, rule }: Glimpse, role: Role | 'rule'): string | undefined =>
  role === 'rule'
    ? rule === undefined
      ? undefined
      : `rule:${rule}`
    : things.find(({ roles }) => roles.includes(role))?.name;
