import React, { useState } from 'react';
import { EuiButton, EuiIcon } from '@elastic/eui';
import { releaseSwitch } from '../../common/api/routes';
import type { StopView } from '../../common/api/views';
import { useAnnounce } from '../components/layout/announcer';
import { focusPage } from '../components/layout/focus_page';
import { SinceText } from '../components/text/moment_text';
import { ReasonDialog } from '../components/dialogs/reason_dialog';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { useMay } from '../components/data/use_live';
import { scopeWord } from '../format/words';
import { say } from '../i18n';

const ResumeDialog = ({ stop, onClose }: { stop: StopView; onClose: () => void }) => {
  const { api, live } = useServices();
  const announce = useAnnounce();
  const resume = useAction((reason: string) =>
    api.call(releaseSwitch, { body: { scope: stop.scope, reason, at: stop.at } }),
  );
  const what = scopeWord(stop.scope);
  const confirm = async (reason: string): Promise<void> => {
    if ((await resume.run(reason)) === undefined) return;
    announce(say('resume.announce', 'resumed: {what}', { what }));
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('resume.title', 'Resume {what}?', { what })}
      confirm={say('resume.confirm', 'Resume {what}', { what })}
      color="danger"
      suggestions={[
        say('resume.suggest.understood', 'cause understood and removed'),
        say('resume.suggest.false_alarm', 'it did what it should'),
      ]}
      pending={resume.pending}
      problem={resume.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say('resume.stopped_by', 'Stopped by {who}: “{why}”', { who: stop.who, why: stop.why })}{' '}
        <SinceText at={stop.at} />
      </p>
      <p>{say('resume.about', 'Acts may start again at once. What waits for a person goes on waiting.')}</p>
    </ReasonDialog>
  );
};

/** How far the order has come. Only what is acknowledged is called stopped. */
const titleOf = ({ scope, state }: StopView): string => {
  const what = scopeWord(scope);
  switch (state) {
    case 'local':
      return say('stopped.local', 'This host stands still, others may not: {what}', { what });
    case 'ordered':
      return say('stopped.ordered', 'Stopping: {what}', { what });
    case 'overdue':
      return say('stopped.overdue', 'Stop overdue, some agent may still start effects: {what}', { what });
    case 'acknowledged':
    case undefined:
      return say('stopped.title', 'Stopped: {what}', { what });
  }
};

/** Red, on every page, for as long as it lasts: what stands still, who said so, why, since when. */
export const StopBanner = ({ stop }: { stop: StopView }) => {
  const may = useMay('approve');
  const [open, setOpen] = useState(false);
  return (
    <div className="rfx-stopped" role="region" aria-label={say('stopped.label', 'Kill switch is thrown')}>
      <EuiIcon type="stopFilled" aria-hidden="true" />
      <strong>{titleOf(stop)}</strong>
      <span className="rfx-stopped__why">
        {say('stopped.why', '“{why}”, {who}', { why: stop.why, who: stop.who })} <SinceText at={stop.at} />{' '}
        {stop.acknowledged_ms !== undefined &&
          say('stopped.after', 'acknowledged after {ms} ms', { ms: stop.acknowledged_ms })}
      </span>
      {may ? (
        <EuiButton size="s" onClick={() => setOpen(true)}>
          {say('stopped.resume', 'Resume…')}
        </EuiButton>
      ) : (
        <span className="rfx-stopped__may">{say('stopped.may_not', 'only an approver may resume')}</span>
      )}
      {open && <ResumeDialog stop={stop} onClose={() => setOpen(false)} />}
    </div>
  );
};
