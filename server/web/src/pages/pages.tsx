import type { ComponentChildren } from "preact";
import { Redirect, Route, Switch } from "wouter-preact";
import { opensPages, rights } from "../api/rights.ts";
import { CasesPage } from "./cases/cases.tsx";
import { EnterprisePage } from "./enterprise/enterprise.tsx";
import { EnterprisesPage } from "./enterprises/enterprises.tsx";
import { MemberPage } from "./member/member.tsx";
import { Closed, NoPages, NotFound } from "./not-found.tsx";
import { OverviewPage } from "./overview/overview.tsx";
import { PenaltyPage } from "./penalty/penalty.tsx";
import { PolicyPage } from "./policy/policy.tsx";
import { RequestPage } from "./requests/request.tsx";
import { RequestsPage } from "./requests/requests.tsx";
import { TransparencyPage } from "./transparency/transparency.tsx";

/** Which page an address is; of one that is for others it is said whom it is for. */
export function Pages() {
  const { reviews, administers } = rights();
  if (!opensPages(rights())) return <NoPages />;
  return (
    <Switch>
      <Route path="/">{reviews ? <OverviewPage /> : <Redirect to={home()} replace />}</Route>
      <Route path="/enterprises">{reviews ? <EnterprisesPage /> : <Closed to="reviewer" />}</Route>
      <Route path="/enterprises/:enterprise">
        {({ enterprise }) => (
          <Of ids={[enterprise]}>
            <EnterprisePage key={enterprise} enterprise={enterprise} />
          </Of>
        )}
      </Route>
      <Route path="/enterprises/:enterprise/members/:member">
        {({ enterprise, member }) => (
          <Of ids={[enterprise, member]}>
            <MemberPage key={`${enterprise}/${member}`} enterprise={enterprise} member={member} />
          </Of>
        )}
      </Route>
      <Route path="/penalties/:id">
        {({ id }) => (
          <Of ids={[id]}>
            <PenaltyPage key={id} id={id} />
          </Of>
        )}
      </Route>
      <Route path="/cases/:id?">
        {({ id }) => (
          <Of ids={id === undefined ? [] : [id]}>
            <CasesPage chosen={id ?? null} />
          </Of>
        )}
      </Route>
      <Route path="/requests">
        <RequestsPage />
      </Route>
      <Route path="/requests/appeals/:id">
        {({ id }) => (
          <Of ids={[id]}>
            <RequestPage key={id} kind="appeal" id={id} />
          </Of>
        )}
      </Route>
      <Route path="/requests/applications/:id">
        {({ id }) => (
          <Of ids={[id]}>
            <RequestPage key={id} kind="application" id={id} />
          </Of>
        )}
      </Route>
      <Route path="/policy">{administers ? <PolicyPage /> : <Closed to="admin" />}</Route>
      <Route path="/transparency">
        {reviews ? <TransparencyPage /> : <Closed to="reviewer" />}
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** As the service's identifiers are. */
const ID = /^[A-Za-z0-9_.:-]{1,64}$/;

/** The page of what an address names; none where nothing can be called so. */
function Of({ ids, children }: { ids: string[]; children: ComponentChildren }) {
  return ids.every((id) => ID.test(id)) ? children : <NotFound />;
}

/** The first page of a key that is for accounts only. */
function home(): string {
  const own = rights().accounts[0];
  if (!own) return "/requests";
  const company = `/enterprises/${own.enterprise}`;
  return own.member === null ? company : `${company}/members/${own.member}`;
}
