import React, { useState, type ReactNode } from 'react';
import { EuiCallOut } from '@elastic/eui';
import { Prompt } from 'react-router-dom';
import type { DraftView } from '../../../../common/api/drafts';
import type { PolicyFaultView } from '../../../../common/api/policy_views';
import { CodeEditor, type Caret } from '../../../components/code/code_editor';
import { Section } from '../../../components/layout/section';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import type { EditedText } from './use_text';

interface TextEditorProps {
  readonly text: EditedText;
  readonly label: string;
  readonly faults: readonly PolicyFaultView[];
  readonly draft: Pick<DraftView, 'source' | 'author' | 'deleted'> | undefined;
  /** Says that the draft takes away what the text is of. */
  readonly removes: string;
  /** What has to be known before going on. */
  readonly notices?: ReactNode;
  readonly tools?: ReactNode;
  readonly actions: ReactNode;
  /** What is to be said of the text; `go` leads to the place of a fault. */
  readonly beside: (go: (fault: PolicyFaultView) => void) => ReactNode;
}

const OthersDraft = ({ draft, saved }: Required<Pick<TextEditorProps, 'draft'>> & { saved: string | undefined }) => {
  const me = useCaller()?.name;
  if (draft === undefined || draft.source === saved || draft.author === me) return null;
  return (
    <EuiCallOut
      size="s"
      color="warning"
      title={say('edit.others', '{author} has saved another text of this draft meanwhile; saving yours replaces it', {
        author: draft.author,
      })}
    />
  );
};

/** A draft's text on the left, what is to be said of it on the right. */
export const TextEditor = (props: TextEditorProps) => {
  const { text, label, faults, draft, removes, notices, tools, actions, beside } = props;
  const [caret, setCaret] = useState<Caret>();
  return (
    <div className="rfx-columns rfx-columns--even">
      <div>
        <Prompt when={text.wouldBeLost} message={say('edit.leave', 'The text is not saved. Leave it?')} />
        <OthersDraft draft={draft} saved={text.saved} />
        {notices}
        {draft?.deleted === true && <EuiCallOut size="s" color="danger" title={removes} />}
        <Section
          title={say('edit.text', 'Text')}
          note={
            <span role="status">
              {text.unsaved ? say('edit.unsaved', 'not saved yet') : say('edit.saved', 'saved')}
            </span>
          }
          actions={tools}
        >
          <CodeEditor
            label={label}
            value={text.source}
            onChange={text.write}
            markers={faults}
            caret={caret}
            lines={20}
          />
          {actions}
        </Section>
      </div>
      <div>{beside(({ line, column }) => setCaret({ line, column }))}</div>
    </div>
  );
};
