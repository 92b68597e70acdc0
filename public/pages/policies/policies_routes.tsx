import React from 'react';
import { Route, Switch } from 'react-router-dom';
import { CandidatePage } from './candidates/candidate_page';
import { CandidatesPage } from './candidates/candidates_page';
import { DraftsPage } from './drafts/drafts_page';
import { EditPage } from './drafts/edit_page';
import { GuardPage } from './guards/guard_page';
import { GuardsPage } from './guards/guards_page';
import { InForcePage } from './in_force/in_force_page';
import { NewPolicyPage } from './drafts/new_policy_page';
import { PolicyPage } from './in_force/policy_page';
import { ReleasePage } from './releases/release_page';
import { ReleasesPage } from './releases/releases_page';
import { TrustPage } from './releases/trust_page';
import { RepositoryPage } from './repository/repository_page';
import { RhythmPage } from './rhythm/rhythm_page';
import { ShadowPage } from './shadow/shadow_page';
import { TryPage } from './try/try_page';

/** The pages around policies. */
export const PoliciesRoutes = () => (
  <Switch>
    <Route exact path="/policies" component={InForcePage} />
    <Route exact path="/policies/in-force/:policyId" component={PolicyPage} />
    <Route exact path="/policies/drafts" component={DraftsPage} />
    <Route exact path="/policies/drafts/:policyId" component={EditPage} />
    <Route exact path="/policies/new" component={NewPolicyPage} />
    <Route exact path="/policies/new/:template" component={EditPage} />
    <Route exact path="/policies/candidates" component={CandidatesPage} />
    <Route exact path="/policies/candidates/:candidateId" component={CandidatePage} />
    <Route exact path="/policies/releases" component={ReleasesPage} />
    <Route exact path="/policies/releases/trust" component={TrustPage} />
    <Route exact path="/policies/releases/:version" component={ReleasePage} />
    <Route exact path="/policies/repository" component={RepositoryPage} />
    <Route exact path="/policies/shadow" component={ShadowPage} />
    <Route exact path="/policies/rhythm" component={RhythmPage} />
    <Route exact path="/policies/guards" component={GuardsPage} />
    <Route exact path="/policies/guards/:guard" component={GuardPage} />
    <Route exact path="/policies/try" component={TryPage} />
    <Route component={InForcePage} />
  </Switch>
);
