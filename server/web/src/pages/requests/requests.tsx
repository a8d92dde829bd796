import { useState } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { useName } from "../../api/described.ts";
import { useLive } from "../../api/live.ts";
import { useRefresh } from "../../api/refresh.ts";
import { type Account, rights } from "../../api/rights.ts";
import type { RequestKind, RequestsNow } from "../../api/shapes/requests.ts";
import { Page } from "../../frame/page.tsx";
import { StoreAway } from "../../frame/store-away.tsx";
import { Badge, Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Loading, Nothing, ProblemNotice } from "../../parts/told.tsx";
import { number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { RequestTable } from "./list.tsx";
import { ownZone } from "./names.ts";
import { type Filter, STATES, searchOf, useQueue, wantedOf } from "./queue.ts";
import { text } from "./text.ts";
import { topicFor } from "./topic.ts";
import "./requests.css";

/** Appeals and applications: for reviewers those that wait, for accounts their own. */
export function RequestsPage() {
  const words = text();
  const { reviews, accounts } = rights();
  const usual: Filter = reviews ? "waiting" : "all";
  const asked = wantedOf(useSearch(), usual);
  const [place, setPlace] = useState(0);
  const account = reviews ? null : (accounts[place] ?? null);
  const queue = useQueue({ ...asked, account });
  const topic = topicFor(account);
  useRefresh(topic, queue.reload);
  const { items, problem, more } = queue;
  return (
    <Page title={words.title}>
      <StoreAway />
      <Kinds kind={asked.kind} topic={topic} />
      <Card title={asked.kind === "appeal" ? words.appeals : words.applications}>
        <p class="muted">{asked.kind === "appeal" ? words.leadAppeals : words.leadApplications}</p>
        <div class="row">
          <States {...asked} usual={usual} />
          {!reviews && accounts.length > 1 && (
            <Accounts accounts={accounts} place={place} onChoose={setPlace} />
          )}
        </div>
        {problem && <ProblemNotice problem={problem} retry={queue.reload} repeats />}
        {items === null && !problem && <Loading />}
        {items?.length === 0 && <Nothing>{emptyOf(asked.filter, reviews)}</Nothing>}
        {items && items.length > 0 && (
          <>
            <RequestTable items={items} reviews={reviews} />
            <p class="muted small">{words.zoneYours(ownZone())}</p>
          </>
        )}
        <More key={`${place} ${searchOf(asked, usual)}`} more={more}>
          {words.more}
        </More>
      </Card>
    </Page>
  );
}

function emptyOf(filter: Filter, reviews: boolean): string {
  const words = text();
  if (filter === "waiting") return words.emptyWaiting;
  return filter === "all" && !reviews ? words.emptyOwn : words.empty;
}

/** The two kinds as places to go, with how many of each wait. */
function Kinds({ kind, topic }: { kind: RequestKind; topic: string | null }) {
  const words = text();
  const now = useLive<RequestsNow>(topic).value;
  const kinds = [
    { of: "appeal", href: "/requests", name: words.appeals, count: now?.appeals },
    {
      of: "application",
      href: "/requests?kind=applications",
      name: words.applications,
      count: now?.applications,
    },
  ];
  return (
    <ul class="kinds row" aria-label={words.kinds}>
      {kinds.map(({ of, href, name, count }) => (
        <li key={of}>
          <Link href={href} {...(of === kind ? { "aria-current": "page" as const } : {})}>
            {name}
            {count !== undefined && count > 0 && (
              <Badge tone="accent">{words.waitingCount(number(count))}</Badge>
            )}
          </Link>
        </li>
      ))}
      {now !== null && now.overdue > 0 && (
        <li class="overdue">
          <Badge tone="bad">{words.overdueCount(number(now.overdue))}</Badge>
        </li>
      )}
    </ul>
  );
}

type StatesProps = { kind: RequestKind; filter: Filter; usual: Filter };

function States({ kind, filter, usual }: StatesProps) {
  const words = text();
  const [, navigate] = useLocation();
  const show = (next: Filter) =>
    navigate(`/requests${searchOf({ kind, filter: next }, usual)}`, { replace: true });
  return (
    <label class="row which">
      <span>{words.filter}</span>
      <select value={filter} onChange={(event) => show(event.currentTarget.value as Filter)}>
        <option value="waiting">{words.filters.waiting}</option>
        <option value="open">{words.filters.open}</option>
        {STATES[kind].map((state) => (
          <option key={state} value={state}>
            {term("requestState", state)}
          </option>
        ))}
        <option value="all">{words.filters.all}</option>
      </select>
    </label>
  );
}

type AccountsProps = {
  accounts: Account[];
  /** Which of them is chosen: each look at the rights makes new ones. */
  place: number;
  onChoose: (place: number) => void;
};

/** A key that is for several accounts names the one whose requests it wants. */
function Accounts({ accounts, place, onChoose }: AccountsProps) {
  return (
    <label class="row which">
      <span>{text().account}</span>
      <select
        value={String(place)}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {accounts.map((one, index) => (
          <AccountOption
            key={`${one.enterprise}/${one.member}`}
            account={one}
            value={String(index)}
          />
        ))}
      </select>
    </label>
  );
}

/** By its name; a member's enterprise, which a member's key may not look up, by its id. */
function AccountOption({ account, value }: { account: Account; value: string }) {
  const name = useName(account);
  const { enterprise, member } = account;
  return <option value={value}>{member === null ? name : `${enterprise} / ${name}`}</option>;
}
