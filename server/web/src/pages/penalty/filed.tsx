import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import type { Resource } from "../../api/resource.ts";
import { speaksFor } from "../../api/rights.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import type { Asked, AskedPage } from "../../api/shapes/requests.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { say } from "../../parts/message.tsx";
import { Nothing, Shown } from "../../parts/told.tsx";
import { toneOf } from "../../parts/tones.ts";
import { dateTime, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { pageOf } from "../requests/names.ts";
import { AppealDialog, ApplyDialog } from "./file.tsx";
import { type Ways, waysOf } from "./open-ways.ts";
import { text } from "./text.ts";

type FiledProps = {
  penalty: Penalty;
  /** The account's time zone; without it times are the reader's. */
  zone: string | null;
  appeals: Resource<AskedPage>;
  applications: Resource<AskedPage>;
  onFiled: () => void;
};

/** What was asked for about a penalty, and what still can be by whom it hits. */
export function Filed({ penalty, zone, appeals, applications, onFiled }: FiledProps) {
  const words = text();
  return (
    <Shown resource={appeals}>
      {(ofAppeals) => (
        <Shown resource={applications}>
          {(ofApplications) => {
            const filed = [...ofAppeals.items, ...ofApplications.items];
            return (
              <>
                <Ask penalty={penalty} ways={waysOf(penalty, filed)} onFiled={onFiled} />
                <Card title={words.requests}>
                  {filed.length === 0 && <Nothing>{words.noRequests}</Nothing>}
                  {filed.length > 0 && (
                    <ul class="filed">
                      {filed.map((one) => (
                        <Entry key={one.id} one={one} zone={zone} />
                      ))}
                    </ul>
                  )}
                  {filed.length > 0 && zone && <p class="muted small">{words.zone(zone)}</p>}
                </Card>
              </>
            );
          }}
        </Shown>
      )}
    </Shown>
  );
}

function Entry({ one, zone }: { one: Asked; zone: string | null }) {
  const words = text();
  return (
    <li class="row">
      {/* Of several each link says by itself which one it opens. */}
      <Link href={pageOf(one)}>{words.filedOn(nameOf(one), dateTime(one.created_at, zone))}</Link>
      <Badge tone={toneOf(one.state)}>{term("requestState", one.state)}</Badge>
    </li>
  );
}

function nameOf(one: Asked): string {
  const words = text();
  if (one.kind === "application") return words.application;
  return one.number > 1 ? words.reopened(number(one.number)) : words.appeal;
}

type AskProps = { penalty: Penalty; ways: Ways; onFiled: () => void };

/** What whoever is signed in can ask for; nothing at all for whom it does not hit. */
function Ask({ penalty, ways, onFiled }: AskProps) {
  const words = text();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<"appeal" | "application" | null>(null);
  const { enterprise_id, member_id } = penalty;
  if (!speaksFor(enterprise_id, member_id)) return null;
  const administers = speaksFor(enterprise_id, null);
  const filed = (made: Asked) => {
    say(made.kind === "appeal" ? words.saidAppealed : words.saidApplied);
    onFiled();
    // There documents are brought, and the answer comes.
    navigate(pageOf(made));
  };
  const close = () => setAsking(null);
  return (
    <Card title={words.file}>
      {ways.appeal && (
        <Way hint={words.appealHint} name={words.appealAct} onPress={() => setAsking("appeal")} />
      )}
      {ways.apply && administers && (
        <Way
          hint={words.applyHint}
          name={words.applyAct}
          onPress={() => setAsking("application")}
        />
      )}
      {ways.apply && !administers && <p>{words.administratorApplies}</p>}
      {ways.waits && <p>{words.openAlready}</p>}
      {!ways.appeal && !ways.apply && !ways.waits && <Nothing>{words.nothingToFile}</Nothing>}
      {asking === "appeal" && (
        <AppealDialog penalty={penalty} again={ways.again} onFiled={filed} onClose={close} />
      )}
      {asking === "application" && (
        <ApplyDialog penalty={penalty} onFiled={filed} onClose={close} />
      )}
    </Card>
  );
}

function Way({ name, hint, onPress }: { name: string; hint: string; onPress: () => void }) {
  return (
    <div class="stack tight way">
      <span>{hint}</span>
      <button type="button" onClick={onPress}>
        {name}
      </button>
    </div>
  );
}
