import { milderThan } from '../../common/policy/actions';
import type { ActionPromise } from '../runner/ports';
import type { ParameterFault } from './http/parameter_fault';

/** What a configuration states of one action, and what the connector can do about it. */
export interface Statement {
  readonly promise: ActionPromise;
  /** It can take an order out of a queue. */
  readonly cancels: boolean;
  /** It can look. */
  readonly verifies: boolean;
}

/** A queued order that nothing takes back must be over within the settle time: until then "absent" is not final. */
const offlineFault = ({ promise: { offline }, cancels }: Statement, settleMs: number): string | undefined => {
  if (offline.order !== 'queued') return undefined;
  if (offline.ends === 'cancelled')
    return cancels ? undefined : 'needs `cancel`: nothing would take the order out of the queue';
  return offline.for_s * 1000 > settleMs
    ? 'is longer than `settle_time_ms`: the order could take effect after its undo'
    : undefined;
};

/**
 * What is stated must fit the rest of the configuration, and one action must fit another.
 *
 * @param pathOf path of an action's statement
 */
export const promiseFaults = (
  statements: Readonly<Record<string, Statement>>,
  settleMs: number,
  pathOf: (action: string) => string,
): readonly ParameterFault[] => {
  const faults: ParameterFault[] = [];
  for (const [name, statement] of Object.entries(statements)) {
    const { promise, verifies } = statement;
    const fault = (path: string, message: string): void =>
      void faults.push({ path: `${pathOf(name)}.${path}`, message });
    const offline = offlineFault(statement, settleMs);
    if (offline !== undefined) fault('offline', offline);
    if (promise.second_observer !== undefined && !verifies) fault('second_observer', 'needs `verify`');
    for (const milder of milderThan(name)) {
      const other = statements[milder]?.promise;
      if (other !== undefined && other.disruption.usual > promise.disruption.usual)
        fault('disruption.usual', `is less than that of \`${milder}\`, which is the milder action`);
    }
  }
  return faults;
};
