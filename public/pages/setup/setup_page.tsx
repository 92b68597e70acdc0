import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { checkSetup, getSetup, type SetupLine, type SetupLineView, type SetupView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { useTell } from '../../components/layout/announcer';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { Section } from '../../components/layout/section';
import { PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { AsideDialog } from './aside_dialog';
import { BackupDialog } from './backup_dialog';
import { lineAbout, linePlace, lineSays, lineTitle, lineToDo, STATE_TONES, stateWord } from './setup_words';

const TOPICS = ['setup', 'connector', 'source', 'inventory'];

interface LineProps {
  readonly view: SetupLineView;
  /** Those that are being looked at. */
  readonly checking: boolean;
  readonly onCheck: (line: SetupLine) => void;
  readonly onBackup: () => void;
  readonly onAside: (view: SetupLineView) => void;
}

const Proof = ({ view: { line, proof = [] } }: { view: SetupLineView }) =>
  proof.length === 0 ? null : (
    <details className="rfx-small">
      <summary
        aria-label={say('setup.proof.label', 'What was asked and answered: {title}', { title: lineTitle(line) })}
      >
        {say('setup.proof', 'What was asked and answered')}
      </summary>
      <ul className="rfx-proof-lines">
        {proof.map((each) => (
          <li key={each}>
            <Sentence text={each} />
          </li>
        ))}
      </ul>
    </details>
  );

const Orders = ({ view, checking, onCheck, onBackup, onAside }: LineProps) => {
  const mayAdmin = useMay('admin');
  const { line, state, code, aside } = view;
  const title = lineTitle(line);
  const place = linePlace(line);
  return (
    <div className="rfx-buttons">
      <EuiButton
        size="s"
        isDisabled={!mayAdmin}
        isLoading={checking}
        aria-label={say('setup.check.label', 'Check now: {title}', { title })}
        onClick={() => onCheck(line)}
      >
        {say('setup.check', 'Check now')}
      </EuiButton>
      {code === 'key_not_backed_up' && (
        <EuiButton size="s" fill isDisabled={!mayAdmin} onClick={onBackup}>
          {say('setup.backup', 'Confirm its backup…')}
        </EuiButton>
      )}
      {(state !== 'green' || aside !== undefined) && (
        <EuiButtonEmpty
          size="s"
          isDisabled={!mayAdmin}
          aria-label={
            aside === undefined
              ? say('setup.aside.label', 'Set aside: {title}…', { title })
              : say('setup.want.label', 'Want it again: {title}…', { title })
          }
          onClick={() => onAside(view)}
        >
          {aside === undefined ? say('setup.aside', 'Set aside…') : say('setup.want', 'Want it again…')}
        </EuiButtonEmpty>
      )}
      {place !== undefined && state !== 'green' && <PageLink to={place.to}>{place.title}</PageLink>}
    </div>
  );
};

const Line = (props: LineProps) => {
  const { view } = props;
  const { line, state, aside, at } = view;
  const toDo = lineToDo(view);
  return (
    <li className="rfx-setup__line" aria-label={lineTitle(line)}>
      <div className="rfx-rows__line">
        <strong>{lineTitle(line)}</strong>
        <ToneText tone={aside === undefined ? STATE_TONES[state] : 'calm'}>
          {aside === undefined || state === 'green' ? stateWord(state) : say('setup.set_aside', 'set aside')}
        </ToneText>
        <span className="rfx-small rfx-subdued">
          {say('setup.looked', 'looked at')} <SinceText at={at} />
        </span>
      </div>
      <div>
        <Sentence text={lineSays(view)} />
      </div>
      {toDo !== undefined && (
        <div className="rfx-small">
          {say('setup.to_do', 'To do:')} <Sentence text={toDo} />
        </div>
      )}
      <div className="rfx-small rfx-subdued">
        {say('setup.why', 'Why:')} {lineAbout(line)}
      </div>
      {aside !== undefined && (
        <div className="rfx-small">
          {say('setup.aside.by', 'Set aside by {by}: {reason}', { by: aside.by, reason: aside.reason })}{' '}
          <SinceText at={aside.at} />
        </div>
      )}
      <Proof view={view} />
      <Orders {...props} />
    </li>
  );
};

const openText = ({ open, lines }: SetupView): string =>
  open === 0
    ? say('setup.all_done', 'everything is set up')
    : say('setup.open', '{open} of {count} lines are open', { open, count: lines.length });

interface LinesProps {
  readonly view: SetupView;
  readonly onSeen: (view: SetupView) => void;
}

const Lines = ({ view, onSeen }: LinesProps) => {
  const { api } = useServices();
  const tell = useTell();
  const mayAdmin = useMay('admin');
  const [checking, setChecking] = useState<SetupLine | 'all'>();
  const [isBackingUp, setBackingUp] = useState(false);
  const [aside, setAside] = useState<SetupLineView>();
  const check = useAction((line: SetupLine | undefined) =>
    api.call(checkSetup, { body: line === undefined ? {} : { line } }),
  );
  const run = async (line: SetupLine | undefined): Promise<void> => {
    if (check.pending) return;
    setChecking(line ?? 'all');
    const seen = await check.run(line);
    setChecking(undefined);
    if (seen === undefined) return;
    onSeen(seen);
    const one = seen.lines.find((each) => each.line === line);
    const isGood = one === undefined ? seen.open === 0 : one.state === 'green';
    tell(
      one === undefined ? openText(seen) : `${lineTitle(one.line)}: ${stateWord(one.state)}`,
      isGood ? 'good' : 'warn',
    );
  };
  return (
    <Section
      title={openText(view)}
      note={say('setup.note', 'as {host} sees it; folder and key are its own', { host: view.host })}
      actions={
        <EuiButton size="s" isDisabled={!mayAdmin} isLoading={checking === 'all'} onClick={() => void run(undefined)}>
          {say('setup.check_all', 'Check everything')}
        </EuiButton>
      }
    >
      {!mayAdmin && <p className="rfx-subdued">{say('setup.forbidden', 'You need the admin role to check a line.')}</p>}
      {check.problem && (
        <ProblemCallout title={say('setup.check.refused', 'It was not checked')} problem={check.problem} />
      )}
      <ul className="rfx-rows rfx-setup">
        {view.lines.map((each) => (
          <Line
            key={each.line}
            view={each}
            checking={checking === 'all' || checking === each.line}
            onCheck={(line) => void run(line)}
            onBackup={() => setBackingUp(true)}
            onAside={setAside}
          />
        ))}
      </ul>
      <p className="rfx-small rfx-subdued">
        <Sentence text={say('setup.guide', 'Each line in detail, and how it is looked at: `docs/guides/set_up.md`.')} />
      </p>
      {isBackingUp && <BackupDialog onDone={onSeen} onClose={() => setBackingUp(false)} />}
      {aside !== undefined && <AsideDialog line={aside} onDone={onSeen} onClose={() => setAside(undefined)} />}
    </Section>
  );
};

/** The newer of what was fetched and what an order answered. */
const newer = (one: SetupView, other: SetupView | undefined): SetupView =>
  other !== undefined && other.as_of > one.as_of ? other : one;

/** What has to be set up before Reflex can be relied on; each line proves itself. */
export const SetupPage = () => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(getSetup), [api]),
    TOPICS,
  );
  const [seen, setSeen] = useState<SetupView>();
  const title = say('setup.title', 'Set-up');
  return (
    <PageFrame
      title={title}
      about={say('setup.about', 'what has to be so before Reflex can be relied on; each line proves itself')}
    >
      <Loaded resource={resource} what={title}>
        {(view) => <Lines view={newer(view, seen)} onSeen={setSeen} />}
      </Loaded>
    </PageFrame>
  );
};
