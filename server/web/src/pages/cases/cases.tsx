import { useEffect, useRef, useState } from "preact/hooks";
import { Link, useSearch } from "wouter-preact";

import { session } from "../../api/client.ts";
import { useRefresh } from "../../api/refresh.ts";
import { useResource } from "../../api/resource.ts";
import { rights } from "../../api/rights.ts";
import type { Case, Decided } from "../../api/shapes/cases.ts";
import { Page } from "../../frame/page.tsx";
import { StoreAway } from "../../frame/store-away.tsx";
import { say } from "../../parts/message.tsx";
import { Loading, ProblemNotice } from "../../parts/told.tsx";
import { useNow } from "../../text/now.ts";
import { Closed } from "../not-found.tsx";
import { type Action, actionsFor } from "./allowed.ts";
import { CaseDetail } from "./case.tsx";
import { useChoice } from "./choice.ts";
import { Decide } from "./decide.tsx";
import { useKeys } from "./keys.ts";
import { KeysHelp } from "./keys-help.tsx";
import { searchOf, useQueue, wantedOf } from "./queue.ts";
import { QueueCard } from "./queue-card.tsx";
import { resultOf } from "./result.ts";
import { text } from "./text.ts";
import "./cases.css";

/** The queue of cases, and the chosen one beside it; on a narrow screen one or the other. */
export function CasesPage({ chosen }: { chosen: string | null }) {
  return rights().reviews ? <Cases chosen={chosen} /> : <Closed to="reviewer" />;
}

function Cases({ chosen }: { chosen: string | null }) {
  const words = text();
  const wanted = wantedOf(useSearch());
  const search = searchOf(wanted);
  const queue = useQueue(wanted);
  const detail = useResource<Case>(chosen === null ? null : `/v1/cases/${chosen}`);
  const [deciding, setDeciding] = useState<{ action: Action; one: Case } | null>(null);
  const isDecided = useRef(false);
  const [helping, setHelping] = useState(false);
  const now = useNow();
  const { head, moveTo, choose } = useChoice(chosen, search, queue.items);

  const reload = () => {
    queue.reload();
    detail.reload();
  };
  useRefresh("cases", reload);
  const one = caseOf(chosen, detail.value, queue.items);

  const act = (action: Action) => {
    if (one === null) return;
    if (actionsFor(one, session.value?.holder ?? "").includes(action)) setDeciding({ action, one });
    else if (one.first?.by === session.value?.holder) say(words.isYou, "bad");
  };
  const decided = (made: Decided, zone: string | null) => {
    say(resultOf(made, zone));
    reload();
    isDecided.current = true;
  };
  useEffect(() => {
    // What was pressed may be gone with the decision; behind the open dialog nothing takes the focus.
    if (deciding === null && isDecided.current) head.current?.focus();
    isDecided.current = false;
  }, [deciding]);
  useKeys({
    j: () => moveTo(1),
    k: () => moveTo(-1),
    c: () => act("confirm"),
    d: () => act("dismiss"),
    e: () => act("escalate"),
    "?": () => setHelping(true),
  });

  return (
    <Page title={words.title}>
      <StoreAway />
      <div class={chosen === null ? "cases" : "cases one-chosen"}>
        <QueueCard
          wanted={wanted}
          queue={queue}
          chosen={chosen}
          now={now}
          onChoose={choose}
          onMove={moveTo}
          onHelp={() => setHelping(true)}
        />
        <div class="chosen">
          {chosen !== null && (
            <Link class="back" href={`/cases${search}`}>
              <span aria-hidden="true">←</span>
              {words.back}
            </Link>
          )}
          {chosen === null && <p class="muted nobody-chosen">{words.choose}</p>}
          {detail.problem && (
            <ProblemNotice problem={detail.problem} retry={detail.reload} repeats />
          )}
          {one && <CaseDetail key={one.id} one={one} now={now} head={head} onAct={act} />}
          {chosen !== null && one === null && !detail.problem && <Loading />}
        </div>
      </div>
      {deciding && <Decide {...deciding} onDecided={decided} onClose={() => setDeciding(null)} />}
      {helping && <KeysHelp onClose={() => setHelping(false)} />}
    </Page>
  );
}

/** The chosen case as it was asked for; until that is here as the queue has it. */
function caseOf(chosen: string | null, asked: Case | null, items: Case[] | null): Case | null {
  if (asked?.id === chosen) return asked;
  return items?.find((one) => one.id === chosen) ?? null;
}
