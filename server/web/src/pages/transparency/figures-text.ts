import { texts } from "../../text/language.ts";

type Told = {
  sections: Record<string, string>;
  /** By the names of docs/transparency.md: what a figure is, and what it counts. */
  figures: Record<string, [name: string, counts: string]>;
};

/** What each section and figure is called, and what it counts, in plain words. */
export const told = texts<Told>(
  {
    sections: {
      penalties: "Penalties",
      holds: "Holds",
      ended_early: "Ended before their time",
      violations: "Violations",
      cases: "Cases",
      appeals: "Appeals",
      applications: "Unblock applications",
      enterprises: "Blocked enterprises",
      flags: "Flags of patterns",
    },
    figures: {
      "penalties.imposed": [
        "Imposed",
        "Penalties that began, also those overturned since; one for each thing taken away.",
      ],
      "holds.imposed": [
        "Imposed",
        "Restrictions until a person has decided, which are no penalties.",
      ],
      "violations.reported": ["Reported", "Came on record, also those upheld at once."],
      "violations.upheld": ["Upheld", "Found to be violations in this period."],
      "violations.dismissed": ["Dismissed", "Reported, and found to be none."],
      "violations.overturned": ["Overturned", "Once upheld, now found to have been none."],
      "cases.opened": ["Opened", "Cases opened in this period."],
      "cases.confirmed": [
        "Confirmed",
        "Became a violation; by the second person where two decide.",
      ],
      "cases.dismissed": ["Dismissed", "Found to be none."],
      "cases.median_hours_until_decided": [
        "Median time until decided",
        "From opening to decision, of those confirmed or dismissed.",
      ],
      "appeals.filed": ["Filed", "Appeals filed, re-opened ones too."],
      "appeals.overturned": ["Overturned", "Their penalty was found wrong and taken back."],
      "appeals.modified": ["Modified", "They shortened their penalty."],
      "appeals.rejected": ["Rejected", "They changed nothing."],
      "appeals.withdrawn": ["Withdrawn", "Taken back by whoever filed them."],
      "appeals.expired": ["Expired", "Information that was asked for never came."],
      "appeals.share_overturned": [
        "Share overturned",
        "Overturned, of all overturned, modified or rejected.",
      ],
      "appeals.median_hours_until_decided": [
        "Median time until decided",
        "From filing to decision; waiting for information is in it.",
      ],
      "appeals.beyond_target": ["Later than promised", "Decided after the policy's target."],
      "applications.filed": ["Filed", "Applications to be unblocked."],
      "applications.approved": ["Approved", "The penalty ended, or was overturned meanwhile."],
      "applications.rejected": ["Rejected", "They changed nothing."],
      "applications.withdrawn": ["Withdrawn", "Taken back by whoever filed them."],
      "applications.expired": ["Expired", "The penalty ended before anybody decided."],
      "applications.median_hours_until_decided": [
        "Median time until decided",
        "From filing to decision, of those approved or rejected.",
      ],
      "applications.beyond_target": ["Later than promised", "Decided after the policy's target."],
      "enterprises.blocked": ["Blocked", "Enterprises newly blocked as a whole, each once."],
      "enterprises.on_record": ["On record", "All enterprises seen before the period's end."],
      "enterprises.share_blocked": ["Share blocked", "Blocked, of those on record."],
      "enterprises.members_hit_without_violation": [
        "Members hit without a violation",
        "Members of blocked enterprises with no upheld violation of their own.",
      ],
      "flags.raised": [
        "Raised",
        "Flags, also those written off since; may come up to 30 days late.",
      ],
    },
  },
  {
    sections: {
      penalties: "处罚",
      holds: "临时限制",
      ended_early: "提前结束",
      violations: "违规",
      cases: "案件",
      appeals: "申诉",
      applications: "解封申请",
      enterprises: "被封禁的企业",
      flags: "识别规则标记",
    },
    figures: {
      "penalties.imposed": ["已施加", "在此周期内开始的处罚，含之后被撤销的；每个受限范围计一次。"],
      "holds.imposed": ["已施加", "人工决定之前的临时限制，不属于处罚。"],
      "violations.reported": ["已上报", "进入记录的违规，含当场认定的。"],
      "violations.upheld": ["已认定", "在此周期内认定属实。"],
      "violations.dismissed": ["不成立", "上报后认定不属违规。"],
      "violations.overturned": ["已撤销", "曾被认定，之后确认并非违规。"],
      "cases.opened": ["已立案", "在此周期内立案的案件。"],
      "cases.confirmed": ["已确认", "认定为违规；需两人决定的以第二人为准。"],
      "cases.dismissed": ["已撤案", "认定不属违规。"],
      "cases.median_hours_until_decided": [
        "处理时长中位数",
        "从立案到决定，仅统计已确认或已撤案的案件。",
      ],
      "appeals.filed": ["已提交", "提交的申诉，含重新开启的。"],
      "appeals.overturned": ["已撤销处罚", "处罚被认定有误并撤销。"],
      "appeals.modified": ["已变更", "处罚因申诉而缩短。"],
      "appeals.rejected": ["已驳回", "未改变处罚。"],
      "appeals.withdrawn": ["已撤回", "由提交者撤回。"],
      "appeals.expired": ["已过期", "未在期限内补充材料。"],
      "appeals.share_overturned": ["撤销比例", "撤销数占撤销、变更与驳回总数的比例。"],
      "appeals.median_hours_until_decided": [
        "处理时长中位数",
        "从提交到决定，含等待补充材料的时间。",
      ],
      "appeals.beyond_target": ["超出承诺时限", "决定时间晚于策略规定的目标。"],
      "applications.filed": ["已提交", "提交的解封申请。"],
      "applications.approved": ["已批准", "处罚因此结束，或在申请期间被撤销。"],
      "applications.rejected": ["已驳回", "未改变处罚。"],
      "applications.withdrawn": ["已撤回", "由提交者撤回。"],
      "applications.expired": ["已过期", "在作出决定之前处罚已结束。"],
      "applications.median_hours_until_decided": [
        "处理时长中位数",
        "从提交到决定，仅统计已批准或已驳回的申请。",
      ],
      "applications.beyond_target": ["超出承诺时限", "决定时间晚于策略规定的目标。"],
      "enterprises.blocked": ["新封禁", "被整体封禁的企业，每家计一次。"],
      "enterprises.on_record": ["在册企业", "周期结束前出现过的所有企业。"],
      "enterprises.share_blocked": ["封禁比例", "新封禁企业占在册企业的比例。"],
      "enterprises.members_hit_without_violation": [
        "受牵连成员",
        "被封禁企业中自身没有违规的成员。",
      ],
      "flags.raised": ["已产生", "识别规则产生的标记，含之后被撤除的；最多可能延迟 30 天到达。"],
    },
  },
);
