import React, { useState } from 'react';
import { throwSwitch } from '../../common/api/routes';
import { useAnnounce } from '../components/layout/announcer';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { say } from '../i18n';
import { StopConfirm } from './stop_confirm';
import { StopOrder, type StopWish } from './stop_order';
import { StopReport, type SwitchReport } from './stop_report';

const FIRST_WISH: StopWish = { scope: 'all', reason: '' };

/** What and why; once more, are you sure; and what came of it. */
export const StopDialog = ({ onClose }: { onClose: () => void }) => {
  const { api, live } = useServices();
  const announce = useAnnounce();
  const [wish, setWish] = useState(FIRST_WISH);
  const [sure, setSure] = useState(false);
  const [report, setReport] = useState<SwitchReport>();
  const order = useAction((body: StopWish) => api.call(throwSwitch, { body }));
  const stop = async (): Promise<void> => {
    const answer = await order.run(wish);
    void live.refresh();
    if (answer === undefined) return;
    setReport(answer);
    announce(
      answer.acknowledged
        ? say('stop.announce.done', 'stopped: nothing new starts anywhere')
        : say('stop.announce.partly', 'this host stands still, the others are unknown'),
    );
  };
  if (report !== undefined) return <StopReport report={report} scope={wish.scope} onClose={onClose} />;
  if (!sure) return <StopOrder wish={wish} onChange={setWish} onGoOn={() => setSure(true)} onClose={onClose} />;
  return (
    <StopConfirm
      wish={wish}
      pending={order.pending}
      problem={order.problem}
      onConfirm={() => void stop()}
      onBack={() => setSure(false)}
      onClose={onClose}
    />
  );
};
