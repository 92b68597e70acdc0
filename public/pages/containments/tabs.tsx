import React from 'react';
import { NavLink } from 'react-router-dom';
import { say } from '../../i18n';

export const NOW = '/containments';
export const BESIDE = '/containments/beside';
export const HISTORY = '/containments/history';

const Tab = ({ to, title }: { readonly to: string; readonly title: string }) => (
  <li>
    <NavLink exact to={to} className="rfx-tab" activeClassName="rfx-tab--here" aria-current="page">
      {title}
    </NavLink>
  </li>
);

/** The way between what is in effect because of us, what others contain, and what was. */
export const ContainmentTabs = () => (
  <nav aria-label={say('containments.lists', 'Lists of acts')}>
    <ul className="rfx-tabs">
      <Tab to={NOW} title={say('containments.now', 'Now')} />
      <Tab to={BESIDE} title={say('beside.title', 'Beside us')} />
      <Tab to={HISTORY} title={say('past_acts.title', 'History of acts')} />
    </ul>
  </nav>
);
