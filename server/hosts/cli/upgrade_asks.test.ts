import type { UpgradeAsksView } from '../../../common/api/routes';
import { asksLines } from './upgrade_asks';

const view = (change: Partial<UpgradeAsksView> = {}): UpgradeAsksView => ({
  as_of: '2026-11-22T10:00:00.000Z',
  days: 7,
  sources: [
    {
      type: 'webhook',
      id: 'siem',
      decisions: 12,
      policies: [
        { policy: 'isolate', asked: 3, permitted: 0 },
        { policy: 'block', asked: 1, permitted: 9 },
      ],
    },
    { type: 'kafka', id: 'alerts', decisions: 0, policies: [] },
  ],
  more_sources: 0,
  policies: [{ policy: 'isolate', mode: 'enforce', reads: ['confidence', 'severity'] }],
  one_source: { looked_at: 12, of: 12, policies: [] },
  ...change,
});

describe('`reflex upgrade asks`', () => {
  it('names each source without a grant, and what asks because of it', () =>
    expect(asksLines(view())).toEqual([
      'Nothing is granted to these sources: everything that they say is claimed.',
      '  webhook:siem: 12 decisions in 7 days',
      '    isolate: asked 3 times because of it',
      '    block: asked once because of it; permitted 9 times, and may ask from now on',
      '  kafka:alerts: no decision in 7 days',
      'These policies in force go by it, and ask a person where it is only claimed:',
      '  isolate (enforce): confidence, severity',
      'Grant each source what it may say: on the page Sources, or under `intake.vouch` in the settings.',
    ]));

  it('says how many it leaves out', () => expect(asksLines(view({ more_sources: 4 }))).toContain('  and 4 more'));

  it('says that no policy goes by a claim', () =>
    expect(asksLines(view({ policies: [] }))).toContain('No policy in force goes by what a source claims.'));

  it('names what acted on critical assets by the word of one source', () => {
    const one_source = { looked_at: 1_000, of: 4_000, policies: [{ policy: 'isolate', acts: 2 }] };
    expect(asksLines(view({ sources: [], one_source })).slice(1)).toEqual([
      'Acts on critical assets that one source alone reported ask a person now; in the last 7 days (of 4000 permits the newest 1000 were looked at):',
      '  isolate: permitted 2 times',
      'Grant a second source another domain, or let a global policy with `two_intakes_for: none` lift it with four eyes.',
    ]);
    expect(asksLines(view({ one_source: { ...one_source, of: 1_000 } })).join()).not.toContain('looked at');
  });

  it('says that all is granted, and nothing else', () =>
    expect(asksLines(view({ sources: [] }))).toEqual([
      'every source that sent events has a grant: nothing asks because of a missing one',
    ]));
});
