import React from 'react';
import { Route, Switch } from 'react-router-dom';
import { GrantPage } from './grant_page';
import { SourcePage } from './source_page';
import { TRY } from './paths';
import { SourcesPage } from './sources_page';
import { TryPage } from './try_page';

/** The pages around sources. */
export const SourcesRoutes = () => (
  <Switch>
    <Route exact path="/sources/grants/:type/:id" component={GrantPage} />
    <Route exact path={TRY} component={TryPage} />
    <Route exact path="/sources/:kind/:id" component={SourcePage} />
    <Route component={SourcesPage} />
  </Switch>
);
