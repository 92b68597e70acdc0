import { present } from '../../../common/present';
import React, { useCallback, useState } from 'react';
import { EuiButtonEmpty, EuiCheckbox, EuiSelect } from '@elastic/eui';
import { listQuarantine, type QuarantineEntryView } from '../../../common/api/routes';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { MomentText } from '../../components/text/moment_text';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { SmallTable } from '../../components/layout/small_table';
import { Sentence } from '../../components/text/sentence';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { groupAlike } from './alike';
import { DiscardAlike } from './discard_alike';
import { EntryPanel } from './entry_panel';
import { reasonWord, resolvedWord, sourceWord } from './quarantine_words';

const MOST = 200;

interface FilterProps {
  readonly reasons: Readonly<Record<string, number>>;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

const Filters = ({ reasons, reason, onReason, all, onAll }: FilterProps) => (
  <div className="rfx-filters">
    <EuiSelect
      compressed
      aria-label={say('quarantine.filter', 'Reason')}
      value={reason}
      onChange={(event) => onReason(event.target.value)}
      options={[
        { value: '', text: say('quarantine.any', 'any reason') },
        ...Object.entries(reasons).map(([value, count]) => ({
          value,
          text: `${reasonWord(value)} (${countText(count)})`,
        })),
      ]}
    />
    <EuiCheckbox
      id="quarantine-all"
      label={say('quarantine.all', 'also what was dealt with')}
      checked={all}
      onChange={(event) => onAll(event.target.checked)}
    />
  </div>
);

interface ListProps {
  readonly entries: readonly QuarantineEntryView[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
  /** What is shown of the chosen entry, below its row. */
  readonly panel: (entry: QuarantineEntryView) => React.ReactNode;
  readonly mayResolve: boolean;
  readonly onResolved: () => void;
}

const MOST_TEXT = 90;
/** So many of those that are alike can be picked by their time. */
const MOST_PICKED = 20;

/** The first faults, each cut to what a row can hold; all of them stand in the panel. */
const faultsInShort = ({ fields }: QuarantineEntryView): string =>
  fields
    .slice(0, 2)
    .map(({ path, message }) => `${path} ${message}`.trim())
    .map((text) => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text))
    .join('; ');

/** Those that are alike, to pick one by its time. */
const PickOne = ({ entries, chosen, onChoose }: Pick<ListProps, 'entries' | 'chosen' | 'onChoose'>) => (
  <p className="rfx-row-actions" role="group" aria-label={say('quarantine.alike', 'Those that are alike')}>
    {entries.slice(0, MOST_PICKED).map((each) => (
      <EuiButtonEmpty key={each.id} size="xs" aria-pressed={each.id === chosen} onClick={() => onChoose(each.id)}>
        <MomentText at={each.at} />
      </EuiButtonEmpty>
    ))}
    {entries.length > MOST_PICKED && (
      <span className="rfx-subdued">
        {say('quarantine.alike.more', 'and {count} more, which follow as these are dealt with', {
          count: countText(entries.length - MOST_PICKED),
        })}
      </span>
    )}
  </p>
);

const List = ({ entries, chosen, onChoose, panel, mayResolve, onResolved }: ListProps) => (
  <SmallTable
    caption={say('quarantine.caption', 'What could not be accepted')}
    columns={[
      { name: say('quarantine.col.what', 'Why'), width: '16%' },
      { name: say('quarantine.col.source', 'Source'), width: '16%' },
      { name: say('quarantine.col.fault', 'What is wrong') },
      { name: say('quarantine.col.when', 'When'), width: '10%' },
      { name: say('quarantine.col.state', 'State'), width: '16%' },
    ]}
    rows={groupAlike(entries).map(({ cause, first, entries: alike }) => {
      const open = alike.find(({ id }) => id === chosen);
      return {
        key: cause,
        cells: [
          <EuiButtonEmpty
            key="open"
            size="xs"
            flush="left"
            aria-expanded={open !== undefined}
            onClick={() => onChoose(open ? undefined : first.id)}
          >
            {alike.length === 1
              ? reasonWord(first.reason)
              : say('quarantine.times', '{reason} ({count} alike)', {
                  reason: reasonWord(first.reason),
                  count: countText(alike.length),
                })}
          </EuiButtonEmpty>,
          sourceWord(first),
          <Sentence key="fault" text={faultsInShort(first)} />,
          <MomentText key="at" at={first.at} />,
          resolvedWord(first) ?? say('quarantine.waits', 'waits for you'),
        ],
        details: open && (
          <>
            {alike.length > 1 && <PickOne entries={alike} chosen={chosen} onChoose={onChoose} />}
            {alike.length > 1 && first.resolution === undefined && (
              <DiscardAlike entries={alike} first={first} mayResolve={mayResolve} onResolved={onResolved} />
            )}
            {panel(open)}
          </>
        ),
      };
    })}
  />
);

const Nothing = ({ isAll }: { readonly isAll: boolean }) =>
  isAll ? (
    <EmptyNote title={say('quarantine.none', 'Nothing waits in quarantine')}>
      <p>{say('quarantine.none.about', 'Every event that came was understood, or was dealt with.')}</p>
    </EmptyNote>
  ) : (
    <EmptyNote title={say('quarantine.none_here', 'Nothing waits among these')}>
      <p>{say('quarantine.none_here.about', 'They were dealt with. Others may wait.')}</p>
    </EmptyNote>
  );

interface OlderProps {
  readonly total: number;
  readonly looked_at: number;
  readonly next: string | undefined;
  readonly after: string | undefined;
  readonly onAfter: (after: string | undefined) => void;
}

/** How far the list reaches, and the way to what is older and back. */
const Older = ({ total, looked_at, next, after, onAfter }: OlderProps) => {
  if (next === undefined && after === undefined) return null;
  const counts = { shown: countText(looked_at), total: countText(total) };
  return (
    <p role="note" className="rfx-row-actions rfx-subdued">
      <span>
        {after === undefined
          ? say('quarantine.newest', 'The newest {shown} of {total} entries are looked at', counts)
          : say('quarantine.older', '{shown} older ones of {total} entries are looked at', counts)}
      </span>
      {after !== undefined && (
        <EuiButtonEmpty size="xs" onClick={() => onAfter(undefined)}>
          {say('quarantine.to_newest', 'Back to the newest')}
        </EuiButtonEmpty>
      )}
      {next !== undefined && (
        <EuiButtonEmpty size="xs" onClick={() => onAfter(next)}>
          {say('quarantine.to_older', 'Look at older ones')}
        </EuiButtonEmpty>
      )}
    </p>
  );
};

/** What could not be accepted: mended and handed in again, or discarded with a reason. */
export const QuarantinePage = () => {
  const { api } = useServices();
  const mayResolve = useMay('respond');
  const [reason, setReason] = useState('');
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [after, setAfter] = useState<string>();
  const found = useResource(
    useCallback(
      () =>
        api.call(listQuarantine, {
          query: {
            limit: MOST,
            waiting: all ? 'false' : 'true',
            ...present({ reason: reason === '' ? undefined : reason, after }),
          },
        }),
      [after, all, api, reason],
    ),
    ['quarantine'],
  );
  return (
    <PageFrame
      title={say('nav.quarantine', 'Quarantine')}
      about={say('quarantine.about', 'what came and could not be accepted, with the reason; nothing of it is lost')}
      asOf={found.value?.as_of}
    >
      <Loaded resource={found} what={say('nav.quarantine', 'Quarantine')}>
        {({ entries, reasons, total, looked_at, next }) => (
          <>
            <Filters
              reasons={reasons}
              reason={reason}
              onReason={(wanted) => {
                setReason(wanted);
                setAfter(undefined);
              }}
              all={all}
              onAll={(wanted) => {
                setAll(wanted);
                setAfter(undefined);
              }}
            />
            {entries.length === 0 ? (
              <Nothing isAll={next === undefined && after === undefined} />
            ) : (
              <List
                entries={entries}
                chosen={chosen}
                onChoose={setChosen}
                mayResolve={mayResolve}
                onResolved={found.again}
                panel={(entry) => (
                  <EntryPanel
                    key={`${entry.id} ${entry.resolution?.how ?? ''}`}
                    entry={entry}
                    mayResolve={mayResolve}
                    onResolved={found.again}
                  />
                )}
              />
            )}
            <Older {...{ total, looked_at, next, after }} onAfter={setAfter} />
          </>
        )}
      </Loaded>
    </PageFrame>
  );
};
