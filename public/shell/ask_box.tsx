import React, { useEffect, useId, useRef, useState } from 'react';
import { useHistory } from 'react-router-dom';
import type { AskMatch } from '../../common/api/asked';
import { getAsk } from '../../common/api/routes';
import { useServices } from '../components/data/services';
import { useKeys } from '../components/data/use_keys';
import { say } from '../i18n';
import { kindWord } from '../format/kind_words';
import { askPath, matchPath, onlyMatch } from './ask/paths';

const TYPING_MS = 250;
const MOST_SHOWN = 8;

interface Suggested {
  readonly text: string;
  readonly matches: readonly AskMatch[];
  readonly problem?: string;
}

/** What a text may mean, asked once the typing pauses; an answer to an earlier text is dropped. */
const useSuggestions = (text: string): Suggested | undefined => {
  const { api } = useServices();
  const [found, setFound] = useState<Suggested>();
  useEffect(() => {
    if (text.length < 2) {
      setFound(undefined);
      return undefined;
    }
    let isWanted = true;
    const look = async (): Promise<void> => {
      const answer = await api.call(getAsk, { query: { q: text } });
      if (!isWanted) return;
      setFound(
        answer.ok
          ? { text, matches: answer.value.matches }
          : { text, matches: [], problem: answer.error.fields?.[0]?.message ?? answer.error.message },
      );
    };
    const timer = window.setTimeout(() => void look(), TYPING_MS);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [api, text]);
  return found?.text === text ? found : undefined;
};

/** One box that finds things, on every page. `/` goes there; Enter opens the one thing, or the list of them. */
export const AskBox = () => {
  const history = useHistory();
  const box = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const text = typed.trim();
  const found = useSuggestions(text);
  const shown = found?.matches.slice(0, MOST_SHOWN) ?? [];
  const only = found && onlyMatch(found.matches);
  useKeys({ '/': () => box.current?.focus() });
  const go = (path: string): void => {
    setOpen(false);
    setActive(-1);
    history.push(path);
  };
  const enter = (): void => {
    if (text === '') return;
    const chosen = shown[active] ?? only;
    go(chosen === undefined ? askPath(text) : matchPath(chosen));
  };
  const pressed = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
    if (event.key === 'Enter') enter();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpen(true);
    const step = event.key === 'ArrowDown' ? 1 : -1;
    if (shown.length > 0) setActive((active + step + shown.length) % shown.length);
  };
  const isShown = isOpen && found !== undefined;
  return (
    <div className="rfx-ask" role="search" aria-label={say('ask.label', 'Ask about anything')}>
      <input
        ref={box}
        type="text"
        className="rfx-ask__box"
        role="combobox"
        aria-label={say('ask.box', 'Ask: address, host, user, rule, policy or id')}
        aria-expanded={isShown && shown.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${listId}-${active}` : undefined}
        placeholder={say('ask.placeholder', 'Ask ( / )')}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={pressed}
        onBlur={() => setOpen(false)}
      />
      <div className="rfx-ask__found" hidden={!isShown}>
        <ul id={listId} role="listbox" aria-label={say('ask.found', 'What it may mean')}>
          {shown.map((match, index) => (
            <li
              key={`${match.kind} ${match.value}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              className={index === active ? 'rfx-ask__option rfx-ask__option--here' : 'rfx-ask__option'}
              onMouseDown={(event) => {
                event.preventDefault();
                go(matchPath(match));
              }}
            >
              <span className="rfx-subdued">{kindWord(match.kind)}</span> <strong>{match.value}</strong> {match.title}
            </li>
          ))}
        </ul>
        <p role="status" className="rfx-small rfx-subdued">
          {found?.problem ??
            (shown.length === 0
              ? say('ask.none', 'Nothing on record has this in its name')
              : only !== undefined
                ? say('ask.one', 'Enter opens {value}', { value: only.value })
                : say('ask.more', 'Enter lists all {count}', { count: found?.matches.length ?? 0 }))}
        </p>
      </div>
    </div>
  );
};
