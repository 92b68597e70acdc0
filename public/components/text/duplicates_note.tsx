import React from 'react';
import { say } from '../../i18n';

/** Why there are duplicates where nothing is wrong; nothing is said where there are none. */
export const DuplicatesNote = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <p className="rfx-small rfx-subdued">
      {say(
        'duplicates.about',
        'Duplicates came in before and start nothing. An alert of OpenSearch comes by its channel and is read from the alert index as well, so that none is missed: one accepted, one duplicate.',
      )}
    </p>
  );
