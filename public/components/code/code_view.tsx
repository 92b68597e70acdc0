import React from 'react';
import { CodeLine } from './code_lines';

/** A text with line numbers, to be read. It scrolls by itself, by keyboard too. */
export const CodeView = ({ code, label }: { code: string; label: string }) => (
  <div className="rfx-code" role="region" tabIndex={0} aria-label={label}>
    <ol className="rfx-code__lines">
      {code.split('\n').map((line, index) => (
        <li key={index} className="rfx-code__line" data-line={index + 1}>
          <CodeLine line={line} />
        </li>
      ))}
    </ol>
  </div>
);
