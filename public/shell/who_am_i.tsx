import React from 'react';
import { EuiIcon } from '@elastic/eui';
import { useCaller } from '../components/data/use_live';
import { say } from '../i18n';

const rightsText = (may: readonly string[]): string =>
  may.length === 0 ? say('who.nothing', 'may nothing') : say('who.may', 'may {rights}', { rights: may.join(', ') });

/** As whom one acts: this name goes on record with every word given here. */
export const WhoAmI = () => {
  const caller = useCaller();
  if (caller === undefined) return null;
  if (caller === null) return <span className="rfx-subdued">{say('who.nobody', 'not signed in')}</span>;
  return (
    <span className="rfx-who">
      <EuiIcon type="user" size="s" aria-hidden="true" />
      <strong>
        <span className="rfx-hidden">{say('who.you', 'You are')} </span>
        {caller.name}
      </strong>
      <span className="rfx-subdued rfx-who__may">
        {caller.single_user ? say('who.single', 'single-user mode') : rightsText(caller.may)}
      </span>
    </span>
  );
};
