import React from 'react';
import { connectorLines, keysLostInDashboards, type WantedConnector } from '../../../../common/api/settings_lines';
import { LinesOfFiles } from '../../../components/code/lines_of_files';
import { Section } from '../../../components/layout/section';
import { PageLink } from '../../../components/text/links';
import { actionTitle } from '../../../format/words';
import { say } from '../../../i18n';
import { connectorPath } from '../paths';

interface LinesProps {
  readonly wanted: WantedConnector;
  /** JSON Schema of its parameters. */
  readonly schema: unknown;
  readonly actions: readonly string[];
}

/** The lines that make a connector of which nothing is wrong, and what is done with them. */
export const Lines = ({ wanted, schema, actions }: LinesProps) => {
  const dotted = keysLostInDashboards(schema, wanted.parameters);
  return (
    <Section
      title={say('connector.lines.title', 'It would start')}
      note={say('connector.lines.note', 'nothing was called, and nothing was kept')}
    >
      <p>{say('connector.lines.can', 'It could do: {actions}.', { actions: actions.map(actionTitle).join(', ') })}</p>
      <ol className="rfx-to-do">
        <li>
          {say(
            'connector.lines.put',
            'Put these lines into the settings of each host that acts. Where there is a list of connectors already, add only the entry to it.',
          )}
        </li>
        <li>{say('connector.lines.secrets', 'The secrets that it names must be there on each of these hosts too.')}</li>
        <li>{say('connector.lines.restart', 'Start these hosts again.')}</li>
        <li>
          {say('connector.lines.test', 'Test it on its page:')}{' '}
          <PageLink to={connectorPath(wanted.name)}>{wanted.name}</PageLink>
        </li>
      </ol>
      {dotted.length > 0 && (
        <p role="note">
          {say(
            'connector.lines.dotted',
            'OpenSearch Dashboards takes names with dots apart before Reflex sees them ({names}). Use short names, or run this connector on a standalone host.',
            { names: dotted.slice(0, 4).join(', ') },
          )}
        </p>
      )}
      <LinesOfFiles linesFor={(file) => connectorLines(wanted, file)} />
    </Section>
  );
};
