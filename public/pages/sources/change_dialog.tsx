import { present } from '../../../common/present';
import React, { useCallback, useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { planSource, subscribeSource, undoSource, type SourceView } from '../../../common/api/routes';
import { useTell } from '../../components/layout/announcer';
import { Dialog } from '../../components/dialogs/dialog';
import { focusPage } from '../../components/layout/focus_page';
import { Loaded } from '../../components/layout/loaded';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { focusReason, isReason, ReasonField } from '../../components/dialogs/reason_field';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import { PlanBody } from './plan_body';
import { TriggerChoice } from './trigger_choice';

export type Intent = 'subscribe' | 'undo';

interface ChangeDialogProps {
  readonly source: SourceView;
  readonly intent: Intent;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const suggestionsFor = (intent: Intent): readonly string[] =>
  intent === 'subscribe'
    ? [say('sources.reason.onboard', 'new source for Reflex'), say('sources.reason.trial', 'trial')]
    : [say('sources.reason.noisy', 'too noisy'), say('sources.reason.unused', 'not needed any more')];

const NONE: readonly string[] = [];

/** What is going to be changed in OpenSearch, in full, before anything is done; then done exactly so. */
export const ChangeDialog = ({ source, intent, onClose, onDone }: ChangeDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const { kind, id } = source;
  const [chosen, setChosen] = useState<readonly string[]>(source.triggers.map((trigger) => trigger.id));
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const all = chosen.length === source.triggers.length;
  const triggers = intent === 'undo' || all ? undefined : chosen;
  const plan = useResource(
    useCallback(
      () =>
        api.call(planSource, {
          params: { kind, id },
          body: { intent, ...present({ triggers: triggers && [...triggers] }) },
        }),
      // A plan is of these triggers; a list with the same ones is the same wish.
      // eslint-disable-next-line react-hooks/exhaustive-deps
      [api, kind, id, intent, (triggers ?? NONE).join('\n')],
    ),
    NONE,
  );
  const apply = useAction(({ digest, why }: { digest: string; why: string }) =>
    intent === 'subscribe'
      ? api.call(subscribeSource, {
          params: { kind, id },
          body: { digest, reason: why, ...present({ triggers: triggers && [...triggers] }) },
        })
      : api.call(undoSource, { params: { kind, id }, body: { digest, reason: why } }),
  );
  const confirm = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (!isReason(reason)) focusReason(event);
    const { value } = plan;
    if (!isReason(reason) || value === undefined || chosen.length === 0 || apply.pending) return;
    const done = await apply.run({ digest: value.digest, why: reason.trim() });
    if (done === undefined) {
      plan.again();
      return;
    }
    tell(
      intent === 'subscribe'
        ? say('sources.subscribed', 'subscribed to {name}', { name: source.name })
        : say('sources.undone', 'the subscription to {name} is undone', { name: source.name }),
    );
    onDone();
    onClose();
    focusPage();
  };
  return (
    <Dialog
      title={
        intent === 'subscribe'
          ? say('sources.subscribe.title', 'Subscribe to {name}', { name: source.name })
          : say('sources.undo.title', 'Undo the subscription to {name}', { name: source.name })
      }
      width={920}
      onClose={onClose}
      initialFocus="[name=reason]"
      onSubmit={(event) => void confirm(event)}
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton
            fill
            type="submit"
            color={intent === 'undo' ? 'danger' : 'primary'}
            isLoading={apply.pending}
            isDisabled={plan.value === undefined || chosen.length === 0}
          >
            {intent === 'subscribe'
              ? say('sources.subscribe.confirm', 'Subscribe')
              : say('sources.undo.confirm', 'Undo')}
          </EuiButton>
        </>
      }
    >
      <ReasonField value={reason} onChange={setReason} suggestions={suggestionsFor(intent)} missing={tried} />
      {intent === 'subscribe' && source.triggers.length > 1 && (
        <TriggerChoice triggers={source.triggers} chosen={chosen} onChange={setChosen} />
      )}
      {apply.problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={apply.problem} />}
      <Loaded resource={plan} what={say('sources.plan', 'The plan')}>
        {(value) => <PlanBody plan={value} />}
      </Loaded>
    </Dialog>
  );
};
