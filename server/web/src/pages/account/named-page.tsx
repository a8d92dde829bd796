import type { ComponentChildren } from "preact";
import { Page } from "../../frame/page.tsx";
import type { Place } from "./place.ts";

type NamedPageProps = {
  place: Place;
  /** Null while nobody described the account. */
  name: string | null;
  /** What stands beside the title, such as the way to the enterprise. */
  above?: ComponentChildren;
  children: ComponentChildren;
};

/** An account's page under its name, with its id beside it. */
export function NamedPage({ place, name, above, children }: NamedPageProps) {
  const id = place.member ?? place.enterprise;
  const aside = (
    <span class="row">
      {name !== null && <code>{id}</code>}
      {above}
    </span>
  );
  return (
    <Page title={name ?? id} aside={aside}>
      {children}
    </Page>
  );
}
