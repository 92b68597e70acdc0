import React from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { say } from '../../i18n';
import type { Drawn } from '../data/use_drawn';

/** Below a list of which only a part is drawn: how much, and the way to more. Nothing where all of it is. */
export const DrawMore = ({ drawn, count, more }: Drawn) =>
  count <= drawn ? null : (
    <EuiButtonEmpty size="s" onClick={more}>
      {say('list.draw_more', 'Show more: {drawn} of {count} are shown', { drawn, count })}
    </EuiButtonEmpty>
  );
