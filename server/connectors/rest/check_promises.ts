import { promiseFaults, type ActionPromise, type ParameterFault } from '../connector';
import type { RestParameters } from './rest_parameters';

/** What the configuration states, by action. */
export const promisesOf = ({ actions }: Pick<RestParameters, 'actions'>): Readonly<Record<string, ActionPromise>> =>
  Object.fromEntries(Object.entries(actions).flatMap(([name, { promises }]) => (promises ? [[name, promises]] : [])));

/** What is stated must fit the rest of the configuration, and one action must fit another. */
export const checkStatements = ({ actions, settle_time_ms: settleMs }: RestParameters): readonly ParameterFault[] => {
  const statements = Object.fromEntries(
    Object.entries(actions).flatMap(([name, { promises, cancel, verify }]) =>
      promises === undefined
        ? []
        : [[name, { promise: promises, cancels: cancel !== undefined, verifies: verify !== undefined }]],
    ),
  );
  return promiseFaults(statements, settleMs, (name) => `actions.${name}.promises`);
};
