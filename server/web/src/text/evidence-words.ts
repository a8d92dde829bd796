import { dateTime } from "./format.ts";
import { language } from "./language.ts";
import { byPairs, type Pair } from "./pairs.ts";
import { term } from "./terms.ts";

/** What patterns say; tests hold it to them. */
const PAIRS: readonly Pair[] = [
  [/^flagged within the last (\S+) days$/, (days) => `最近 ${days} 天内已被标记`],
  [
    /^of (\S+) contacts with an outcome (\S+) accepted, (\S+) declined, (\S+) blocked or complained, (\S+) did not answer or deleted the member later(.*)$/,
    (all, accepted, declined, hard, other, rest) =>
      `${all} 位有结果的联系人中，${accepted} 位通过，${declined} 位拒绝，${hard} 位拉黑或投诉，${other} 位未回应或之后删除了成员${inChinese(rest)}`,
  ],
  [/^; (\S+) more wait for an answer$/, (count) => `；另有 ${count} 位尚待回应`],
  [/^contact (\S+) was added$/, (contact) => `添加了联系人 ${contact}`],
  [/^contact (\S+) blocked the member$/, (contact) => `联系人 ${contact} 拉黑了成员`],
  [/^contact (\S+) complained about the member$/, (contact) => `联系人 ${contact} 投诉了成员`],
  [
    /^contact (\S+) would have been added, but was denied$/,
    (contact) => `欲添加联系人 ${contact}，但被拒绝`,
  ],
  [
    /^contact (\S+), who had refused within the last (\S+) days, was asked again (\S+) times$/,
    (contact, days, times) => `联系人 ${contact} 在最近 ${days} 天内已拒绝，又被添加 ${times} 次`,
  ],
  [
    /^a limit denied (\S+) of (\S+) requests of a day$/,
    (denied, asked) => `一天内 ${asked} 次请求中有 ${denied} 次因上限被拒`,
  ],
  [
    /^members blocked or complained about last: (.*)$/,
    (members) => `最近被拉黑或投诉的成员：${members}`,
  ],
  [
    /^(\S+) contacts blocked or complained after the greeting with the hash …(\S+), the last of them (\S+) at (.+), asked by (\S+)$/,
    (count, hash, contact, at, member) =>
      `${count} 位联系人在收到哈希为 …${hash} 的招呼语后拉黑或投诉，最近一位是 ${contact}（${at}），由 ${member} 添加`,
  ],
  [
    /^(\S+) of the last (\S+) gaps between adds (.*)$/,
    (count, all, rest) => `最近 ${all} 次添加间隔中有 ${count} 次${inChinese(rest)}`,
  ],
  [/^lasted from (\S+) to (\S+) s$/, (least, most) => `为 ${least} 至 ${most} 秒`],
  [
    /^were whole multiples of (\S+) s, to within (\S+) s$/,
    (period, slack) => `是 ${period} 秒的整数倍（误差不超过 ${slack} 秒）`,
  ],
  [
    /^of the last (\S+) numbers searched, (\S+) of which nobody has, (\S+) \(those that nobody has count (\S+) times\) lie within (\S+) of the next lower one(.*)$/,
    (all, missed, near, weight, gap, rest) =>
      `最近搜索的 ${all} 个号码中（其中 ${missed} 个无人使用），有 ${near} 个（无人使用的按 ${weight} 倍计）与前一个较小号码相差不超过 ${gap}${inChinese(rest)}`,
  ],
  [
    /^; (\S+) of the last (\S+) lie in (\S+) blocks of 10,000$/,
    (share, all, blocks) => `；最近 ${all} 个中有 ${share} 位于 ${blocks} 个万号段内`,
  ],
  [
    /^contacts that colleagues, (.+) among them, had added a few days before were added again$/,
    (members) => `同事（包括 ${members.replaceAll(" and ", "、")}）几天前添加过的联系人又被添加`,
  ],
];

const WEIGHED = /^(\w+) \(([+-][\d.]+)\): (.*)$/;
const DATED = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC: (.*)$/;

/**
 * Evidence in the reader's language and the account's time, the reader's where `zone` is not known;
 * what no pattern says stays as somebody wrote it.
 */
export function inWords(sentence: string, zone?: string | null): string {
  const [, pattern, nats, why] = WEIGHED.exec(sentence) ?? [];
  if (pattern && nats && why) return joined(inBrackets(term("pattern", pattern), nats), why);
  const [, date, time, what] = DATED.exec(sentence) ?? [];
  if (date && time && what) return joined(dateTime(`${date}T${time}:00Z`, zone), what);
  return clause(sentence);
}

const inBrackets = (name: string, nats: string) =>
  language.value === "zh" ? `${name}（${nats}）` : `${name} (${nats})`;

const joined = (head: string, rest: string) =>
  language.value === "zh" ? `${head}：${clause(rest)}` : `${head}: ${clause(rest)}`;

const clause = (said: string) => (language.value === "zh" ? inChinese(said) : said);

/** A clause of a pattern in Chinese, itself where there is none. */
export function inChinese(said: string): string {
  return byPairs(PAIRS, said);
}
