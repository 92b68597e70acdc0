import React, { useCallback, useEffect, useState } from 'react';
import { EuiButton, EuiLoadingContent } from '@elastic/eui';
import { previewGrant, type GrantPreviewView } from '../../../common/api/routes';
import type { Problem } from '../../../common/api/contract';
import type { Intake } from '../../../common/flow/intake';
import type { GrantWish } from '../../../common/flow/voice';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { say } from '../../i18n';
import { GrantPreviewReport, GrantPreviewSummary } from './grant_preview_report';

/** Time that grants are tried on, days. */
const DAYS = [1, 7, 30] as const;

interface AskedProps {
  readonly source: Intake;
  readonly grant: GrantWish | null;
  readonly days: number;
}

/** Asks what a grant would have meant, and asks anew when it changes. */
const usePreview = ({ source: { type, id }, grant, days }: AskedProps) => {
  const { api } = useServices();
  const [view, setView] = useState<GrantPreviewView>();
  const asked = JSON.stringify(grant);
  const { run, problem } = useAction((wish: AskedProps) =>
    api.call(previewGrant, { params: { type, id }, body: { grant: wish.grant, days: wish.days } }),
  );
  const ask = useCallback(async () => {
    setView(undefined);
    const wish = JSON.parse(asked) as GrantWish | null;
    const answer = await run({ source: { type, id }, grant: wish, days });
    if (answer !== undefined) setView(answer);
  }, [asked, days, id, run, type]);
  useEffect(() => void ask(), [ask]);
  return { view, problem, ask };
};

interface StateProps {
  readonly view: GrantPreviewView | undefined;
  readonly problem: Problem | undefined;
  readonly onRetry: () => void;
  readonly children: (view: GrantPreviewView) => React.ReactNode;
}

const State = ({ view, problem, onRetry, children }: StateProps) => {
  if (problem !== undefined)
    return (
      <ProblemCallout
        title={say('grant.preview.failed', 'It could not be tried on recorded decisions')}
        problem={problem}
        onRetry={onRetry}
      />
    );
  return view === undefined ? (
    <div role="status" aria-label={say('grant.preview.loading', 'Deciding recorded decisions again')}>
      <EuiLoadingContent lines={3} />
    </div>
  ) : (
    <>{children(view)}</>
  );
};

/** What a grant would have meant, in short: shown before it is given. */
export const GrantPreviewNote = ({ source, grant }: Omit<AskedProps, 'days'>) => {
  const { view, problem, ask } = usePreview({ source, grant, days: 7 });
  return (
    <div role="group" aria-label={say('grant.preview', 'What it would have meant')}>
      <State view={view} problem={problem} onRetry={() => void ask()}>
        {(found) => <GrantPreviewSummary view={found} />}
      </State>
    </div>
  );
};

const Tried = (props: AskedProps) => {
  const { view, problem, ask } = usePreview(props);
  return (
    <State view={view} problem={problem} onRetry={() => void ask()}>
      {(found) => <GrantPreviewReport view={found} />}
    </State>
  );
};

/** Tries a grant on recorded decisions when a person asks for it. What is changed afterwards has to be tried anew. */
export const GrantPreview = ({ source, grant }: { source: Intake; grant: GrantWish | undefined }) => {
  const [tried, setTried] = useState<{ readonly grant: string; readonly days: number }>();
  const now = JSON.stringify(grant);
  return (
    <section aria-label={say('grant.preview', 'What it would have meant')} className="rfx-mapping">
      <div className="rfx-draft-actions">
        {DAYS.map((days) => (
          <EuiButton
            key={days}
            size="s"
            isDisabled={grant === undefined}
            onClick={() => setTried({ grant: now, days })}
          >
            {say('grant.preview.try', 'Try it on {days, plural, one {the last day} other {the last # days}}', { days })}
          </EuiButton>
        ))}
      </div>
      {tried !== undefined && grant !== undefined && tried.grant === now && (
        <Tried key={tried.days} source={source} grant={grant} days={tried.days} />
      )}
      {tried !== undefined && tried.grant !== now && (
        <p role="status">{say('grant.preview.changed', 'It was changed since it was tried: try it again.')}</p>
      )}
    </section>
  );
};
