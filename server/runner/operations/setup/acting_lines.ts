import type { AgentWith } from '../../agent/views';
import type { ConnectorHealths } from '../../ports';
import { mayBeSamePerson, distinctPeople } from '../../record/person';
import { isTakenForReflex, OPERATOR } from '../../record/reserved';
import { few, found, type Found } from './found';

/* Who acts, and who permits it. */

/**
 * Whether some connector works and was seen to act, and to take it back.
 *
 * @param faults why connectors of the settings are missing
 */
export const connectorLine = async (
  { parts: { connectors, evidence } }: AgentWith<'connectors' | 'evidence'>,
  health: Pick<ConnectorHealths, 'healthOf'>,
  faults: readonly string[],
): Promise<Found> => {
  const all = [...connectors.values()];
  const proof = [
    ...faults,
    ...all.map(({ name }) => {
      const { state, text } = health.healthOf(name);
      return `${name}: ${state}${text === '' ? '' : `, ${text}`}`;
    }),
  ];
  const [fault] = faults;
  if (all.length === 0)
    return fault === undefined
      ? found('red', 'connector_none')
      : found('red', 'connector_faulty', { fault, count: faults.length }, proof);
  const working = all.map(({ name }) => name).filter((name) => health.healthOf(name).state === 'ok');
  const [first] = all;
  if (working.length === 0)
    return found(
      'red',
      'connector_down',
      { name: first?.name ?? '', why: health.healthOf(first?.name ?? '').text },
      proof,
    );
  const { entries } = await evidence.find({
    family: 'audit',
    where: { verb: 'test_connector', outcome: 'passed', 'object.id': working },
    order: 'newest',
    limit: 1,
  });
  const [passed] = entries;
  if (passed === undefined) return found('amber', 'connector_untested', { names: few(working) }, proof);
  const { object, by, text } = passed.body as { object?: { id?: unknown }; by?: unknown; text?: unknown };
  const name = String(object?.id);
  return found('green', 'connector_tested', { name, by: String(by), at: passed.at }, [
    ...proof,
    `${passed.at}: self-test of ${name} by ${String(by)}: ${String(text)}`,
  ]);
};

/**
 * Whether somebody may approve who is not Reflex itself.
 *
 * @param technical the account that we work as, where OpenSearch tells it
 */
export const approverLine = ({ parts: { people } }: AgentWith<'people'>, technical: string | undefined): Found => {
  const names = people.list().flatMap(({ account, approves }) => (approves === true ? [account] : []));
  const others = distinctPeople(
    [...new Set(names)].filter(
      (name) =>
        name !== OPERATOR && !isTakenForReflex(name) && (technical === undefined || !mayBeSamePerson(technical, name)),
    ),
  );
  const proof = others.slice(0, 16).map((name) => `may approve, and was here in the last 12 hours: ${name}`);
  if (others.length > 0) return found('green', 'approver_seen', { count: others.length, names: few(others) }, proof);
  return names.includes(OPERATOR) ? found('amber', 'approver_single') : found('red', 'approver_none');
};
