import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { discardManyQuarantined, type DiscardedView, type QuarantineEntryView } from '../../../common/api/routes';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { discardReasons, reasonWord, sourceWord } from './quarantine_words';

interface DiscardAlikeProps {
  /** Of one cause, newest first; none of them is dealt with. At least one. */
  readonly entries: readonly QuarantineEntryView[];
  readonly first: QuarantineEntryView;
  readonly mayResolve: boolean;
  readonly onResolved: () => void;
}

/** What it came to, as somebody hears it; why each of the others was not discarded, each reason once. */
const outcomeText = ({ discarded, not_done }: DiscardedView): string => {
  const done = say('quarantine.discard_all.done', '{count, plural, one {1 entry} other {{many} entries}} discarded', {
    count: discarded.length,
    many: countText(discarded.length),
  });
  if (not_done.length === 0) return done;
  const why = [...new Set(not_done.map(({ message }) => message))].join('; ');
  return say('quarantine.discard_all.some', '{done}, {count} not: {why}', {
    done,
    count: countText(not_done.length),
    why,
  });
};

/** Discards all of those that are alike and listed, for one reason. */
export const DiscardAlike = ({ entries, first, mayResolve, onResolved }: DiscardAlikeProps) => {
  const { api } = useServices();
  const tell = useTell();
  // What a person confirms is what they saw when they opened the dialog, whatever comes meanwhile.
  const [asked, setAsked] = useState<readonly string[]>();
  const discard = useAction((reason: string) =>
    api.call(discardManyQuarantined, { body: { entry_ids: [...(asked ?? [])], reason } }),
  );
  const all = (count: number): string =>
    say('quarantine.discard_all', 'Discard all {count}', { count: countText(count) });
  return (
    <>
      <EuiButtonEmpty
        size="xs"
        color="danger"
        isDisabled={!mayResolve}
        onClick={() => setAsked(entries.map(({ id }) => id))}
      >
        {say('quarantine.discard_all.open', '{all}…', { all: all(entries.length) })}
      </EuiButtonEmpty>
      {asked && (
        <ReasonDialog
          title={all(asked.length)}
          confirm={all(asked.length)}
          color="danger"
          suggestions={discardReasons()}
          pending={discard.pending}
          problem={discard.problem}
          onConfirm={(reason) =>
            void discard.run(reason).then((answer) => {
              if (answer === undefined) return;
              tell(outcomeText(answer));
              setAsked(undefined);
              onResolved();
            })
          }
          onClose={() => setAsked(undefined)}
        >
          <p>
            {say(
              'quarantine.discard_all.about',
              '{count} entries of {source} that are alike: {reason}. Nothing will be done about them. Each stays on record with your reason.',
              { count: countText(asked.length), source: sourceWord(first), reason: reasonWord(first.reason) },
            )}
          </p>
        </ReasonDialog>
      )}
    </>
  );
};
