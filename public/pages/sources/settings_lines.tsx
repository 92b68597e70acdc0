import React from 'react';
import type { MappedSource } from '../../../common/api/routes';
import { settingsLines } from '../../../common/api/settings_lines';
import { LinesOfFiles } from '../../components/code/lines_of_files';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

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
    <LinesOfFiles linesFor={(file) => settingsLines({ ...source, preset }, file)} />
  </Section>
);
