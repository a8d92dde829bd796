import type { ComponentChildren } from "preact";
import { Link, useLocation } from "wouter-preact";
import { session, signOut } from "../api/client.ts";
import { useName } from "../api/described.ts";
import { problemOf } from "../api/resource.ts";
import { type Account, opensPages, type Rights, rights } from "../api/rights.ts";
import { Message, say } from "../parts/message.tsx";
import { headline } from "../parts/told.tsx";
import icon from "../style/icon.svg";
import { narrow } from "../style/narrow.ts";
import { texts } from "../text/language.ts";
import { Choices } from "./choices.tsx";
import { LiveMark } from "./live-mark.tsx";

const text = texts(
  {
    skip: "Skip to the content",
    menu: "Pages",
    overview: "Overview",
    enterprises: "Enterprises",
    cases: "Cases",
    requests: "Appeals",
    policy: "Policy",
    transparency: "Transparency",
    mine: "My quota",
    more: "Settings",
    signedIn: "Signed in as",
    signOut: "Sign out",
  },
  {
    skip: "跳到内容",
    menu: "页面",
    overview: "概览",
    enterprises: "企业",
    cases: "案件",
    requests: "申诉",
    policy: "策略",
    transparency: "透明度",
    mine: "我的配额",
    more: "设置",
    signedIn: "当前登录",
    signOut: "退出",
  },
);

/** The pages around which everything else stands: where one can go, who is here, whether it is live. */
export function Frame({ children }: { children: ComponentChildren }) {
  const words = text();
  const places = placesFor(rights());
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="side">
        <Link href="/" class="brand">
          <img src={icon} alt="" />
          <span>Contact Quota</span>
        </Link>
        <LiveMark />
        {narrow.value && (
          <details class="fold">
            <summary>{words.more}</summary>
            <Foot />
          </details>
        )}
        {places.length > 0 && (
          <nav aria-label={words.menu}>
            <ul>
              {places.map((place) => (
                <Place key={place.href} {...place} />
              ))}
            </ul>
          </nav>
        )}
        {!narrow.value && <Foot />}
      </header>
      <main class="main" id="content" tabIndex={-1}>
        {children}
      </main>
      <Message />
    </div>
  );
}

/** Who is here and in which language and colours, and the way out. */
function Foot() {
  const words = text();
  return (
    <div class="foot">
      <Choices />
      <div class="small">
        <span class="muted">{words.signedIn}</span> <strong>{session.value?.holder}</strong>
      </div>
      <button type="button" onClick={leave}>
        {words.signOut}
      </button>
    </div>
  );
}

/** Signs out, or says why not: whoever leaves has to know that the session is still there. */
function leave(): void {
  signOut().catch((error) => say(headline(problemOf(error), "done"), "bad"));
}

type PlaceOf = { href: string; name: string; account?: Account };

function placesFor(known: Rights): PlaceOf[] {
  const { reviews, administers, accounts } = known;
  const words = text();
  const own = accounts.map(({ enterprise, member }) => ({
    href:
      member === null
        ? `/enterprises/${enterprise}`
        : `/enterprises/${enterprise}/members/${member}`,
    name: words.mine,
    ...(accounts.length > 1 ? { account: { enterprise, member } } : {}),
  }));
  const reviewers = [
    { href: "/", name: words.overview },
    { href: "/enterprises", name: words.enterprises },
    { href: "/cases", name: words.cases },
  ];
  return [
    ...(reviews ? reviewers : []),
    ...own,
    ...(opensPages(known) ? [{ href: "/requests", name: words.requests }] : []),
    ...(administers ? [{ href: "/policy", name: words.policy }] : []),
    ...(reviews ? [{ href: "/transparency", name: words.transparency }] : []),
  ];
}

function Place({ href, name, account }: PlaceOf) {
  const [here] = useLocation();
  const isHere = href === "/" ? here === "/" : here === href || here.startsWith(`${href}/`);
  return (
    <li>
      <Link href={href} {...(isHere ? { "aria-current": "page" } : {})}>
        {account ? <NameOf account={account} /> : name}
      </Link>
    </li>
  );
}

/** One of several accounts that the key is for. */
function NameOf({ account }: { account: Account }) {
  return <span title={account.member ?? account.enterprise}>{useName(account)}</span>;
}
