import type { Problem } from "../api/client.ts";
import { dateTime } from "./format.ts";
import { language, texts } from "./language.ts";
import { byPairs, type Pair } from "./pairs.ts";
import { term } from "./terms.ts";

/** What each kind of problem is called, by the end of its type; tests hold it to the service. */
const KINDS: Record<string, string> = {
  "invalid-input": "输入有误",
  unauthorized: "需要有效的密钥",
  forbidden: "密钥的权限不允许此操作",
  "not-found": "没有找到此内容",
  "method-not-allowed": "不支持此操作",
  conflict: "与当前记录冲突",
  gone: "内容已删除",
  "too-large": "内容过大",
  "unsupported-media-type": "不支持此类文件",
  "too-many-requests": "此密钥的请求过于频繁",
  internal: "服务出错",
  unavailable: "存储暂时无法访问",
  "too-many-new-accounts": "新账号过多",
  "cross-site": "请求并非来自本页面",
  "dashboard-not-built": "管理页面尚未构建",
  "too-many-streams": "实时连接过多",
};

const THINGS: Record<string, string> = { appeal: "申诉", application: "申请" };
const DECISIONS: Record<string, string> = {
  overturned: "撤销",
  modified: "变更",
  rejected: "驳回",
  need_information: "要求补充材料",
  approved: "批准",
  confirm: "确认",
  confirmed: "确认",
  dismiss: "撤案",
  escalate: "升级",
};
const thing = (kind: string) => THINGS[kind] ?? kind;
const decision = (word: string) => DECISIONS[word] ?? word;
const state = (word: string) => term("requestState", word);
const graded = (word: string) => `“${term("severity", word)}”`;
const documents = (kinds: string) =>
  kinds
    .split(", ")
    .map((kind) => term("document", kind))
    .join("、");
const mebibytes = (bytes: string) => `${Math.floor(Number(bytes) / 2 ** 20)} MB`;

/** Why something was refused; tests hold it to what the service says. */
const REASONS: readonly Pair[] = [
  [
    /^Only the first step of the ladder may be applied against \((.+)\)\.$/,
    (clause) => `只有首次违规的处罚可以申请解封（${clause}）。`,
  ],
  [
    /^The enterprise's administrator applies for unblocking, not the member \((.+)\)\.$/,
    (clause) => `解封须由企业管理员申请，成员不能自行申请（${clause}）。`,
  ],
  [/^The penalty is over: there is nothing to unblock\.$/, () => "处罚已结束，无需解封。"],
  [
    /^An application was filed already; there is one for each penalty\.$/,
    () => "已提交过申请；每项处罚只能申请一次。",
  ],
  [
    /^The enterprise filed (\d+) applications within (\d+) days, which is as many as it may\.$/,
    (count, days) => `该企业在 ${days} 天内已提交 ${count} 次申请，已达上限。`,
  ],
  [
    /^A penalty for good cannot be appealed \(.+\)\.$/,
    () => "永久处罚不能申诉（§5.3：仅限非永久封禁）。",
  ],
  [
    /^The enterprise appeals through its administrator account \((.+)\)\.$/,
    (clause) => `企业须通过管理员账号申诉（${clause}）。`,
  ],
  [/^The penalty was overturned already\.$/, () => "该处罚已被撤销。"],
  [
    /^The hold is over: appeal what came of it, if anything did\.$/,
    () => "临时限制已结束；如因此产生处罚，请对该处罚申诉。",
  ],
  [
    /^The hold is over: what came of it is appealed by itself, if it can be\.$/,
    () => "临时限制已结束；因此产生的处罚如可申诉，须单独申诉。",
  ],
  [/^The (\d+) days for an appeal are over\.$/, (days) => `${days} 天的申诉期已过。`],
  [
    /^Of a linked account only .+ may be claimed: give one of them as grounds\.$/,
    () => "对关联账号的处罚，只能以关联有误或状态已过时为由申诉，请选择其一。",
  ],
  [/^An appeal against it is open already\.$/, () => "对该处罚已有申诉正在处理。"],
  [
    /^It was appealed and re-opened already; the decision is final\.$/,
    () => "已申诉并重新审理过，此决定为最终决定。",
  ],
  [
    /^A re-opening needs something new: its text says what the appeal before said\.$/,
    () => "重新审理须有新内容：本次内容与上次申诉相同。",
  ],
  [
    /^You decided the penalty: another holder has to decide about it\.$/,
    () => "该处罚由您决定，须由另一人处理。",
  ],
  [/^You filed it: another holder has to decide\.$/, () => "由您提交，须由另一人决定。"],
  [
    /^Documents are missing: (.+) \((.+)\)\.$/,
    (kinds, clause) => `缺少文件（${clause}）：${documents(kinds)}。`,
  ],
  [
    /^The case is (\w+): nobody can (\w+) it now\.$/,
    (is, wanted) => `案件状态为“${term("caseState", is)}”，现在不能${decision(wanted)}。`,
  ],
  [
    /^The (\w+) is (\w+)(?:, by (.+))?: it cannot be (\w+) now\.$/,
    (kind, is, who, wanted) =>
      `该${thing(kind)}${state(is)}${who ? `（${who}）` : ""}，现在不能${decision(wanted)}。`,
  ],
  [
    /^The (\w+) is (\w+): nobody can \w+ it now\.$/,
    (kind, is) => `该${thing(kind)}${state(is)}，现在不能进行此操作。`,
  ],
  [
    /^The penalty is over: there is nothing left to shorten\.$/,
    () => "处罚已结束，无可缩短的期限。",
  ],
  [
    /^A modified penalty ends earlier than it would have\.$/,
    () => "变更后的处罚须早于原定时间结束。",
  ],
  [
    /^What a linked account withholds ends with its unblocking, or now\.$/,
    () => "因关联账号产生的限制，只能随其解封结束，或立即结束。",
  ],
  [
    /^Somebody else changed the (\w+) right now\.$/,
    (kind) => `其他人刚刚更改了该${thing(kind)}，请重试。`,
  ],
  [
    /^The appeal is (\w+): it takes no more documents\.$/,
    (is) => `该申诉${state(is)}，不再接收文件。`,
  ],
  [
    /^The appeal has (\d+) documents, which is as many as it may\.$/,
    (count) => `该申诉已有 ${count} 份文件，已达上限。`,
  ],
  [
    /^The appeal's documents would be larger than (\d+) bytes\.$/,
    (most) => `该申诉的文件总大小不能超过 ${mebibytes(most)}。`,
  ],
  [
    /^The file must not be larger than (\d+) bytes\.$/,
    (most) => `文件大小不能超过 ${mebibytes(most)}。`,
  ],
  [
    /^The file must be a .+ by its content, whatever it is called\.$/,
    () => "文件内容须为 PDF、PNG 或 JPEG 格式，与文件名无关。",
  ],
  [
    /^The document was deleted (\d+) days after the final decision\.$/,
    (days) => `文件已在最终决定 ${days} 天后删除。`,
  ],
  [
    /^(.+) asked to (\w+) this case as (\w+): another holder has to say so\.$/,
    (holder, wanted, severity) =>
      `${holder} 已提出将此案件按${graded(severity)}${decision(wanted)}，须由另一人确认。`,
  ],
  [
    /^(.+) asked to (\w+) this case as (\w+) at (\S+): confirm that, or dismiss the case\.$/,
    (holder, wanted, severity, at) =>
      `${holder} 于${dateTime(at)}提出将此案件按${graded(severity)}${decision(wanted)}：请确认，或撤案。`,
  ],
  [
    /^(.+) (confirmed|dismissed) this case(?: as (\w+))? at (\S+); a decision is made once\.$/,
    (holder, made, severity, at) =>
      `${holder} 已于${dateTime(at)}${made === "dismissed" ? "对此案件撤案" : `${severity ? `按${graded(severity)}` : ""}确认此案件`}；每个案件只决定一次。`,
  ],
  [/^No enterprise of this id was ever seen\.$/, () => "没有见过此编号的企业。"],
  [/^No member of this id was ever seen\.$/, () => "没有见过此编号的成员。"],
  [/^The quota store is out of reach\.$/, () => "配额存储无法访问。"],
  [
    /^The quota store is out of reach; nothing was decided\.$/,
    () => "配额存储无法访问，没有作出任何决定。",
  ],
  [/^The record is out of reach\.$/, () => "记录库无法访问。"],
  [/^This key may ask (.+) times\.$/, (rate) => `此密钥的请求频率上限为 ${rate}。`],
];

