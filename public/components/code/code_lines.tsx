import React, { memo } from 'react';
import { tokensOf } from './yaml_tokens';

/** One coloured line; an empty one keeps its height. */
export const CodeLine = memo(({ line }: { line: string }) => (
  <>
    {line === ''
      ? '\u200b'
      : tokensOf(line).map(({ kind, text }, index) => (
          <span key={index} className={kind === 'plain' ? undefined : `rfx-code--${kind}`}>
            {text}
          </span>
        ))}
  </>
));
CodeLine.displayName = 'CodeLine';
