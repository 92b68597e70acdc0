import { useState } from 'react';
import type { EscalationView } from '../../../common/api/views';
import { isSelectable, keyOf } from './escalation_key';
import type { Group } from './groups';

/** How much of a group is selected; an alert that joined it since is not. */
type Share = 'all' | 'some' | 'none';

/** Which escalations are selected for one answer to several. Those that stop waiting or being shown drop out. */
export interface Checked {
  readonly items: readonly EscalationView[];
  readonly shareOf: (group: Group) => Share;
  readonly toggle: (group: Group) => void;
  readonly set: (escalations: readonly EscalationView[]) => void;
  readonly clear: () => void;
}

/** @param shown what may be selected: nothing is answered that the list does not show */
export const useChecked = (shown: readonly EscalationView[]): Checked => {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const shareOf = ({ items }: Group): Share => {
    const count = items.filter((each) => keys.has(keyOf(each))).length;
    return count === 0 ? 'none' : count === items.length ? 'all' : 'some';
  };
  return {
    // INVARIANT: what is answered by itself is in no selection, also where it became so since it was selected (X21).
    items: shown.filter((each) => isSelectable(each) && keys.has(keyOf(each))),
    shareOf,
    toggle: (group) =>
      setKeys((before) => {
        const after = new Set(before);
        const isAll = shareOf(group) === 'all';
        for (const key of group.items.map(keyOf)) {
          if (isAll) after.delete(key);
          else after.add(key);
        }
        return after;
      }),
    set: (escalations) => setKeys(new Set(escalations.map(keyOf))),
    clear: () => setKeys(new Set()),
  };
};
