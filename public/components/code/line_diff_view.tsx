import React from 'react';
import { say } from '../../i18n';
import { folded, lineDiff, type FoldedLine } from '../../../common/policy/line_diff';

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;

const kindWord = (kind: 'removed' | 'added'): string =>
  kind === 'removed' ? say('diff.removed', 'removed: ') : say('diff.added', 'added: ');

const Line = ({ line }: { line: FoldedLine }) => {
  if (line.kind === 'skipped') {
    return (
      <li className="rfx-diff__skipped">
        {say('diff.skipped', '{count, plural, one {# line} other {# lines}} unchanged', { count: line.count })}
      </li>
    );
  }
  return (
    <li className={`rfx-diff__line rfx-diff__line--${line.kind}`}>
      <span className="rfx-diff__number" aria-hidden="true">
        {line.before ?? ''}
      </span>
      <span className="rfx-diff__number" aria-hidden="true">
        {line.after ?? ''}
      </span>
      <span aria-hidden="true">{SIGNS[line.kind]} </span>
      {line.kind !== 'same' && <span className="rfx-hidden">{kindWord(line.kind)}</span>}
      <span>{line.text === '' ? '\u200b' : line.text}</span>
    </li>
  );
};

/** Two texts, line by line. */
export const LineDiffView = ({ before, after }: { before: string; after: string }) => (
  <div className="rfx-code" role="region" tabIndex={0} aria-label={say('diff.lines', 'Differences, line by line')}>
    <ol className="rfx-diff">
      {folded(lineDiff(before, after)).map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </ol>
  </div>
);
