import { Fragment } from "preact";
import type { Penalty } from "../api/shapes/penalties.ts";
import { dateTime } from "../text/format.ts";
import { texts } from "../text/language.ts";
import { told } from "./statement-words.ts";
import "./statement.css";

const text = texts(
  {
    measure: "What is withheld",
    since: "Since",
    until: "Until",
    forGood: "for good",
    linked: "until the linked WeChat account is unblocked",
    lasts: (when: string) => `until ${when}`,
    facts: "What it rests on",
    source: "How it came to light",
    automatedNo: "Not found by automated means.",
    decided: "Who decided",
    machine: "Decided by automated means.",
    person: "Decided by people.",
    rule: "The rule",
    redress: "What can be done",
    measures: {
      active_adds: "The member cannot add external contacts; being added still works.",
      interop: "The member cannot use functions that reach outside the enterprise.",
      member_account: "The member's account is blocked.",
      admin_account: "The enterprise's administrator account is blocked but for appeals.",
      enterprise_account: "The enterprise's account is blocked.",
    } as Record<string, string>,
  },
  {
    measure: "限制内容",
    since: "开始时间",
    until: "结束时间",
    forGood: "永久",
    linked: "直至关联的微信账号解封",
    lasts: (when: string) => `至 ${when}`,
    facts: "事实依据",
    source: "发现方式",
    automatedNo: "非自动化手段发现。",
    decided: "决定人",
    machine: "由自动化手段决定。",
    person: "由人工决定。",
    rule: "适用规则",
    redress: "救济途径",
    measures: {
      active_adds: "该成员不能主动添加外部联系人，仍可被添加。",
      interop: "该成员不能使用对外互通功能。",
      member_account: "该成员的账号被封禁。",
      admin_account: "企业的管理员账号被封禁，仅可用于申诉。",
      enterprise_account: "企业账号被封禁。",
    },
  },
);

type StatementProps = {
  penalty: Penalty;
  /** The time zone of the account it hits; without it times are the reader's. */
  zone?: string | null;
};

/** The statement of reasons of a penalty, or of a hold, as pairs of what and how. */
export function Statement({ penalty, zone }: StatementProps) {
  const words = text();
  const { statement, scope } = penalty;
  const rows: [string, string][] = [
    [words.measure, words.measures[scope] ?? statement.measure],
    [words.since, dateTime(penalty.starts_at, zone)],
    [words.until, untilOf(penalty, zone)],
    [words.facts, told(statement.facts)],
    // That it was found by automated means is what the service's sentence says then.
    [
      words.source,
      statement.automated_detection
        ? told(statement.source)
        : both(told(statement.source), words.automatedNo),
    ],
    [
      words.decided,
      both(told(statement.decided_by), statement.automated_decision ? words.machine : words.person),
    ],
    [words.rule, both(told(statement.rule), statement.clause)],
    [words.redress, told(statement.redress)],
  ];
  return (
    <dl class="pairs statement">
      {rows.map(([what, how]) => (
        <Fragment key={what}>
          <dt>{what}</dt>
          <dd>{how}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

const both = (sentence: string, note: string) => `${sentence}\n${note}`;

/** Until when a penalty lasts, in words. */
export function untilOf({ ends_at, track, scope }: Penalty, zone?: string | null): string {
  if (ends_at !== null) return dateTime(ends_at, zone);
  return track === 2 && scope === "interop" ? text().linked : text().forGood;
}

/** The same within a sentence: "until 2 Dec 2026, 15:00", "for good". */
export function lastsOf(penalty: Penalty, zone?: string | null): string {
  const until = untilOf(penalty, zone);
  return penalty.ends_at === null ? until : text().lasts(until);
}
