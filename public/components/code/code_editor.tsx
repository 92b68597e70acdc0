import React, { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { say } from '../../i18n';
import { useAnnounce } from '../layout/announcer';
import { CodeLine } from './code_lines';
import { indentEdit, newLineEdit, nextPlace, offsetOf, outdentEdit, type Edit } from './editing';

interface Marker {
  /** From 1. */
  readonly line: number;
  /** From 1; the beginning of the line if it is not given. */
  readonly column?: number;
  readonly message: string;
}

/** A place to put the caret at; a new object moves it again. */
export interface Caret {
  readonly line: number;
  readonly column: number;
}

interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly markers?: readonly Marker[];
  readonly caret?: Caret | undefined;
  /** Fewest lines to show. */
  readonly lines?: number;
}

/** Edits through the browser where it can, so that its own undo goes on working. */
const apply = (
  area: HTMLTextAreaElement,
  { from, to, text, start, end }: Edit,
  onChange: (value: string) => void,
): void => {
  area.setSelectionRange(from, to);
  if (typeof document.execCommand !== 'function' || !document.execCommand('insertText', false, text)) {
    area.setRangeText(text, from, to, 'end');
    onChange(area.value);
  }
  area.setSelectionRange(start, end);
};

const Gutter = ({ lines, markers }: { lines: number; markers: readonly Marker[] }) => (
  <div className="rfx-editor__gutter" aria-hidden="true">
    {Array.from({ length: lines }, (_, index) => {
      const found = markers.filter((marker) => marker.line === index + 1);
      return (
        <div
          key={index}
          className={found.length > 0 ? 'rfx-editor__number rfx-editor__number--fault' : 'rfx-editor__number'}
          title={found.map((marker) => marker.message).join('\n') || undefined}
        >
          {found.length > 0 && '● '}
          {index + 1}
        </div>
      );
    })}
  </div>
);

const showCaret = (area: HTMLTextAreaElement, { line, column }: Caret): void => {
  const at = offsetOf(area.value, { line, column });
  area.focus();
  area.setSelectionRange(at, at);
  const frame = area.closest('.rfx-editor');
  if (frame) frame.scrollTop = (area.offsetHeight / area.rows) * (line - 4);
};

/**
 * A plain text area that looks like an editor: line numbers, marks at faulty lines, colours behind the letters. Tab
 * indents; Escape and then Tab leaves, so that nobody is caught in it. F8 goes to the next mark.
 */
export const CodeEditor = ({ label, value, onChange, markers = [], caret, lines = 12 }: CodeEditorProps) => {
  const area = useRef<HTMLTextAreaElement>(null);
  const announce = useAnnounce();
  const [leaving, setLeaving] = useState(false);
  const hint = useId();
  const texts = value.split('\n');
  const faulty = new Set(markers.map(({ line }) => line));
  const shown = Math.max(lines, texts.length + 1);

  useEffect(() => {
    if (caret !== undefined && area.current !== null) showCaret(area.current, caret);
  }, [caret]);

  const goToMark = (target: HTMLTextAreaElement, backwards: boolean): void => {
    const next = nextPlace(markers, { value: target.value, at: target.selectionStart }, backwards);
    if (next === undefined) return;
    showCaret(target, { line: next.line, column: next.column ?? 1 });
    announce(next.message.replaceAll('`', ''));
  };

  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key, shiftKey, currentTarget } = event;
    if (key === 'Escape') return setLeaving(true);
    if (key !== 'Shift') setLeaving(false);
    if (key === 'F8') {
      event.preventDefault();
      goToMark(currentTarget, shiftKey);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || (key === 'Tab' && leaving)) return;
    const { selectionStart: start, selectionEnd: end } = currentTarget;
    const selected = { value: currentTarget.value, start, end };
    const edit = key === 'Tab' ? (shiftKey ? outdentEdit : indentEdit) : key === 'Enter' ? newLineEdit : undefined;
    if (edit === undefined) return;
    event.preventDefault();
    apply(currentTarget, edit(selected), onChange);
  };

  return (
    <>
      <div className="rfx-editor">
        <Gutter lines={shown} markers={markers} />
        <div className="rfx-editor__stack">
          <pre aria-hidden="true" className="rfx-editor__colours">
            {texts.map((text, index) => (
              <div key={index} className={faulty.has(index + 1) ? 'rfx-editor__line--fault' : undefined}>
                <CodeLine line={text} />
              </div>
            ))}
          </pre>
          <textarea
            ref={area}
            className="rfx-editor__area"
            aria-label={label}
            aria-describedby={hint}
            aria-invalid={markers.length > 0}
            rows={shown}
            wrap="off"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onKeyDown={pressed}
            onBlur={() => setLeaving(false)}
          />
        </div>
      </div>
      <p id={hint} className="rfx-small rfx-subdued">
        {leaving
          ? say('editor.leaving', 'Tab leaves the editor now')
          : say('editor.hint', 'Tab indents; Esc, then Tab leaves the editor')}
        {markers.length > 0 && say('editor.marks', '; F8 goes to the next fault, Shift and F8 to the one before')}
      </p>
    </>
  );
};
