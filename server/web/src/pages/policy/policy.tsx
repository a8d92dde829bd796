import { useEffect } from "preact/hooks";
import { useLive } from "../../api/live.ts";
import { useResource } from "../../api/resource.ts";
import type { Overview } from "../../api/shapes/overview.ts";
import type { Policy, PolicyVersions } from "../../api/shapes/policy.ts";
import { Page } from "../../frame/page.tsx";
import { Badge } from "../../parts/card.tsx";
import { Shown } from "../../parts/told.tsx";
import { dateTime, number } from "../../text/format.ts";
import { Check } from "./check.tsx";
import { History } from "./history.tsx";
import { text } from "./text.ts";
import { Values } from "./values.tsx";
import "./policy.css";

/** The rules in force, those before them, and the way to the next ones. */
export function PolicyPage() {
  const now = useResource<Policy>("/v1/policy");
  const versions = useResource<PolicyVersions>("/v1/policy/versions?limit=100");
  const words = text();
  function reload() {
    now.reload();
    versions.reload();
  }
  useWhileOther(now.value?.version, reload);
  const by = versions.value?.items.find(({ version }) => version === now.value?.version)?.made_by;
  const mark = now.value && (
    <span class="row">
      <Badge tone="good">{words.inForce(number(now.value.version))}</Badge>
      <span class="muted">
        {words.since(dateTime(now.value.activated_at))} {by && words.by(by)}
      </span>
    </span>
  );
  return (
    <Page title={words.title} aside={mark}>
      <Shown resource={now}>
        {(policy) => (
          <>
            <Values policy={policy.policy} />
            <Shown resource={versions}>
              {({ items }) => (
                <History key={policy.version} versions={items} now={policy.version} />
              )}
            </Shown>
            <Check now={policy} onActivated={reload} />
          </>
        )}
      </Shown>
    </Page>
  );
}

/** Reloads for as long as another version is in force than `shown`, as once another admin put it there. */
function useWhileOther(shown: number | undefined, reload: () => void): void {
  const overview = useLive<Overview>("overview").value;
  // By each new overview: a process may follow the change after the one that told of it.
  useEffect(() => {
    if (overview && shown !== undefined && overview.policy_version !== shown) reload();
  }, [overview, shown]);
}
