import React from 'react';
import type { SettingsFile } from '../../../common/api/settings_lines';
import { say } from '../../i18n';
import { CopyButton } from '../text/copy_button';
import { CodeView } from './code_view';

const FILES: readonly SettingsFile[] = ['standalone', 'dashboards'];

const fileName = (file: SettingsFile): string => (file === 'standalone' ? 'reflex.yml' : 'opensearch_dashboards.yml');

/** Lines of settings to copy, for each of the two files. */
export const LinesOfFiles = ({ linesFor }: { readonly linesFor: (file: SettingsFile) => string }) => (
  <>
    {FILES.map((file) => {
      const text = linesFor(file);
      const name = fileName(file);
      return (
        <div key={file} role="group" aria-label={name} className="rfx-lines">
          <div className="rfx-lines__head">
            <code>{name}</code>
            <CopyButton text={text} label={say('settings_lines.copy', 'Copy for {file}', { file: name })} />
          </div>
          <CodeView code={text.trimEnd()} label={say('settings_lines.for', 'Lines for {file}', { file: name })} />
        </div>
      );
    })}
  </>
);