/** What kind of problem it is, in the reader's language. */
export function kindOf({ type, title }: Problem): string {
  const slug = type.split("#problem-")[1] ?? "";
  return (language.value === "zh" && KINDS[slug]) || title;
}

const OPEN_TO = /^\S+ needs a key with one of these scopes: (.+)\.$/;
const people = texts<{ who: Record<string, string>; open: (who: string) => string }>(
  {
    who: {
      reviewer: "reviewers",
      admin: "admins",
      enterprise: "the enterprise itself",
      member: "the member",
      gateway: "gateways",
    },
    open: (who) => `It is open to ${who}.`,
  },
  {
    who: {
      reviewer: "审核员",
      admin: "管理员",
      enterprise: "企业自身",
      member: "成员本人",
      gateway: "网关",
    },
    open: (who) => `仅对${who}开放。`,
  },
);

/** Whom something is open to, in words of people instead of scopes; null where that is not said. */
function openTo(detail: string): string | null {
  const [, scopes] = OPEN_TO.exec(detail) ?? [];
  if (scopes === undefined) return null;
  const { who, open } = people();
  const asked = scopes.split(", ");
  const named = Object.entries(who).filter(([scope]) => asked.includes(scope));
  const list = new Intl.ListFormat(language.value === "zh" ? "zh-CN" : "en-GB");
  return open(list.format(named.map(([, name]) => name)));
}

/** A reason in the reader's language, and in which it is where we have it in English only. */
export function reasonOf({ detail, type }: Problem): { said: string; lang?: "en" } {
  const whom = openTo(detail);
  if (whom !== null) return { said: whom };
  // What has no type is not the service's: it is our own, in the reader's language already.
  if (language.value === "en" || !type) return { said: detail };
  const said = inChinese(detail);
  return said === detail ? { said, lang: "en" } : { said };
}

/** A reason in Chinese, itself where there is none. */
export const inChinese = (detail: string) => byPairs(REASONS, detail);
