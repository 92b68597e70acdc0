import type { Target } from '../../../common/flow/decision';
import type { ActionRecord } from '../../../common/flow/outcome';
import { aClearedCommand } from '../../../test/targets/commands';
import { FakeEvidence } from '../../../test/fakes/fake_evidence';
import { bareIdentities, type Identities } from '../../engine/entity/identity';
import { earlierStep } from './earlier_step';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const HOST: Target = { type: 'host', value: 'ws-1' };
const USER: Target = { type: 'user', value: 'ana' };

const at = (minutesAgo: number): string => new Date(NOW - minutesAgo * 60_000).toISOString();

const sceneOf = (who: Identities = bareIdentities) => {
  const evidence = new FakeEvidence();
  let commands = 0;
  /** One command and what became of it, as `[state, minutes ago]`. */
  const command = (
    action: string,
    target: Target,
    ...states: ReadonlyArray<readonly [ActionRecord['state'], number]>
  ): void => commandOf('another-case', action, target, ...states);
  const commandOf = (
    case_id: string,
    action: string,
    target: Target,
    ...states: ReadonlyArray<readonly [ActionRecord['state'], number]>
  ): void => {
    commands += 1;
    const ordered = aClearedCommand({ case_id, action, target, command_id: `c${commands}` });
    states.forEach(([state, minutes], n) => {
      const record: ActionRecord = { command: ordered, n, state, at: at(minutes), session: 's', effect_id: 'e' };
      const entry = { family: 'actions', id: `c${commands}#${n}`, at: at(minutes), body: { ...record } } as const;
      evidence.append([entry]);
    });
  };
  const ask = (action: string, target: Target) =>
    earlierStep(
      { evidence: { find: (query) => Promise.resolve(evidence.page(query)) }, who },
      { lookup: 'earlier_step', action, target, besides: 'own-case' },
      NOW,
    );
  const since = async (action: string, target: Target): Promise<unknown> => {
    const said = await ask(action, target);
    return 'answer' in said ? said.answer.in_effect_since : said.missing;
  };
  return { command, commandOf, since };
};

describe('whether a milder step is in effect', () => {
  it('is so from when it was first seen at its target', async () => {
    const { command, since } = sceneOf();
    expect(await since('isolate_host', HOST)).toBeNull();
    command(
      'isolate_host',
      HOST,
      ['claimed', 31],
      ['sent', 30],
      ['succeeded', 30],
      ['verified_present', 29],
      ['seen_again', 5],
    );
    expect(await since('isolate_host', HOST)).toBe(at(29));
  });

  it('is not so while nobody saw it, however often the target said yes', async () => {
    const { command, since } = sceneOf();
    command('isolate_host', HOST, ['sent', 30], ['succeeded', 30]);
    expect(await since('isolate_host', HOST)).toBeNull();
  });

  it.each(['undo_started', 'undone', 'verified_absent', 'gone', 'late_effect_removed', 'unknown'] as const)(
    'is not so any more once it is %s',
    async (over) => {
      const { command, since } = sceneOf();
      command('isolate_host', HOST, ['succeeded', 30], ['verified_present', 29], [over, 10]);
      expect(await since('isolate_host', HOST)).toBeNull();
    },
  );

  it('is so again from when it was seen again', async () => {
    const { command, since } = sceneOf();
    command('isolate_host', HOST, ['verified_present', 29], ['gone', 10], ['seen_again', 8]);
    expect(await since('isolate_host', HOST)).toBe(at(8));
  });

  it('is so by any command that still holds it, whoever ordered that', async () => {
    const { command, since } = sceneOf();
    command('isolate_host', HOST, ['verified_present', 60], ['undone', 40]);
    command('isolate_host', HOST, ['verified_present', 30]);
    command('isolate_host', HOST, ['verified_present', 20]);
    expect(await since('isolate_host', HOST)).toBe(at(30));
  });

  it('is about this act on this thing alone', async () => {
    const { command, since } = sceneOf();
    command('isolate_host', { type: 'host', value: 'ws-2' }, ['verified_present', 30]);
    command('block_ip', HOST, ['verified_present', 30]);
    command('kill_process', { type: 'process', value: '/tmp/x', host: 'ws-2' }, ['succeeded', 30]);
    expect(await since('isolate_host', HOST)).toBeNull();
    expect(await since('kill_process', { type: 'process', value: '/tmp/x', host: 'ws-1' })).toBeNull();
    expect(await since('kill_process', { type: 'process', value: '/tmp/x', host: 'ws-2' })).toBe(at(30));
  });

  it('is not so by what the case that asks did itself', async () => {
    const { commandOf, command, since } = sceneOf();
    commandOf('own-case', 'isolate_host', HOST, ['verified_present', 30]);
    expect(await since('isolate_host', HOST)).toBeNull();
    command('isolate_host', HOST, ['verified_present', 20]);
    expect(await since('isolate_host', HOST)).toBe(at(20));
  });

  it('counts what cannot be undone for a day from when it was done', async () => {
    const { command, since } = sceneOf();
    command('revoke_sessions', USER, ['sent', 25 * 60], ['succeeded', 25 * 60]);
    expect(await since('revoke_sessions', USER)).toBeNull();
    command('revoke_sessions', USER, ['sent', 60], ['succeeded', 60]);
    expect(await since('revoke_sessions', USER)).toBe(at(60));
    command('revoke_sessions', { type: 'user', value: 'bo' }, ['sent', 60], ['failed', 60]);
    expect(await since('revoke_sessions', { type: 'user', value: 'bo' })).toBeNull();
  });

  it('reaches back as far as an effect may last', async () => {
    const { command, since } = sceneOf();
    command('isolate_host', HOST, ['verified_present', 29 * 24 * 60]);
    expect(await since('isolate_host', HOST)).toBe(at(29 * 24 * 60));
  });

  it('says nothing where there is more than it can look through', async () => {
    const { command, since } = sceneOf();
    for (let nth = 0; nth < 501; nth += 1) command('isolate_host', HOST, ['verified_present', 30 + nth]);
    expect(await since('isolate_host', HOST)).toBe('more than 500 records of `isolate_host` on it');
  });
});
