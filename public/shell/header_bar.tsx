import React from 'react';
import { InHeader } from '../components/layout/in_header';
import { useServices } from '../components/data/services';
import { say } from '../i18n';
import { AskBox } from './ask_box';
import { useBarPlace } from './bar_place';
import { ConnectionMark } from './connection_mark';
import { ModeMark } from './mode_mark';
import { Navigation } from './navigation';
import { StopButton } from './stop_button';
import { WhoAmI } from './who_am_i';

const Name = () => {
  const { isTitled } = useServices().header;
  return (
    <div className="rfx-header__name">
      {!isTitled && <span className="rfx-header__title">{say('app.title', 'Reflex')}</span>}
      <ModeMark />
    </div>
  );
};

/**
 * On every page: where one is, how Reflex is, who one is, and the kill switch. The host's header may take some of it
 * over, but never the kill switch: that header scrolls away.
 */
export const HeaderBar = () => (
  <header ref={useBarPlace()} className="rfx-header">
    <InHeader place="right">
      <Name />
    </InHeader>
    <Navigation />
    <AskBox />
    <InHeader place="right">
      <div className="rfx-header__state">
        <ConnectionMark />
        <WhoAmI />
      </div>
    </InHeader>
    <StopButton />
  </header>
);
