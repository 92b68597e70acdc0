import { milderThan } from '../../../common/policy/actions';
import type { ActionPromise, ParameterFault } from '../connector';
import type { ActionTemplate, RestParameters } from './rest_parameters';

/** What the configuration states, by action. */
export const promisesOf = ({ actions }: Pick<RestParameters, 'actions'>): Readonly<Record<string, ActionPromise>> =>
  Object.fromEntries(Object.entries(actions).flatMap(([name, { promises }]) => (promises ? [[name, promises]] : [])));

/** A queued order that nothing takes back must be over within the settle time: until then "absent" is not final. */
const offlineFault = ({ offline }: ActionPromise, { cancel }: ActionTemplate, settleMs: number): string | undefined => {
  if (offline.order !== 'queued') return undefined;
  if (offline.ends === 'cancelled')
    return cancel === undefined ? 'needs `cancel`: nothing would take the order out of the queue' : undefined;
  return offline.for_s * 1000 > settleMs
    ? 'is longer than `settle_time_ms`: the order could take effect after its undo'
    : undefined;
};

/** What is stated must fit the rest of the configuration, and one action must fit another. */
export const checkStatements = ({ actions, settle_time_ms: settleMs }: RestParameters): readonly ParameterFault[] => {
  const faults: ParameterFault[] = [];
  for (const [name, template] of Object.entries(actions)) {
    const { promises, verify } = template;
    if (promises === undefined) continue;
    const fault = (path: string, message: string): void =>
      void faults.push({ path: `actions.${name}.promises.${path}`, message });
    const offline = offlineFault(promises, template, settleMs);
    if (offline !== undefined) fault('offline', offline);
    if (promises.second_observer !== undefined && verify === undefined) fault('second_observer', 'needs `verify`');
    for (const milder of milderThan(name)) {
      const other = actions[milder]?.promises;
      if (other !== undefined && other.disruption.usual > promises.disruption.usual)
        fault('disruption.usual', `is less than that of \`${milder}\`, which is the milder action`);
    }
  }
  return faults;
};
