import type { CompiledBundle } from '../../engine/policy/compiled';
import type { Decision } from '../../../common/flow/decision';
import { cannotDecide, isForAnActor, mayGoOnWith } from './who_may_decide';

const decider = (roles: readonly string[], hasBundle = true) => ({
  session: { has: (role: string) => roles.includes(role) },
  bundles: { active: hasBundle ? ({} as CompiledBundle) : undefined },
});

const acts = (...given: ReadonlyArray<readonly [result: string, shadow?: boolean]>): Pick<Decision, 'acts'> =>
  ({ acts: given.map(([result, shadow = false]) => ({ result, shadow })) }) as unknown as Decision;

describe('who decides', () => {
  it.each<[note: string, given: Parameters<typeof decider>, why: RegExp | undefined, goesOn: boolean]>([
    ['has the role and a bundle', [['decide', 'act'], true], undefined, true],
    ['needs the role', [['intake', 'act', 'undo'], true], /no role `decide`/, false],
    ['needs a bundle', [['decide', 'act'], false], /no policy bundle is in force on this agent/, false],
    ['and goes on with what others left only if it acts', [['decide'], true], undefined, false],
  ])('%s', (_note, given, why, goesOn) => {
    const told = cannotDecide(decider(...given));
    if (why === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(why);
    expect(mayGoOnWith(decider(...given))).toBe(goesOn);
  });
});

describe('a decision for an agent that acts', () => {
  it.each<[note: string, roles: readonly string[], of: Pick<Decision, 'acts'>, isForAnother: boolean]>([
    ['permits something, where this one does not act', ['decide'], acts(['deny'], ['permit']), true],
    ['is none where this one acts', ['decide', 'act'], acts(['permit']), false],
    ['is none that permits nothing', ['decide'], acts(['escalate'], ['deny']), false],
    ['is none that permits in shadow only', ['decide'], acts(['permit', true]), false],
    ['is none that proposes nothing', ['decide'], acts(), false],
  ])('%s', (_note, roles, of, isForAnother) => {
    expect(isForAnActor(decider(roles), of)).toBe(isForAnother);
  });
});
