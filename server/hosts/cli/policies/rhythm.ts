import { getRhythm, type RhythmView } from '../../../../common/api/routes';
import { ask } from '../ask';
import { POLICY_EXIT, UsageError, type PolicyCommand } from './command';
import { optionsIn } from './options';
import { ADDRESS_OPTIONS, addressOf } from './running_reflex';

const dayOf = (instant: string): string => instant.slice(0, 10);

const linesOf = (view: RhythmView): readonly string[] => [
  ...view.expired.map(
    ({ policy, expires, owner }) => `EXPIRED ${policy} on ${expires}: it decides nothing any more (${owner})`,
  ),
  ...view.due.map(
    ({ policy, due, every, owner }) => `REVIEW  ${policy} is due since ${dayOf(due)}, every ${every} (${owner})`,
  ),
  ...view.expiring.map(({ policy, expires, owner }) => `soon    ${policy} expires on ${expires} (${owner})`),
  `in the last ${view.days} days:`,
  ...view.changed.map(
    ({ policy, change, at, by, changelog }) => `  ${change} ${policy} on ${dayOf(at)} by ${by}: ${changelog}`,
  ),
  ...view.fired.map(
    ({ policy, mode, count, overridden }) =>
      `  fired ${policy} (${mode}) ${count} times${overridden === 0 ? '' : `, ${overridden} OVERRIDDEN`}`,
  ),
  ...view.never_fired.map(({ policy, mode, owner }) => `  never fired ${policy} (${mode}, ${owner})`),
  ...(view.too_young > 0
    ? [`  too early to say: ${view.too_young} have not fired and are younger than ${view.days} days`]
    : []),
];

export const rhythm: PolicyCommand = {
  name: 'rhythm',
  usage:
    'rhythm [--url ADDRESS]              what is due for review or expired, changed, fired, overridden, never fired',
  run: async (args, io) => {
    const options = optionsIn(args, ADDRESS_OPTIONS);
    const { paths, format } = options;
    if (paths.length > 0) throw new UsageError('`reflex policies rhythm` takes no paths: it asks the running Reflex');
    const answer = await ask(addressOf(options), getRhythm);
    if (!answer.ok) throw new UsageError(answer.error);
    const view = answer.value;
    if (format === 'json') io.out(JSON.stringify(view));
    else for (const line of linesOf(view)) io.out(line);
    return view.expired.length + view.due.length > 0 ? POLICY_EXIT.findings : POLICY_EXIT.done;
  },
};
