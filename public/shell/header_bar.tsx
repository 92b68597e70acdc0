import React, { useLayoutEffect, useRef, useState } from 'react';
import { say } from '../i18n';
import { AskBox } from './ask_box';
import { ConnectionMark } from './connection_mark';
import { ModeMark } from './mode_mark';
import { Navigation } from './navigation';
import { StopButton } from './stop_button';
import { WhoAmI } from './who_am_i';

/** Where the bar sticks: below whatever header the host keeps in place. */
const useTop = (): readonly [React.RefObject<HTMLElement>, number] => {
  const bar = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const above = bar.current?.parentElement?.getBoundingClientRect().top ?? 0;
    setTop(Math.max(0, above + window.scrollY));
  }, []);
  return [bar, top];
};

/** On every page: where one is, how Reflex is, who one is, and the kill switch. */
export const HeaderBar = () => {
  const [bar, top] = useTop();
  return (
    <header ref={bar} className="rfx-header" style={{ top }}>
      <div className="rfx-header__name">
        <span className="rfx-header__title">{say('app.title', 'Reflex')}</span>
        <ModeMark />
      </div>
      <Navigation />
      <AskBox />
      <div className="rfx-header__state">
        <ConnectionMark />
        <WhoAmI />
      </div>
      <StopButton />
    </header>
  );
};
