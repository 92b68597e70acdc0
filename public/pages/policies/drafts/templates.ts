import { say } from '../../../i18n';

interface Template {
  readonly id: string;
  readonly title: () => string;
  readonly about: () => string;
  readonly source: string;
}

const header = (id: string, title: string): string => `apiVersion: reflex/v1
kind: Policy
metadata:
  id: ${id}
  title: ${title}
  owner: my-team
`;

/** Starting points; each is valid as it is, in shadow, with a test. */
export const TEMPLATES: readonly Template[] = [
  {
    id: 'act',
    title: () => say('template.act', 'Act on an event'),
    about: () =>
      say(
        'template.act.about',
        'Proposes one act when its condition holds, here: block the source of a known IOC for four hours.',
      ),
    source: `${header('my-block-known-ioc', 'Block sources that match a known IOC')}spec:
  layer: action
  mode: shadow # record only; promote once the shadow figures are right
  on: { severity: [high, critical] }
  when: event.rule.origin == "known_ioc" && event.confidence > 0.85
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
  tests:
    - name: a known IOC is blocked
      event: { confidence: 0.91, severity: high, source: { ip: 203.0.113.7 }, rule: { origin: known_ioc } }
      expect: permit
`,
  },
  {
    id: 'limit',
    title: () => say('template.limit', 'Limit an action'),
    about: () =>
      say('template.limit.about', 'Never more than so many within a time; what goes beyond waits for a person.'),
    source: `${header('my-limit-blocks', 'Not more than 50 blocks an hour')}spec:
  layer: global
  mode: enforce
  limit: { action: block_ip, max_count: 50, within: 1h, on_breach: escalate }
`,
  },
  {
    id: 'exception',
    title: () => say('template.exception', 'Ask a person for some targets'),
    about: () =>
      say('template.exception.about', 'Judges what others propose, by what the target is, here: executives.'),
    source: `${header('my-ask-for-executives', 'Ask before an executive is disabled')}spec:
  layer: contextual
  mode: enforce
  on: { actions: [disable_user] }
  when: "'executive' in target.asset.tags"
  effect: escalate
  tests:
    - name: an executive is not disabled without a person
      event: { severity: critical, user: { name: ceo } }
      act: { action: disable_user, target: ceo }
      context: { assets: { ceo: { known: true, tags: [executive] } } }
      expect: escalate
`,
  },
  {
    id: 'protect',
    title: () => say('template.protect', 'Protect targets'),
    about: () => say('template.protect.about', 'No act touches these, whatever proposes it, approved or not.'),
    source: `${header('my-protected-targets', 'Never touch these')}spec:
  layer: global
  mode: enforce
  protect:
    ips: [192.0.2.1]
    hosts: [dc-01]
    users: [break-glass]
`,
  },
];
