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

/** Effects by their ids. */
export type EffectIds = ReadonlySet<string>;

/**
 * The rows that a filter lets through, in their order.
 *
 * @param same effects on the thing that the text names, which may have other letters
 */
export const filterContainments = (
  rows: readonly ContainmentView[],
  { action, policy, demo, text }: BoardFilter,
  same: EffectIds,
): readonly ContainmentView[] =>
  rows.filter(
    (row) =>
      (action === '' || row.action === action) &&
      (policy === '' || row.reasons.some((reason) => reason.policy.id === policy)) &&
      (demo === '' || row.demo === (demo === 'only')) &&
      (text.trim() === '' || textOf(row).includes(text.trim().toLowerCase()) || same.has(row.effect_id)),
  );

/** Effects whose target has these letters, or is the thing that they name: the answer to "is this contained?". */
export const containing = <Row extends Pick<ContainmentView, 'effect_id' | 'target'>>(
  rows: readonly Row[],
  wanted: string,
  same: EffectIds,
): readonly Row[] => {
  const letters = wanted.trim().toLowerCase();
  return letters === ''
    ? []
    : rows.filter(
        ({ effect_id: id, target }) =>
          same.has(id) || `${target.value} ${target.host ?? ''}`.toLowerCase().includes(letters),
      );
};
