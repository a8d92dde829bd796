import { language } from "../../text/language.ts";
import { byPairs, type Pair } from "../../text/pairs.ts";

/** What the shipped policy asks accounts to tell; fields of another policy keep their names. */
const FIELDS: Record<string, string> = {
  "legal name": "法定名称",
  "business licence": "营业执照",
  "legal person": "法定代表人",
  industry: "行业",
  size: "规模",
  address: "地址",
  "contact phone": "联系电话",
  domain: "域名",
  logo: "标志",
  "real name": "真实姓名",
  avatar: "头像",
  title: "职务",
  phone: "电话",
};
const fieldsIn = (names: string) =>
  names
    .split(/, | and /)
    .map((name) => FIELDS[name] ?? name)
    .join("、");

/** What the service says of standings, ceilings and conditions; tests hold it to the service. */
const PAIRS: readonly Pair[] = [
  [/^A restriction is in force\.$/, () => "当前有限制生效。"],
  [
    /^Little is known yet: the caps grow with good use\.$/,
    () => "数据尚少，良好使用后上限会提升。",
  ],
  [
    /^The active cap grows with use, up to what the tier gives\.$/,
    () => "主动上限随使用增长，直至该等级的上限。",
  ],
  [/^Nothing limits this account but its score\.$/, () => "除评分外没有其他限制。"],
  [
    /^The enterprise is not verified, so the tier stays at (\d+)\.$/,
    (tier) => `企业未验证，等级保持在 ${tier} 级。`,
  ],
  [
    /^Too many contacts did not want to be added, so the tier is at most (\d+)\.$/,
    (tier) => `过多联系人不愿被添加，等级最高为 ${tier} 级。`,
  ],
  [
    /^Too many contacts complained, so the tier is at most (\d+)\.$/,
    (tier) => `投诉过多，等级最高为 ${tier} 级。`,
  ],
  [
    /^A limit was lifted: the tier rises at the next local midnight\.$/,
    () => "一项限制已解除，等级将在下一个当地零点提升。",
  ],
  [
    /^Complaints are frequent: the tier cannot rise, and more of them lower it\.$/,
    () => "投诉较多：等级无法提升，继续增加将被下调。",
  ],
  [
    /^The score was below what tier (\d+) needs at the end of the last (\d+) local \w+; after (\d+) in a row the tier falls by one\.$/,
    (tier, days, most) =>
      `最近 ${days} 个当地日结束时，评分均低于 ${tier} 级的要求；连续满 ${most} 天将下调一级。`,
  ],
  [
    /^what contacts did leaves 0 of the ([\d.]+) points of feedback$/,
    (points) => `联系人的反馈使 ${points} 分反馈分全部扣完`,
  ],
  [/^the enterprise is not verified$/, () => "企业未验证"],
  [
    /^(\d+) complainants to (\d+) resolved adds in (\d+) days: ([\d.e+-]+) %$/,
    (people, adds, days, share) =>
      `${days} 天内 ${adds} 次有结果的添加中有 ${people} 人投诉（${share}%）`,
  ],
  [/^the tier rises at the next local midnight$/, () => "等级将在下一个当地零点提升"],
  [/^the enterprise is verified before that midnight$/, () => "企业在该零点前完成验证"],
  [/^the enterprise is certified before that midnight$/, () => "企业在该零点前完成认证"],
  [
    /^the (\w+)'s (.+) \w+ attested before that midnight$/,
    (whose, names) => `${whose === "member" ? "成员" : "企业"}的${fieldsIn(names)}在该零点前核实`,
  ],
  [
    /^an add or a chat on each of the next (\d+) days, today included$/,
    (days) => `包括今天在内，接下来 ${days} 天每天都有添加或聊天`,
  ],
  [
    /^every seat has an add or a chat on (\d+) of (\d+) days$/,
    (days, window) => `每个席位在 ${window} 天中有 ${days} 天有添加或聊天`,
  ],
  [/^there are chats, and each has a reply$/, () => "有聊天，且每次聊天都有回复"],
  [
    /^(\d+) more contacts accept, and none of them deletes, blocks or complains$/,
    (count) => `再有 ${count} 位联系人通过，且无人删除、拉黑或投诉`,
  ],
  [/^no complaint in the next (\d+) days$/, (days) => `接下来 ${days} 天没有投诉`],
  [/^no violation in the next (\d+) days$/, (days) => `接下来 ${days} 天没有违规`],
  [
    /^active adds grow with use, up to (\d+) a day: at most ([\d.]+) times the best of the last (\d+) days$/,
    (most, factor, days) =>
      `主动添加上限随使用增长，每日最多 ${most}，且不超过最近 ${days} 天最高值的 ${factor} 倍`,
  ],
  [
    /^the score still holds at that local midnight, and the account is in use on the day before$/,
    () => "该当地零点时评分仍达标，且前一天账号有使用",
  ],
];

/** What the service says, in the reader's language; what is not known here stays as it was sent. */
export function said(sentence: string): string {
  return language.value === "zh" ? inChinese(sentence) : whole(sentence);
}

/** A sentence of the service in Chinese, itself where there is none. */
export function inChinese(sentence: string): string {
  return byPairs(PAIRS, sentence);
}

/** A clause as a sentence. */
function whole(clause: string): string {
  if (clause === "") return clause;
  const begun = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?%]$/.test(begun) ? begun : `${begun}.`;
}
