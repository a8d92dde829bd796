"""Every sentence of the seed's §2 to §5 that states a rule, and where our code keeps it.

`docs/penalties.md` prints the table: what the seed says, what we do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from penalties.catalogue import SEED_KINDS
from tests.penalties import seed_cases as cases
from tests.penalties import seed_limits as limits
from tests.penalties import seed_redress as redress
from tests.penalties.seed_kinds import KINDS


@dataclass(frozen=True)
class Sentence:
    """One rule: where it stands, word for word, what we do, and the story that shows it.

    `shows` returns the ids of the published rules that it met.
    """

    clause: str
    quote: str
    does: str
    shows: Callable[[], frozenset[str]]


_TRACKS = {
    1: "the ladder: external functions for 72 hours, 168 hours, for good",
    2: "external functions until the unblocking",
    3: "the member account for good, once two reviewers say so",
}
_OF_KINDS = tuple(
    Sentence(
        kind.clause,
        KINDS[kind.id],
        f"`{kind.id}` brings {_TRACKS[kind.track]}.",
        cases.patterns_hold_active_adds
        if kind.id == "T1.MALICIOUS_ADD"
        else cases.of_kind(kind.id),
    )
    for kind in SEED_KINDS
)

SENTENCES: tuple[Sentence, ...] = (
    *_OF_KINDS,
    Sentence(
        "§2.2",
        "Step-by-step punishment of the member account:",
        "Strikes are counted for each member, and follow the person to other accounts; conduct "
        "before the last penalty is of its incident and no new step.",
        cases.a_ladder_of_the_member_alone,
    ),
    Sentence(
        "§2.2 (1)",
        "The first violation will prohibit the use of interoperability for a short time, and the "
        "enterprise administrator can apply for unblocking",
        "External functions are withheld for 72 hours. The administrator may apply once; if "
        "granted the restriction ends, the strike stays.",
        cases.the_first_is_short_and_may_be_applied_against,
    ),
    Sentence(
        "§2.2 (2)",
        "If you violate the regulations again, you will be prohibited from using the interworking "
        "function for a short time, and you cannot apply for unblocking",
        "168 hours, and no application is taken. That the facts are wrong may still be said.",
        cases.the_second_is_short_and_may_not,
    ),
    Sentence(
        "§2.2 (3)",
        "The third violation will permanently prohibit the use of interworking functions",
        "For good, once a second reviewer agrees; until then a hold of at most 72 hours.",
        cases.the_third_is_for_good,
    ),
    Sentence(
        "§2.2 Note",
        "Note: However, if it has caused a bad influence, regardless of the number of violations, "
        "the member account will be directly blocked, or even the enterprise account and the "
        "administrator account will be blocked.",
        "Severe: two reviewers block the member account whatever came before, the others where "
        "they ask for them by name.",
        cases.grave(1),
    ),
    Sentence(
        "§3",
        "When the WeCom account is linked to a WeChat account, WeChat violations will affect the "
        "WeCom account.",
        "A block of the linked account restricts the members linked to it by itself, without a "
        "strike and without points.",
        cases.a_blocked_link_affects_the_member,
    ),
    Sentence(
        "§3.2",
        "The WeCom member account that is linked to a WeChat account will be prohibited from "
        "using interoperability related functions (other functions will not be affected)",
        "Scope `interop`: adds in both directions and other external functions; the account "
        "itself is left alone.",
        cases.other_functions_stay,
    ),
    Sentence(
        "§3.2",
        "until the corresponding WeChat account is unblocked.",
        "No end of its own. Blocked again before the release: it stays. Unlinking releases nobody.",
        cases.it_lasts_until_the_unblocking,
    ),
    Sentence(
        "§3.2",
        "After the unblocking, the WeCom account will be automatically unblocked within 24 hours.",
        "Released by itself, by default an hour after the unblocking; a policy of more than 24 "
        "hours is refused.",
        cases.it_ends_by_itself_within_a_day,
    ),
    Sentence(
        "§3.2",
        "However, if the impact is bad, it is not ruled out that the account will be directly "
        "blocked, or even the administrator account and the enterprise account will be blocked.",
        "Severe: as under §2.2. Such a block does not end with the unblocking.",
        cases.grave(2),
    ),
    Sentence(
        "§4.1",
        "For detailed content specifications, please refer to “WeCom User Account Usage Guidelines",
        "The policy adds kinds of a deployment's own guidelines, under their own clauses.",
        cases.kinds_may_be_added,
    ),
    Sentence(
        "§4.2",
        "Permanently ban the member account.",
        "For good, with no steps before it; until a second reviewer agrees, external functions "
        "are held for at most 72 hours.",
        cases.for_good_and_two_say_so,
    ),
    Sentence(
        "§4.2",
        "However, if the impact is bad, it is not ruled out that the administrator account and "
        "the enterprise account are blocked at the same time",
        "Severe: the two reviewers may block them with the member's.",
        cases.grave(3),
    ),
    Sentence(
        "§5.1",
        "We encourage companies to use the WeCom account to add their real customers and serve "
        "customers, rather than using various methods for large-scale marketing and conversion, "
        "especially involving inducements and fraud.",
        "Being accepted raises the score, being deleted, blocked or complained about lowers it.",
        limits.real_customers_rather_than_marketing,
    ),
    Sentence(
        "§5.1",
        "Based on this, employee accounts and the entire WeCom account have restrictions on the "
        "number and frequency of adding external contacts.",
        "Daily caps and sliding bursts, of each member and of the whole enterprise.",
        limits.number_and_frequency_of_members_and_enterprises,
    ),
    Sentence(
        "§5.1",
        "However, WeCom will also try to meet the reasonable needs of different companies, so the "
        "specific restrictions may be different for different companies, not a fixed value, and "
        "related to the specific use of the company, including but not limited to:",
        "Caps follow the tier and the number of seats in use.",
        limits.not_a_fixed_value,
    ),
    Sentence(
        "§5.1",
        "The completeness of the main body information of the enterprise",
        "The part `profile` of the score: verification and attested fields.",
        limits.completeness,
    ),
    Sentence(
        "§5.1",
        "Enterprise usage",
        "The part `usage`: active days and answered chats, as a mean over the seats.",
        limits.usage,
    ),
    Sentence(
        "§5.1",
        "The historical feedback of existing WeChat customers (such as blocking, deleting, "
        "complaining, etc.)",
        "The part `feedback`: a complaint weighs 9, a block 3, having been deleted 1.",
        limits.feedback,
    ),
    Sentence(
        "§5.1",
        "Does the company comply with the above-mentioned usage specifications, etc.",
        "The part `compliance`: points of upheld violations, and days without one.",
        limits.compliance,
    ),
    Sentence(
        "§5.1",
        "In general, if companies comply with regulations and use them reasonably and actively, "
        "this upper limit will be higher.",
        "A better score is a higher tier, a tier at a midnight, and its caps.",
        limits.a_higher_upper_limit,
    ),
    Sentence(
        "§5.1",
        "If you need to add more customers in a short time, you can give priority to using the "
        "“multiple contact me QR code” to avoid adding many customers to one account in a short "
        "time.",
        "A scan is routed to the member with most room; being added has ten times the cap.",
        limits.several_qr_codes_share,
    ),
    Sentence(
        "§5.1",
        "Be cautious about large-scale WeChat that actively adds customers, such as adding "
        "customers through mobile phone number online search, causing harassment to WeChat "
        "customers.",
        "A phone search is a cold way; numbers searched in a row are a pattern that is enforced.",
        limits.caution_about_phone_searches,
    ),
    Sentence(
        "§5.2",
        "It will be dealt with according to the severity of the impact and the actual use of the "
        "company.",
        "What is not severe restricts the member alone; the enterprise's score is lowered by the "
        "share of its seats with a violation.",
        redress.by_severity_and_never_by_itself,
    ),
    Sentence(
        "§5.2 Note",
        "Note: According to the actual operating data of the platform, it is rare that the entire "
        "WeCom account is blocked due to the use of individual members.",
        "Never by itself and never by one reviewer; the grounds are on record, the rate is "
        "published.",
        redress.blocks_of_an_enterprise_are_rare,
    ),
    Sentence(
        "§5.3",
        "If the company and its employees confirm that their actual use has not violated the "
        "regulations, they can deal with it as follows:",
        "Member and administrator may appeal; another reviewer decides, and what is overturned is "
        "as if it had never been.",
        redress.a_mistake_can_be_said_to_be_one,
    ),
    Sentence(
        "§5.3",
        "If it is only an internal employee account that triggers a penalty (non-permanent ban), "
        "you can appeal and unblock it according to specific page guidelines.",
        "Every penalty of a member that is not for good may be appealed; for good ones where the "
        "policy opens `permanent_review`.",
        redress.what_is_not_permanent_may_be_appealed,
    ),
    Sentence(
        "§5.3",
        "If the entire company is blocked, you can appeal to Tencent customer support with the "
        "relevant qualification documents of the company (including business license, legal "
        "person ID card, legal person’s hand-held ID card, and company seal authorization letter, "
        "etc.) through the company’s WeCom admin account.",
        "The administrator account keeps an access for appeals while blocked; all four documents "
        "are needed before the appeal can succeed.",
        redress.an_enterprise_brings_four_documents,
    ),
)
"""In the seed's order but for the kinds, which come first."""

NO_RULES: tuple[str, ...] = (
    "2. Penalty rule #1",
    "2.1 Corresponding violations",
    "2.2 Punishment measures",
    "3. Penalty rule #2",
    "Linked WeCom account:",
    "3.1 Corresponding violations",
    "3.2 Punishment measures",
    "4. Penalty rule #3",
    "4.1 Corresponding violations",
    "4.2 Punishment measures:",
    "5. Common problem",
    "5.1 How many external contacts can be added to a WeCom account in one day?",
    "It is also recommended that companies:",
    "5.2 If an employee account in the company is blocked, will it affect the entire company?",
    "For details, please refer to the above violation penalty rules.",
    "5.3 What can I do if my company encounters an account that has been blocked or",
    "restricted by mistake?",
    "Skip to content",
)
"""What else stands in these clauses: headings, questions, references, a link of the page."""
