import React from 'react';
import { say } from '../../i18n';

const MOST_SHOWN = 6;

/** Under which other spellings a thing was looked for; nothing where there are none. */
export const AlsoAs = ({ spellings }: { readonly spellings: readonly string[] }) => {
  if (spellings.length === 0) return null;
  const shown = spellings.slice(0, MOST_SHOWN).join(', ');
  const more = spellings.length - MOST_SHOWN;
  return (
    <span className="rfx-subdued">
      {more > 0
        ? say('also_as.more', '(also searched as {spellings} and {more} more)', { spellings: shown, more })
        : say('also_as', '(also searched as {spellings})', { spellings: shown })}
    </span>
  );
};
