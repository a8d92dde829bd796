"""The sample organisations: one to be shown around in, and five of other kinds beside it."""

from __future__ import annotations

from server.demo.cast import DAY_H, ENTERPRISE, Character, Company, hard_sell, unwanted

_HARBOUR = Company(
    ENTERPRISE,
    "Harbour Trading",
    (
        # She has some of her cap left at every hour: the start shows an add of hers.
        Character("li", "Li Na 李娜", adds=0.4, scans=2.0, accepts=0.75),
        Character("mu", "Mu Chen", adds=0.8, scans=0.4, accepts=0.7, way="group_chat"),
        Character("wang", "王伟", adds=2.5, scans=0.8, accepts=0.6, chats=45),
        Character("sun", "Sun Li", adds=0.3, scans=5.0, accepts=0.9, chats=60, replies=97.0),
        hard_sell("zhao", "赵敏", (70, 0), adds=5.0),
        Character("qian", "Qian Bo", accepts=0.6),
        Character("he", "He Yan", accepts=0.7),
        Character("tang", "Tang Yu", adds=0.5, accepts=0.7, linked_account_id="wx-tang"),
        Character("xu", "徐静", adds=0.5, accepts=0.7, linked_account_id="wx-xu"),
        Character("gao", "Gao Feng", scans=0.2, accepts=0.6),
        Character("shen", "沈冰", scans=0.2),
    ),
    profile={"legal_name": "Harbour Trading Ltd", "domain": "harbour.example", "size": "50"},
)

_FAMILY = "张刘陈杨黄吴周朱马胡郭林罗梁宋郑谢韩唐冯"
_GIVEN = (
    "敏",
    "晓东",
    "雨桐",
    "建国",
    "丽华",
    "子轩",
    "佳怡",
    "志强",
    "Grace",
    "Kevin",
    "Amy",
    "Leo",
)
_TEACHERS = tuple(
    Character(
        f"t{n:02}",
        f"{_FAMILY[n % len(_FAMILY)]}{_GIVEN[n % 8]}" if n % 5 else f"{_GIVEN[8 + n % 4]} {n:02}",
        adds=0.1 + 0.05 * (n % 4),
        scans=0.12 + 0.06 * (n % 3),
        accepts=0.6 + 0.03 * (n % 9),
        chats=8 + n % 30,
        replies=80.0 + n % 18,
    )
    for n in range(1, 57)
)

_YUNSHAN = Company(
    "yunshan",
    "云山教育 Yunshan Education",
    (
        *_TEACHERS,
        hard_sell("jiang", "江涛", (12 * DAY_H, 9.5 * DAY_H), adds=5.0),
        unwanted("ning", "宁静", (5 * DAY_H, 0), adds=4.5),
        Character("peng", "彭越", adds=0.3),
        Character("lin", "林晓", adds=0.3),
        Character("cai", "Cai Yi", adds=0.3),
    ),
    profile={
        "legal_name": "云山教育科技有限公司",
        "business_licence": "91310000",
        "legal_person": "云山",
        "industry": "Education",
        "size": "200",
        "address": "上海",
        "domain": "yunshan.example",
        "logo": "logo.png",
    },
    days=13,
)

_LANTERN = Company(
    "lantern",
    "灯笼茶室 Lantern Tea",
    tuple(
        Character(member_id, name, adds=0.8, scans=0.2, accepts=0.7)
        for member_id, name in (
            ("pang", "庞博"),
            ("yu", "Yu Xin"),
            ("bai", "白露"),
            ("mei", "Mei Lan 梅兰"),
            ("du", "杜鹃"),
            ("fan", "Fan Li"),
            ("kong", "孔明"),
            ("shi", "石磊"),
            ("ren", "任静"),
            ("tao", "Tao Jun"),
            ("lu", "陆遥"),
            ("zhou", "Zhou Qi"),
        )
    ),
    verification="none",
    profile={"legal_name": "灯笼茶室", "industry": "Catering"},
    days=12,
    fills=0.98,
)

_XINCHEN = Company(
    "xinchen",
    "新辰科技 Xinchen Tech",
    tuple(
        # So few that too little is known of it yet, at whatever hour the sample is made.
        Character(member_id, name, adds=0.05, scans=0.01, chats=6)
        for member_id, name in (("an", "安然"), ("bo", "Bo Qin"), ("cheng", "程诺"))
    ),
    verification="verified",
    days=1,
)

_NORDLICHT = Company(
    "nordlicht",
    "Nordlicht Reisen",
    (
        unwanted("anna", "Anna Krüger", (14 * DAY_H, 9 * DAY_H), adds=3.0),
        Character("jonas", "Jonas Weber"),
        Character("greta", "Greta Lindqvist"),
        Character("mehmet", "Mehmet Aydın", scans=1.5),
        Character("wei", "Wei Zhang 张薇", scans=2.0, accepts=0.8),
        Character("lena", "Lena Hoffmann", adds=0.5),
    ),
    verification="verified",
    profile={"legal_name": "Nordlicht Reisen GmbH", "industry": "Travel", "logo": "logo.png"},
    zone="Europe/Berlin",
)

_HUDSON = Company(
    "hudson",
    "Hudson Freight 哈德逊货运",
    (
        Character("brooks", "Sam Brooks"),
        Character("ortiz", "Elena Ortiz", scans=2.0),
        Character("lau", "刘家明 Ming Lau", scans=2.0, accepts=0.75),
        Character("reed", "Tom Reed", adds=0.4),
    ),
    verification="verified",
    profile={"legal_name": "Hudson Freight Inc", "industry": "Logistics"},
    zone="America/New_York",
    days=19,
)

COMPANIES = (_HARBOUR, _YUNSHAN, _LANTERN, _XINCHEN, _NORDLICHT, _HUDSON)
