//! The demo partner's customers: coined companies, how large each is, and how its consumption goes.

use std::collections::BTreeSet;

use domain::customers::AssociationType;

use super::catalogue::Site;
use super::random::{Random, place};

/// How many customers there are; the last [`INTERNATIONAL`] are billed in USD by the international site.
pub(super) const CUSTOMERS: usize = 60;
const INTERNATIONAL: usize = 2;

/// A customer of the demo partner.
#[derive(Debug, Clone)]
pub struct DemoCustomer {
    /// The supplier's id of the account: 32 hexadecimal digits.
    pub account_id: String,
    /// The account's name: ASCII.
    pub account_name: String,
    /// The company's name.
    pub name: String,
    /// Contact: a number that nobody has.
    pub phone: String,
    /// Contact: an address in a reserved domain.
    pub email: String,
    /// How it is associated.
    pub association: AssociationType,
    /// Which of the supplier's sites bills it.
    pub site: Site,
    pub(super) profile: Profile,
}

/// How a customer's consumption goes.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub(super) industry: &'static Industry,
    /// Rank by size, from 0.
    pub(super) rank: usize,
    /// Cents a month at list price, in the first month.
    pub(super) monthly: i64,
    /// Percent off the list price.
    pub(super) discount: i64,
    /// Settles by credit line instead of cash.
    pub(super) postpaid: bool,
    /// Growth a month, permille.
    pub(super) growth: i64,
    /// First month with consumption: 0 was there before the demo's first month.
    pub(super) starts: i32,
    /// Last month with consumption, for the few that left.
    pub(super) ends: Option<i32>,
}

