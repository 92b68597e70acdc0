import { listBeside, type BesideView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

type Beside = BesideView['connectors'][number];

const effectLine = ({ action, target: { value, host }, whose, since }: Beside['effects'][number]): string => {
  const where = host === undefined ? value : `${value} on ${host}`;
  const who = whose === 'others' ? 'of others' : 'with a mark of Reflex that no containment has';
  return `  ${action} ${where}: ${who}${since === undefined ? '' : `, since ${since}`}`;
};

/** What one target has beside the containments of Reflex, for people. */
export const besideLines = ({ connector, kind, effects, more = 0, why }: Beside): readonly string[] => {
  if (why !== undefined) return [`${connector} (${kind}): its target could not say: ${why}`];
  const count = effects.length + more;
  return [
    `${connector} (${kind}): ${count === 0 ? 'nothing beside us' : `${count} beside us`}`,
    ...effects.map(effectLine),
    ...(more === 0 ? [] : [`  and ${more} more`]),
  ];
};

/** What others contain at the targets of the connectors. Exit code 1: some target could not say. */
export const beside = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listBeside);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { connectors } = answer.value;
  if (connectors.length === 0) return { exit: EXIT.done, lines: ['no connector is configured'] };
  const isWhole = connectors.every(({ why }) => why === undefined);
  return { exit: isWhole ? EXIT.done : EXIT.differs, lines: connectors.flatMap(besideLines) };
};
