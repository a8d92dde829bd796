"""The kinds of violation in the seed's own words, each with its description."""

KINDS: dict[str, str] = {
    "T1.HARASSING_CONTENT": (
        "Send harassing content including but not limited to content that causes harassment to "
        "users, such as frequently sending users advertising and marketing information, causing "
        "user complaints, blocking, etc."
    ),
    "T1.INDUCED_SHARING": (
        "Send inducing sharing content including but not limited to using rewards, using "
        "exaggerated and cursive language to intimidate, lure customers to share content to "
        "Moments, etc."
    ),
    "T1.MALICIOUS_ADD": (
        "Malicious addition of external contacts including but not limited to abusing the "
        "intercommunication function, maliciously adding external contacts, causing harassment "
        "and complaints to external contacts."
    ),
    "T2.LINKED_WECHAT_BLOCKED": "WeChat violations will affect the WeCom account.",
    "T3.PLUGIN": (
        "Use plug-in Use plug-ins, plug-ins or other third-party tools and services to access "
        "this software and related systems without Tencent’s permission, including but not "
        "limited to using plug-ins for multiple openings, automatic batch addition of friends, "
        "and circumventing corporate WeChat’s restrictions on the number of group messages."
    ),
    "T3.MALICIOUS_REGISTRATION": (
        "Malicious registration Malicious registration and use of corporate WeChat accounts, "
        "including but not limited to frequent registration, batch registration, abuse of "
        "multiple corporate WeChat accounts, theft and forgery of other people’s identity "
        "information for registration, and trading of corporate WeChat accounts"
    ),
    "T3.ACCOUNT_INFO": (
        "Account information violates regulations and laws Illegal and undesirable information "
        "appears in the account name, avatar, profile and other information, as well as "
        "infringement of the legal rights of others (including but not limited to trademark "
        "rights, reputation rights, and portrait rights, etc.), such as impersonating others, "
        "unauthorized use of others’ names and portraits"
    ),
    "T3.ONLINE_ORDER": (
        "Sending online order content Including, but not limited to, sending content to guide "
        "users to conduct fictitious transactions, to brush false positive reviews and sales; and"
        " to guide users to maliciously scan orders, slander competitors or deliberately give "
        "good reviews, creating the illusion of competitor’s self-checking orders, thereby "
        "causing them to be e-commerce The platform was deemed to be engaged in false "
        "transactions and was punished by degrading credit."
    ),
    "T3.SECURITY": (
        "Send content that endangers corporate WeChat security Including but not limited to "
        "sending or disseminating information such as phishing websites to induce users to be "
        "deceived and suffer losses; and sending viruses, files, computer codes or programs that "
        "may damage or interrupt the normal operation of the company’s WeChat."
    ),
    "T3.INFRINGEMENT": (
        "Send infringing content Including but not limited to sending content that infringes on "
        "the intellectual property rights, privacy rights, and reputation rights of others, such "
        "as illegally disclosing private content such as the contact information of others, "
        "insulting and slandering others"
    ),
    "T3.PORNOGRAPHY": (
        "Sending pornographic content Including but not limited to pornographic content such as "
        "sending erotic videos and pictures, recruiting prostitutes, looking for one-night "
        "stands, etc."
    ),
    "T3.VIOLENCE": (
        "Send violent and illegal content Including but not limited to sending or disseminating "
        "uncomfortable content such as human or animal abuse, self-harm, suicide, killing, "
        "maiming, shooting, stabbing, and torture, as well as sending and selling imitation guns,"
        " bows and arrows, controlled knives, air guns, etc. Lethal weapons content"
    ),
    "T3.GAMBLING": (
        "Send gambling content Including but not limited to sending and organizing crowd "
        "gambling, selling gambling equipment, teaching gambling (thousands of arts) skills, "
        "methods, methods, etc., and conducting gambling activities."
    ),
    "T3.GANG_TERROR": (
        "Send gang-related and terrorist content This includes, but is not limited to, sending or"
        " disseminating information of a criminal nature such as revenge for others, collection "
        "of accounts, etc.; hiring and inducing others to engage in terrorist and violent "
        "activities; forming gangs, recruiting members, and content that poses a potential hazard"
        " to social order."
    ),
    "T3.ILLEGAL": (
        "Sending illegal content Including but not limited to buying and selling invoices; "
        "selling fake cigarettes, counterfeit money, stolen goods, and smuggled goods; illegally "
        "engraving certificates, engraving ID cards, credit cards, handling mobile phone copy "
        "cards and other information; trading human organs, etc."
    ),
    "T3.FRAUD": (
        "Sending fraudulent information content Including, but not limited to, fraudulent "
        "information in the form of similar advertisements, such as health food and other "
        "counterfeit and inferior products that are obviously false and exaggerating the use "
        "effect; and fraudulent information in the form of pyramid schemes, fraudulent "
        "information for the purpose of obtaining personal information and data of others, and "
        "fraud Fraud information for the purpose of money, etc."
    ),
    "T3.FALSE_INFORMATION": (
        "Sending false information Refers to information generated by fabricating or distorting "
        "facts and concealing the truth without corresponding factual basis. Including but not "
        "limited to political false information involving opposition to the basic principles "
        "established by the Constitution, the socialist system, endangering national unity, "
        "sovereignty and territorial integrity, leaking state secrets, endangering national "
        "security, or harming national honor and interests; promote cults and feudal "
        "superstitions False information, etc."
    ),
    "T3.OTHER_ILLEGAL": (
        "Send other illegal content Including but not limited to sending or disseminating other "
        "normative documents that violate national laws, administrative regulations, departmental"
        " rules, local regulations, etc."
    ),
}
