import React, { useCallback } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { listPastDocuments, type MappedSource, type PastDocument } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { SmallTable } from '../../components/layout/small_table';
import { MomentText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';

const kindWord = (kind: PastDocument['kind']): string =>
  kind === 'decision' ? say('past.decided', 'decided') : say('past.quarantined', 'in quarantine');

interface PastDocumentsProps {
  readonly source: MappedSource;
  readonly onChoose: (text: string) => void;
}

/** Documents of a source that came in before, to be tried again. */
export const PastDocuments = ({ source, onChoose }: PastDocumentsProps) => {
  const { api } = useServices();
  const { type, id } = source;
  const resource = useResource(
    useCallback(() => api.call(listPastDocuments, { params: { type, id } }), [api, type, id]),
    [],
  );
  const title = say('past.title', 'Documents that came in before');
  return (
    <Loaded resource={resource} what={title}>
      {({ documents }) =>
        documents.length === 0 ? (
          <p className="rfx-subdued">{say('past.none', 'No document of this source is on record.')}</p>
        ) : (
          <SmallTable
            caption={title}
            columns={[
              { name: say('past.at', 'Came in') },
              { name: say('past.kind', 'What became of it') },
              { name: say('past.summary', 'In short'), wide: true },
              { name: say('past.do', 'Actions') },
            ]}
            rows={documents.map(({ kind, id: key, at, summary, text, whole }) => ({
              key: `${kind} ${key}`,
              cells: [
                <MomentText key="at" at={at} />,
                kindWord(kind),
                <span key="summary" className="rfx-clamp">
                  {summary}
                </span>,
                whole ? (
                  <EuiButtonEmpty key="do" size="xs" onClick={() => onChoose(text)}>
                    {say('past.choose', 'Take it')}
                  </EuiButtonEmpty>
                ) : (
                  <ToneText key="do" tone="calm">
                    {say('past.cut', 'only its beginning is kept')}
                  </ToneText>
                ),
              ],
            }))}
          />
        )
      }
    </Loaded>
  );
};
