import type { ReceivedEvent } from '../../common/flow/event';
import type { PolicyFile } from '../../common/policy/bundle';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { received } from '../builders/events';
import type { Dice } from '../fakes/scheduler';

/*
 * Policy sets as large organisations have them: most policies are about one detection rule, one tag or one origin, a
 * few look at everything, and some judge. The events hit each kind.
 */

const action = (id: string, when: string, then: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Policy ${id}, owner: bench }
spec:
  layer: action
  mode: enforce
  when: ${JSON.stringify(when)}
${then}`;

const BLOCK = `  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;
const ISOLATE = `  then: { action: isolate_host, target: { host: event.src_host }, ttl: 4h }
  rollback: { action: release_host }
`;

const JUDGES = [
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: judge-private, title: No private addresses, owner: bench }
spec: { layer: domain, mode: enforce, on: { actions: [block_ip] }, require: "!target.is_private" }
`,
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: judge-critical, title: Critical assets ask, owner: bench }
spec: { layer: contextual, mode: enforce, on: { actions: [isolate_host] }, when: "target.asset.criticality == 'critical'", effect: escalate }
`,
];

const ORIGINS = 8;
/** After so many policies the origins that they name come again. */
export const ORIGIN_GROUPS = ORIGINS * 5;

const nth = (index: number): string => {
  switch (index % 5) {
    case 0:
      return action(
        `rule-${index}`,
        `event.rule.id == "rule-${index}" && event.confidence > 0.8 && score.value > 0.7`,
        BLOCK,
      );
    case 1:
      return action(
        `tag-${index}`,
        `"tag-${index}" in event.tags && event.severity_rank >= 3.0 && history.src.events_24h >= 0.0`,
        ISOLATE,
      );
    case 2:
      return action(
        `origin-${index}`,
        `event.rule.origin == "origin-${index % ORIGIN_GROUPS}" && event.rule.name == "name-${index}" && event.confidence > 0.9`,
        BLOCK,
      );
    case 3:
      return action(`name-${index}`, `event.rule.name == "name-${index}" && !("scanner" in src.asset.tags)`, BLOCK);
    default:
      return action(`process-${index}`, `event.process.name == "process-${index}.exe" && score.value > 0.6`, ISOLATE);
  }
};

/** Texts of `count` policies, two of them judging. */
export const policyTexts = (count: number): readonly string[] => [
  ...Array.from({ length: count - JUDGES.length }, (_, index) => nth(index)),
  ...JUDGES,
];

/** The same, read. */
export const policySet = (count: number): readonly PolicyFile[] =>
  policyTexts(count).map((source) => {
    const parsed = parsePolicy('bench.yaml', source);
    if (!parsed.ok)
      throw new Error(
        `${source}\n${parsed.error.map((fault) => `${fault.line}:${fault.column} ${fault.message}`).join('\n')}`,
      );
    return parsed.value;
  });

/** An event; about a third of them match a policy of a set of that size. */
export const benchEvent = (dice: Dice, index: number, policies: number): ReceivedEvent => {
  const of = dice.whole(0, policies * 3);
  return received({
    event_id: `bench-${index}`,
    confidence: dice.between(0.3, 1),
    severity: dice.pick(['low', 'medium', 'high', 'critical'] as const),
    source: { ip: `198.51.${dice.whole(0, 255)}.${dice.whole(1, 254)}` },
    src_host: `host-${dice.whole(0, 500)}`,
    tags: [`tag-${of}`, 'windows'],
    rule: { id: `rule-${of}`, name: `name-${of}`, origin: `origin-${dice.whole(0, ORIGINS)}` },
    process: { name: `process-${of}.exe` },
  });
};
