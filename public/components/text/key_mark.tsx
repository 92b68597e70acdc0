import React from 'react';

/** The key that does the same as a button, beside its label; not part of the button's name. */
export const KeyMark = ({ name }: { name: string }) => (
  <kbd className="rfx-key rfx-key--button" aria-hidden="true">
    {name}
  </kbd>
);