/// A line of business, with what it uses most and when.
#[derive(Debug)]
pub(super) struct Industry {
    pub(super) name: &'static str,
    pub(super) pinyin: &'static str,
    /// Codes of the services used by the hour or gigabyte, the largest first.
    pub(super) services: [&'static str; 5],
    /// Consumption in permille of the usual, January to December.
    pub(super) season: [i64; 12],
    /// The same for Saturdays and Sundays.
    pub(super) weekend: i64,
}

const OFFICE_SEASON: [i64; 12] = [1010, 900, 1000, 1000, 990, 1010, 1000, 1000, 1010, 960, 1020, 1040];
const SHOP_SEASON: [i64; 12] = [1000, 880, 960, 960, 1020, 1230, 970, 960, 1000, 1020, 1310, 1090];
const SCHOOL_SEASON: [i64; 12] = [880, 820, 1120, 1100, 1080, 1030, 780, 800, 1140, 1090, 1080, 1040];
const LEISURE_SEASON: [i64; 12] = [1080, 1150, 960, 950, 1010, 980, 1120, 1140, 960, 1080, 960, 1000];

static INDUSTRIES: [Industry; 10] = [
    industry(("智能制造", "zhizao"), ["ECS", "RDS", "CCE", "OBS", "EIP"], OFFICE_SEASON, 860),
    industry(("电子商务", "dianshang"), ["ECS", "CDN", "RDS", "DCS", "ELB"], SHOP_SEASON, 1090),
    industry(("网络科技", "wangluo"), ["CCE", "ECS", "EIP", "DCS", "OBS"], OFFICE_SEASON, 930),
    industry(("在线教育", "jiaoyu"), ["CDN", "ECS", "OBS", "RDS", "EIP"], SCHOOL_SEASON, 1120),
    industry(("互动娱乐", "yule"), ["ECS", "CDN", "DCS", "EIP", "RDS"], LEISURE_SEASON, 1210),
    industry(("人工智能", "ai"), ["ModelArts", "OBS", "ECS", "CCE", "EIP"], OFFICE_SEASON, 970),
    industry(("供应链管理", "gongyinglian"), ["ECS", "RDS", "DWS", "EIP", "OBS"], SHOP_SEASON, 880),
    industry(("医疗信息", "yiliao"), ["RDS", "ECS", "OBS", "DWS", "ELB"], OFFICE_SEASON, 900),
    industry(("文化传媒", "chuanmei"), ["CDN", "OBS", "ECS", "EIP", "DCS"], LEISURE_SEASON, 1080),
    industry(("数据服务", "shuju"), ["DWS", "MRS", "ECS", "OBS", "RDS"], OFFICE_SEASON, 890),
];

const fn industry(
    (name, pinyin): (&'static str, &'static str),
    services: [&'static str; 5],
    season: [i64; 12],
    weekend: i64,
) -> Industry {
    Industry { name, pinyin, services, season, weekend }
}

const CITIES: [&str; 14] =
    ["北京", "上海", "深圳", "杭州", "广州", "成都", "南京", "苏州", "武汉", "西安", "长沙", "厦门", "合肥", "青岛"];
const FIRST: [(&str, &str); 18] = [
    ("澄", "cheng"),
    ("砺", "li"),
    ("禾", "he"),
    ("岚", "lan"),
    ("霁", "ji"),
    ("朔", "shuo"),
    ("沐", "mu"),
    ("衡", "heng"),
    ("拓", "tuo"),
    ("翎", "ling"),
    ("铎", "duo"),
    ("骁", "xiao"),
    ("汀", "ting"),
    ("湛", "zhan"),
    ("栩", "xu"),
    ("崧", "song"),
    ("翊", "yi"),
    ("筠", "yun"),
];
const SECOND: [(&str, &str); 14] = [
    ("岳", "yue"),
    ("桥", "qiao"),
    ("帆", "fan"),
    ("原", "yuan"),
    ("柏", "bai"),
    ("舟", "zhou"),
    ("川", "chuan"),
    ("曜", "yao"),
    ("图", "tu"),
    ("谷", "gu"),
    ("屿", "yu"),
    ("野", "ye"),
    ("石", "shi"),
    ("辰", "chen"),
];

/// All customers, the largest first.
pub(super) fn customers(seed: u64, months: i32) -> Vec<DemoCustomer> {
    let mut random = Random::at(seed, &[1]);
    let mut coined = BTreeSet::new();
    (0..CUSTOMERS).map(|rank| customer(&mut random, &mut coined, rank, months)).collect()
}

fn customer(random: &mut Random, coined: &mut BTreeSet<String>, rank: usize, months: i32) -> DemoCustomer {
    let (coin, pinyin) = coin(random, coined);
    // Not in step with the courses of `profile`: each industry has customers that grow and customers that leave.
    let industry = &INDUSTRIES[(rank * 7 + rank / 10 * 3) % INDUSTRIES.len()];
    let site = if rank + INTERNATIONAL < CUSTOMERS { Site::Mainland } else { Site::International };
    let form = if rank < 6 { "股份有限公司" } else { "有限公司" };
    let association = if (rank * 3 + rank / 7) % 5 < 2 || site == Site::International {
        AssociationType::Reseller
    } else {
        AssociationType::Referral
    };
    DemoCustomer {
        account_id: random.hex(32),
        account_name: format!("{pinyin}_{}", industry.pinyin),
        name: format!("{}{coin}{}{form}", random.pick(&CITIES), industry.name),
        phone: format!("1380000{:04}", random.between(0, 9999)),
        email: format!("it@{pinyin}.example"),
        association,
        site,
        profile: profile(random, (rank, site, association), industry, months),
    }
}

/// Two characters that no other customer has, and how they sound.
fn coin(random: &mut Random, coined: &mut BTreeSet<String>) -> (String, String) {
    loop {
        let (first, second) = (random.pick(&FIRST), random.pick(&SECOND));
        let pinyin = format!("{}{}", first.1, second.1);
        if coined.insert(pinyin.clone()) {
            return (format!("{}{}", first.0, second.0), pinyin);
        }
    }
}

fn profile(
    random: &mut Random,
    (rank, site, association): (usize, Site, AssociationType),
    industry: &'static Industry,
    months: i32,
) -> Profile {
    let size = i64::try_from(rank).unwrap_or_default();
    let (mut growth, mut starts, mut ends) = (random.between(-3, 14), 0, None);
    // Every tenth customer does the same kind of thing, so that each kind is there at every size.
    match rank % 10 {
        1 | 4 | 7 => growth = random.between(22, 38),
        3 => growth = random.between(-55, -30),
        5 | 9 => {
            starts = i32::try_from(random.between(2, i64::from(months) - 3)).unwrap_or(2);
            growth = random.between(15, 50);
        }
        8 if site == Site::Mainland => ends = i32::try_from(random.between(8, i64::from(months) - 3)).ok(),
        _ => {}
    }
    Profile {
        industry,
        rank,
        monthly: match site {
            Site::Mainland => 168_000_000 / (2 * size + 5),
            Site::International => 900_000 / (size - 56),
        },
        discount: random.between(4, 30),
        postpaid: association == AssociationType::Referral && rank.is_multiple_of(3),
        growth,
        starts,
        ends,
    }
}

impl Profile {
    /// Whether it consumes in that month.
    pub(super) fn active(&self, month: i32) -> bool {
        month >= self.starts && self.ends.is_none_or(|last| month <= last)
    }

    /// Consumption in that month in permille of the first one's: growth, and a ramp for the first months of who came later.
    pub(super) fn level(&self, month: i32) -> i64 {
        let age = month - self.starts;
        let grown = (0..age).fold(1000, |level, _| level * (1000 + self.growth) / 1000);
        match age {
            0 if self.starts > 0 => grown * 350 / 1000,
            1 if self.starts > 0 => grown * 700 / 1000,
            _ => grown,
        }
    }

    /// A stream of numbers for this customer.
    pub(super) fn random(&self, seed: u64, places: [u64; 2]) -> Random {
        Random::at(seed, &[2, place(self.rank), places[0], places[1]])
    }
}
