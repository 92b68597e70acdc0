import React from 'react';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import type { SameThing } from './use_same_thing';

/** Says that only letters were compared, and why. */
export const SameThingFault = ({ same }: { readonly same: SameThing }) =>
  same.state === 'failed' ? (
    <span className="rfx-subdued">
      <Sentence
        text={say('same_thing.failed', 'Compared by letters only. Its other names could not be looked up: {why}', {
          why: same.why,
        })}
      />
    </span>
  ) : null;
