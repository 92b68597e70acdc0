import { useState } from 'react';
import type { EscalationView } from '../../../common/api/views';
import { keyOf } from './escalation_key';

/** Which escalations are selected for one answer to several. Those that stop waiting drop out. */
export interface Checked {
  readonly items: readonly EscalationView[];
  readonly has: (escalation: EscalationView) => boolean;
  readonly toggle: (escalation: EscalationView) => void;
  readonly set: (escalations: readonly EscalationView[]) => void;
  readonly clear: () => void;
}

export const useChecked = (waiting: readonly EscalationView[]): Checked => {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  return {
    items: waiting.filter((each) => keys.has(keyOf(each))),
    has: (escalation) => keys.has(keyOf(escalation)),
    toggle: (escalation) =>
      setKeys((before) => {
        const after = new Set(before);
        if (!after.delete(keyOf(escalation))) after.add(keyOf(escalation));
        return after;
      }),
    set: (escalations) => setKeys(new Set(escalations.map(keyOf))),
    clear: () => setKeys(new Set()),
  };
};
