import React from 'react';
import type { MappedSource } from '../../../common/api/routes';
import { settingsLines, type SettingsFile } from '../../../common/api/settings_lines';
import { CodeView } from '../../components/code/code_view';
import { Section } from '../../components/layout/section';
import { CopyButton } from '../../components/text/copy_button';
import { say } from '../../i18n';

const FILES: readonly SettingsFile[] = ['standalone', 'dashboards'];

const fileName = (file: SettingsFile): string => (file === 'standalone' ? 'reflex.yml' : 'opensearch_dashboards.yml');

/** The lines of the settings that connect a source by a preset, for each of the two files. */
export const SettingsLines = ({ source, preset }: { source: MappedSource; preset: string }) => (
  <Section
    title={say('settings_lines.title', 'How to use it')}
    note={say('settings_lines.note', 'what stands in capitals is for you to fill in')}
  >
    <p>
      {say(
        'settings_lines.about',
        'Put these lines into the settings of each host that takes events in, and start it again. Where the source is in the settings already, only the line with its preset is new.',
      )}
    </p>
    {FILES.map((file) => {
      const text = settingsLines({ ...source, preset }, file);
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
  </Section>
);
