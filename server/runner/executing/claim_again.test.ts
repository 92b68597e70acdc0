import {
  aCase,
  anEffect,
  aReason,
  aRequest,
  aView,
  aWorld,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import type { Reapply } from '../../engine/execution/drift';
import type { Effect } from '../../engine/execution/effect';
import type { CaseAct } from '../keeping/kinds/case';
import { planClaim } from './claim';

/* What was removed at its target is claimed once more as any new act, and only while its document says so. */

const LEFT_MS = 60_000;
const reapply: Reapply = {
  ...{ times: 1, of: 3, removed_at: utcIn(-5_000), until: utcIn(LEFT_MS) },
  was: { command_id: 'c-old', effect_id: EFFECT_ID },
};
const DRIFT = { times: 1, of: 3, removed_at: utcIn(-5_000), until: utcIn(LEFT_MS), commands: ['c-old'] };
const act = theAct('a0', { ttl_ms: 4 * 3_600_000 });

interface Scene {
  readonly effect?: Effect;
  readonly again?: Reapply;
  readonly fresh?: boolean;
  readonly change?: Parameters<typeof aCase>[1];
  readonly so?: Parameters<typeof aWorld>[0];
}

const claim = ({ effect, again = reapply, fresh = true, change, so }: Scene) => {
  const held: CaseAct = { act_id: 'a0', status: 'held', reapply: again };
  const previous = aCase([held], change);
  const request = { ...aRequest([act], { previous }), received: previous.received };
  const plan = planClaim(() => aWorld(so), request, false);
  const built = plan.build(aView([caseDoc(previous), ...(effect ? [effectDoc(effect)] : [])], { isFresh: fresh }));
  if (built === 'read_again') return { plan, built };
  if (built.answer.kind !== 'planned') throw new Error('the case moved');
  const { content, start } = built.answer;
  return { plan, built, act: content.acts[0], command: start[0]?.command };
};

describe('an act that is applied again', () => {
  const closed = anEffect('absent', { drift: DRIFT });

  it('is a new command that ends when the first was to end', () => {
    const { command, act: after } = claim({ effect: closed });
    expect(command).toMatchObject({ ttl_ms: LEFT_MS, act_id: 'a0' });
    expect(command?.command_id).not.toBe('c-old');
    expect(after).toMatchObject({ status: 'applying', reapply });
  });
  it('reads what its effect is, instead of taking it for absent', () => {
    const { plan } = claim({ effect: closed });
    expect([plan.presumedAbsent, plan.reads.includes(EFFECT_ID)]).toEqual([[], true]);
    expect(claim({ effect: closed, fresh: false }).built).toBe('read_again');
  });
  it('passes every brake: a stop holds it, and it is still to be applied again after that', () => {
    const { command, act: after } = claim({ effect: closed, so: { isStopped: () => true } });
    expect(command).toBeUndefined();
    expect(after).toMatchObject({ status: 'waiting', stopped: { reason: 'kill_switch' }, reapply });
  });
  it('waits until its effect is closed', () => {
    const open = anEffect('present', { gone: { at: utcIn(0), text: '' }, reasons: [aReason('c-old')] });
    expect(claim({ effect: open }).act).toMatchObject({ status: 'held', stopped: { reason: 'target_busy' } });
  });
  it.each<[note: string, scene: Scene, why: string]>([
    ['its effect was lifted, or ended', { effect: anEffect('absent') }, 'it ended, or was lifted'],
    ['its time is over', { effect: closed, again: { ...reapply, until: utcIn(9_000) } }, 'its time was over'],
  ])('is left gone where %s', (_note, scene, why) => {
    const { act: after, command } = claim(scene);
    expect(command).toBeUndefined();
    expect(after).toMatchObject({ status: 'gone', command_id: 'c-old', text: expect.stringContaining(why) });
  });
  it('is left gone where its source says that it is over', () => {
    const received = { ...aCase([]).received, source_state: 'completed' as const };
    const { act: after } = claim({ effect: closed, change: { received } });
    expect(after).toMatchObject({ status: 'gone', text: expect.stringContaining('its source says') });
  });
});
