import { texts } from "./language.ts";

/** The kinds of violation, by the messenger's published text; others are shown as they are sent. */
const kinds = texts<Record<string, string>>(
  {
    "T1.HARASSING_CONTENT": "Harassing content",
    "T1.INDUCED_SHARING": "Inducing sharing content",
    "T1.MALICIOUS_ADD": "Malicious addition of external contacts",
    "T2.LINKED_WECHAT_BLOCKED": "Violation of the linked WeChat account",
    "T3.PLUGIN": "Use of a plug-in",
    "T3.MALICIOUS_REGISTRATION": "Malicious registration",
    "T3.ACCOUNT_INFO": "Account information against regulations and laws",
    "T3.ONLINE_ORDER": "Online order content",
    "T3.SECURITY": "Content that endangers security",
    "T3.INFRINGEMENT": "Infringing content",
    "T3.PORNOGRAPHY": "Pornographic content",
    "T3.VIOLENCE": "Violent and illegal content",
    "T3.GAMBLING": "Gambling content",
    "T3.GANG_TERROR": "Gang-related and terrorist content",
    "T3.ILLEGAL": "Illegal content",
    "T3.FRAUD": "Fraudulent information",
    "T3.FALSE_INFORMATION": "False information",
    "T3.OTHER_ILLEGAL": "Other illegal content",
  },
  {
    "T1.HARASSING_CONTENT": "发送骚扰内容",
    "T1.INDUCED_SHARING": "发送诱导分享内容",
    "T1.MALICIOUS_ADD": "恶意添加外部联系人",
    "T2.LINKED_WECHAT_BLOCKED": "关联的微信账号违规",
    "T3.PLUGIN": "使用外挂",
    "T3.MALICIOUS_REGISTRATION": "恶意注册",
    "T3.ACCOUNT_INFO": "账号资料违反法律法规",
    "T3.ONLINE_ORDER": "发送网络刷单内容",
    "T3.SECURITY": "发送危害安全的内容",
    "T3.INFRINGEMENT": "发送侵权内容",
    "T3.PORNOGRAPHY": "发送色情内容",
    "T3.VIOLENCE": "发送暴力违法内容",
    "T3.GAMBLING": "发送赌博内容",
    "T3.GANG_TERROR": "发送涉黑涉恐内容",
    "T3.ILLEGAL": "发送违法内容",
    "T3.FRAUD": "发送欺诈信息",
    "T3.FALSE_INFORMATION": "发送虚假信息",
    "T3.OTHER_ILLEGAL": "发送其他违法内容",
  },
);

/** A kind of violation in words. */
export function violationKind(type: string): string {
  return kinds()[type] ?? type;
}
