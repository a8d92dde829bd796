import { language } from "../text/language.ts";

/**
 * The sentences of which the service makes statements of reasons, in Chinese. What people wrote, and
 * what is not listed, is shown as it was sent.
 */
const SENTENCES: Record<string, string> = {
  "Reported by users.": "由用户举报。",
  "Found by the platform's staff.": "由平台工作人员发现。",
  "Detected by automated means.": "由自动化手段检测到。",
  "The service, by its published rules.": "由系统依据已公布的规则作出。",
  "One reviewer.": "一名审核员。",
  "Two reviewers.": "两名审核员。",
  "The WeChat account that the member is linked to was blocked.": "该成员关联的微信账号已被封禁。",
  "The enterprise's administrator may apply once for unblocking.":
    "企业管理员可以申请一次提前解封。",
  "It is final: neither an application nor an appeal is open.":
    "此为最终决定，不能申请解封或申诉。",
  "While a person has yet to look at signs of malicious addition, active adds are held, for a limited time and without a strike.":
    "在人工核查恶意添加迹象之前，主动添加会被临时限制，不计违规次数。",
  "While a second person has yet to decide about a severe or permanent measure, or a first one about an automated report, external functions are held for a limited time.":
    "严重或永久性措施须经第二人决定，自动化报告须经第一人决定；在此之前，对外功能会被临时限制。",
  "The first violation withholds external functions for a short time; the administrator may apply for unblocking.":
    "首次违规：短期禁止使用对外功能，企业管理员可申请解封。",
  "A second violation withholds external functions for a short time; nobody can apply for unblocking.":
    "再次违规：短期禁止使用对外功能，且不可申请解封。",
  "A third violation withholds external functions for good.": "第三次违规：永久禁止使用对外功能。",
  "Where it caused a bad influence, the member account is blocked whatever the number of violations, and the enterprise and administrator accounts may be, too.":
    "造成恶劣影响的，无论违规次数，封禁成员账号，并可能一并封禁企业账号和管理员账号。",
  "While the linked WeChat account is blocked, external functions are withheld, others are not; within 24 hours of its unblocking they come back by themselves.":
    "关联微信账号被封禁期间，禁止使用对外功能，其他功能不受影响；微信账号解封后 24 小时内自动恢复。",
  "Where the impact is bad, the account is blocked, and the administrator and enterprise accounts may be, too.":
    "影响恶劣的，封禁该账号，并可能一并封禁管理员账号和企业账号。",
  "The member account is blocked for good.": "永久封禁成员账号。",
  "Where the impact is bad, the member account is blocked for good, and the administrator and enterprise accounts may be at the same time.":
    "影响恶劣的，永久封禁成员账号，并可能同时封禁管理员账号和企业账号。",
};

const SIGNS: Record<string, string> = {
  "contacts blocked or complained unusually often": "联系人拉黑或投诉异常频繁",
  "contacts answered far less favourably than is usual": "联系人的反应明显差于一般情况",
  "numbers were searched in sequence or from a few blocks": "按连号或集中号段搜索手机号",
  "contacts were added in the rhythm of a machine": "添加联系人的节奏与机器一致",
  "the same contacts were added by several members": "多名成员添加相同的联系人",
  "contacts who had refused were asked again": "再次添加已拒绝的联系人",
  "requests kept on against their limits": "达到上限后仍持续请求",
  "one greeting was sent that many contacts refused": "发送的同一招呼语被许多联系人拒绝",
  "adding that contacts did not welcome": "联系人不欢迎的添加行为",
};

const FOUND = /^Signs of malicious addition of external contacts: (.+)\.$/;
const APPEAL =
  /^(The administrator account|Member or administrator) may appeal within (\d+) days, claiming (.+)\.$/;
const CLAIMS: Record<string, string> = {
  "a mistake": "处罚有误",
  "wrong_link or stale_state": "关联有误或状态已过时",
};

/** What a statement says, in the reader's language where the words are the service's own. */
export function told(words: string): string {
  return language.value === "zh" ? inChinese(words) : words;
}

/** The service's own words in Chinese; others as they are. */
export function inChinese(words: string): string {
  const whole = known(words);
  if (whole !== null) return whole;
  const sentences = words.split(/(?<=\.) (?=[A-Z])/).map(known);
  return sentences.every((one) => one !== null) ? sentences.join("") : words;
}

function known(sentence: string): string | null {
  const said = SENTENCES[sentence];
  if (said !== undefined) return said;
  const [, signs] = FOUND.exec(sentence) ?? [];
  if (signs) {
    return `存在恶意添加外部联系人的迹象：${signs
      .split("; ")
      .map((one) => SIGNS[one] ?? one)
      .join("；")}。`;
  }
  const [, who, days, claim] = APPEAL.exec(sentence) ?? [];
  if (!claim) return null;
  const person = who === "The administrator account" ? "管理员账号" : "成员或管理员";
  return `${person}可在 ${days} 天内以“${CLAIMS[claim] ?? claim}”为由申诉。`;
}
