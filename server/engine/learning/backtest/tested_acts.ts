import { decisiveReason, type ActResult, type Target } from '../../../../common/flow/decision';
import { present } from '../../../../common/present';
import type { Decided, DecidedAct } from '../../decision/decide';
import { strictest } from '../../decision/strictest';
import { compared, type ComparedAct } from './compared_act';

/** What a policy under test says to an event, as if it were in force. */
export interface TestedAct {
  /** The policy under test: the one that proposes the act, or one that judges it. */
  readonly policy: string;
  readonly role: 'proposes' | 'judges';
  /** Of a judge: what it says to the act. */
  readonly result: ActResult | 'hold' | 'outside';
  readonly act: ComparedAct;
  readonly target: Target;
  /** The reason that made it so, where it is not just permitted. */
  readonly why?: string;
}

/** What its shadow adds is no reason: it is tried as if it were in force. */
const SHADOWS: ReadonlySet<string> = new Set(['shadow', 'outside_rollout']);

const whyOf = ({ result, reasons }: Pick<DecidedAct, 'result' | 'reasons'>): string | undefined =>
  result === 'permit'
    ? undefined
    : decisiveReason({ result, reasons: reasons.filter(({ code }) => !SHADOWS.has(code)) })?.text;

/** What one policy under test says to one act: the strictest, where it says several things. */
const judgedBy = (act: DecidedAct, policy: string): TestedAct['result'] | undefined => {
  const effects = act.judgements.flatMap(({ judge, effect }) => (judge.ref.id === policy ? (effect ?? []) : []));
  return effects.length === 0 ? undefined : strictest(effects);
};

/** Acts that policies under test propose or judge; of a judge each event counts once, by the strictest it says. */
export const testedActs = (
  { acts, held, assets }: Decided,
  tests: ((policy: string) => boolean) | undefined,
): readonly TestedAct[] => {
  if (tests === undefined) return [];
  const found: TestedAct[] = [];
  const judged = new Map<string, TestedAct>();
  for (const decided of [...acts, ...held]) {
    const { proposed, result, reasons, judgements } = decided;
    const { policy: by, target } = proposed;
    const { ttlMs: ttl_ms } = by;
    const act = compared(assets, { policy: by.ref.id, action: by.spec.then.action, target, result, ttl_ms });
    if (tests(by.ref.id)) {
      const isOutside = reasons.some(({ code }) => code === 'outside_rollout');
      const came = isOutside ? 'outside' : held.includes(decided) ? 'hold' : result;
      found.push({
        policy: by.ref.id,
        role: 'proposes',
        result: came,
        act,
        target,
        ...present({ why: whyOf(decided) }),
      });
    }
    // What another policy only records is no act that a judge would stop.
    if (proposed.shadow && !tests(by.ref.id)) continue;
    for (const policy of new Set(judgements.map(({ judge }) => judge.ref.id).filter(tests))) {
      const says = judgedBy(decided, policy);
      const before = judged.get(policy);
      if (says === undefined || before?.result === 'deny') continue;
      const why = judgements.find(({ judge, reason }) => judge.ref.id === policy && reason)?.reason?.text;
      judged.set(policy, { policy, role: 'judges', result: says, act, target, ...present({ why }) });
    }
  }
  return [...found, ...judged.values()];
};
