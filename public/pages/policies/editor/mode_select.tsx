import React from 'react';
import { EuiSelect } from '@elastic/eui';
import { MODES, type Mode } from '../../../../common/policy/policy';
import { modeWord } from '../../../format/words';
import { say } from '../../../i18n';

const MODE_LINE = /^(\s+mode:[ \t]*)(off|shadow|escalate|enforce)\b/m;

/** The mode that a text sets, if it stands on a line of its own. */
const modeOf = (source: string): Mode | undefined => MODES.find((mode) => mode === MODE_LINE.exec(source)?.[2]);

export const withMode = (source: string, mode: Mode): string =>
  source.replace(MODE_LINE, (_, head: string) => `${head}${mode}`);

/** Promoting a policy is the most frequent change of all: a choice instead of typing. */
export const ModeSelect = ({ source, onChange }: { source: string; onChange: (source: string) => void }) => {
  const mode = modeOf(source);
  if (mode === undefined) return null;
  return (
    <EuiSelect
      compressed
      prepend={say('edit.mode', 'Mode')}
      aria-label={say('edit.mode', 'Mode')}
      value={mode}
      options={MODES.map((each) => ({ value: each, text: modeWord(each) }))}
      onChange={(event) => {
        const chosen = MODES.find((each) => each === event.target.value);
        if (chosen) onChange(withMode(source, chosen));
      }}
    />
  );
};
