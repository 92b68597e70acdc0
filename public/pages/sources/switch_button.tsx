import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import type { Intake } from '../../../common/flow/intake';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';
import { SwitchDialog } from './switch_dialog';

interface SwitchButtonProps {
  readonly sources: readonly Intake[];
  readonly name: string;
  /** All of them are off. */
  readonly isOff: boolean;
  readonly onDone: () => void;
}

/** Switches a source off, or on again, after a dialog. Nothing for what has no source. */
export const SwitchButton = ({ sources, name, isOff, onDone }: SwitchButtonProps) => {
  const may = useMay('admin');
  const [asks, setAsks] = useState(false);
  if (sources.length === 0) return null;
  return (
    <>
      <EuiButton
        size="s"
        color={isOff ? 'primary' : 'danger'}
        isDisabled={!may}
        aria-label={
          isOff
            ? say('switch.on.of', 'Switch {name} on…', { name })
            : say('switch.off.of', 'Switch {name} off…', { name })
        }
        onClick={() => setAsks(true)}
      >
        {isOff ? say('switch.on', 'Switch on…') : say('switch.off', 'Switch off…')}
      </EuiButton>
      {asks && (
        <SwitchDialog sources={sources} name={name} off={!isOff} onDone={onDone} onClose={() => setAsks(false)} />
      )}
    </>
  );
};
