import type { ContainmentView } from '../../../common/api/views';
import { effectName } from './containment_words';

export interface BoardFilter {
  readonly action: string;
  readonly policy: string;
  /** `only`, `without`, or '' for both. */
  readonly demo: string;
  readonly text: string;
}

export const NO_FILTER: BoardFilter = { action: '', policy: '', demo: '', text: '' };

const textOf = (row: ContainmentView): string =>
  [effectName(row), row.action, row.connector, row.target.value, row.target.host ?? '']
    .concat(row.reasons.flatMap(({ policy, reason }) => [policy.id, reason]))
    .join('\n')
    .toLowerCase();

/** The rows that a filter lets through, in their order. */
export const filterContainments = (
  rows: readonly ContainmentView[],
  { action, policy, demo, text }: BoardFilter,
): readonly ContainmentView[] =>
  rows.filter(
    (row) =>
      (action === '' || row.action === action) &&
      (policy === '' || row.reasons.some((reason) => reason.policy.id === policy)) &&
      (demo === '' || row.demo === (demo === 'only')) &&
      (text.trim() === '' || textOf(row).includes(text.trim().toLowerCase())),
  );

/** Effects whose target contains these letters: the answer to "is this contained?". */
export const containing = <Row extends Pick<ContainmentView, 'target'>>(
  rows: readonly Row[],
  wanted: string,
): readonly Row[] => {
  const letters = wanted.trim().toLowerCase();
  return letters === ''
    ? []
    : rows.filter(({ target }) => `${target.value} ${target.host ?? ''}`.toLowerCase().includes(letters));
};
