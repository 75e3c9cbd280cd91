//! What the supplier sells: its sites, regions and services.
//!
//! Services, regions and units are those of the supplier's public price list; the prices are of the right order and no more.

/// One of the supplier's sites. Each bills through an account and in a currency of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// 中国站: CNY.
    Mainland,
    /// 国际站: USD.
    International,
}

impl Site {
    /// Both, in the order of the bill files.
    pub(super) const ALL: [Self; 2] = [Self::Mainland, Self::International];

    /// The supplier, as its bills name it.
    pub fn supplier(self) -> &'static str {
        match self {
            Self::Mainland => "华为云",
            Self::International => "Huawei Cloud",
        }
    }

    /// Who issues the invoice.
    pub(super) fn issuer(self) -> &'static str {
        match self {
            Self::Mainland => "华为云计算技术有限公司",
            Self::International => "Sparkoo Technologies Singapore Pte. Ltd.",
        }
    }

    /// The partner's account that pays: id and name.
    pub(super) fn billing_account(self) -> (&'static str, &'static str) {
        match self {
            Self::Mainland => ("05f2a3c9d48e4b7fa1c06d52e9b7d310", "yunqiao_partner"),
            Self::International => ("7c1e90b2a6d34f58b3e24a90cf61d885", "yunqiao_partner_intl"),
        }
    }

    /// ISO 4217.
    pub(super) fn currency(self) -> &'static str {
        match self {
            Self::Mainland => "CNY",
            Self::International => "USD",
        }
    }

    /// What its bill files are called before the month.
    pub(super) fn file_stem(self) -> &'static str {
        match self {
            Self::Mainland => "huaweicloud-focus",
            Self::International => "huaweicloud-intl-focus",
        }
    }

    /// Code and name of the regions that its customers use, the usual ones several times.
    pub(super) fn regions(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Mainland => &[
                ("cn-north-4", "华北-北京四"),
                ("cn-north-4", "华北-北京四"),
                ("cn-north-4", "华北-北京四"),
                ("cn-east-3", "华东-上海一"),
                ("cn-east-3", "华东-上海一"),
                ("cn-south-1", "华南-广州"),
                ("cn-south-1", "华南-广州"),
                ("cn-southwest-2", "西南-贵阳一"),
                ("cn-north-9", "华北-乌兰察布一"),
                ("ap-southeast-1", "中国-香港"),
            ],
            Self::International => &[("ap-southeast-3", "AP-Singapore"), ("ap-southeast-2", "AP-Bangkok")],
        }
    }
}

/// A service of the supplier.
#[derive(Debug)]
pub(super) struct Product {
    /// Short and stable.
    pub(super) code: &'static str,
    /// In Chinese and English.
    pub(super) names: [&'static str; 2],
    /// FOCUS `ServiceCategory`.
    pub(super) category: &'static str,
    /// In Chinese and English.
    pub(super) resource: [&'static str; 2],
    /// What it is sold by when used, in Chinese and English.
    pub(super) unit: [&'static str; 2],
    /// Price of a unit in 10⁻⁴ yuan.
    pub(super) price: i64,
    /// Price of a month of one instance in 10⁻⁴ yuan.
    pub(super) month_price: i64,
    /// What people call such a resource.
    pub(super) stems: &'static [&'static str],
}

impl Product {
    /// Its name on a site's bills.
    pub(super) fn name(&self, site: Site) -> &'static str {
        self.names[language(site)]
    }

    /// Its kind of resource on a site's bills.
    pub(super) fn resource_type(&self, site: Site) -> &'static str {
        self.resource[language(site)]
    }

    /// Its unit on a site's bills.
    pub(super) fn unit(&self, site: Site) -> &'static str {
        self.unit[language(site)]
    }
}

/// Index into a pair of Chinese and English.
pub(super) fn language(site: Site) -> usize {
    usize::from(site == Site::International)
}

const HOUR: [&str; 2] = ["小时", "Hour"];
const GIGABYTE: [&str; 2] = ["GB", "GB"];

pub(super) static PRODUCTS: [Product; 16] = [
    Product {
        code: "ECS",
        names: ["弹性云服务器 ECS", "Elastic Cloud Server"],
        category: "Compute",
        resource: ["云主机", "VM"],
        unit: HOUR,
        price: 12_600,
        month_price: 5_760_000,
        stems: &["web", "app", "gateway", "job"],
    },
    Product {
        code: "CCE",
        names: ["云容器引擎 CCE", "Cloud Container Engine"],
        category: "Compute",
        resource: ["容器节点", "Node"],
        unit: HOUR,
        price: 18_400,
        month_price: 8_240_000,
        stems: &["k8s", "cluster"],
    },
    Product {
        code: "EVS",
        names: ["云硬盘 EVS", "Elastic Volume Service"],
        category: "Storage",
        resource: ["云硬盘", "Disk"],
        unit: GIGABYTE,
        price: 33,
        month_price: 1_000_000,
        stems: &["data", "volume"],
    },
    Product {
        code: "OBS",
        names: ["对象存储服务 OBS", "Object Storage Service"],
        category: "Storage",
        resource: ["标准存储", "Standard Storage"],
        unit: GIGABYTE,
        price: 990,
        month_price: 2_100_000,
        stems: &["assets", "backup", "media", "logs"],
    },
    Product {
        code: "RDS",
        names: ["云数据库 RDS", "Relational Database Service"],
        category: "Databases",
        resource: ["云数据库实例", "DB Instance"],
        unit: HOUR,
        price: 31_500,
        month_price: 14_200_000,
        stems: &["mysql", "pg", "orders-db"],
    },
    Product {
        code: "EIP",
        names: ["弹性公网IP EIP", "Elastic IP"],
        category: "Networking",
        resource: ["公网流量", "Traffic"],
        unit: GIGABYTE,
        price: 8000,
        month_price: 1_840_000,
        stems: &["eip", "outbound"],
    },
    Product {
        code: "CDN",
        names: ["内容分发网络 CDN", "Content Delivery Network"],
        category: "Networking",
        resource: ["CDN流量", "CDN Traffic"],
        unit: GIGABYTE,
        price: 1800,
        month_price: 4_500_000,
        stems: &["static", "video", "download"],
    },
    Product {
        code: "ELB",
        names: ["弹性负载均衡 ELB", "Elastic Load Balance"],
        category: "Networking",
        resource: ["独享型负载均衡器", "Load Balancer"],
        unit: HOUR,
        price: 6200,
        month_price: 2_680_000,
        stems: &["lb", "ingress"],
    },
    Product {
        code: "ModelArts",
        names: ["AI开发平台 ModelArts", "ModelArts"],
        category: "AI and Machine Learning",
        resource: ["训练资源", "Training"],
        unit: ["卡时", "Card-Hour"],
        price: 142_500,
        month_price: 68_000_000,
        stems: &["train", "notebook", "infer"],
    },
    Product {
        code: "DCS",
        names: ["分布式缓存服务 DCS", "Distributed Cache Service"],
        category: "Databases",
        resource: ["Redis实例", "Redis Instance"],
        unit: HOUR,
        price: 9600,
        month_price: 4_150_000,
        stems: &["redis", "session"],
    },
    Product {
        code: "DWS",
        names: ["数据仓库服务 DWS", "Data Warehouse Service"],
        category: "Analytics",
        resource: ["数仓节点", "Warehouse Node"],
        unit: HOUR,
        price: 84_200,
        month_price: 38_600_000,
        stems: &["dw", "report"],
    },
    Product {
        code: "MRS",
        names: ["MapReduce服务 MRS", "MapReduce Service"],
        category: "Analytics",
        resource: ["MRS节点", "MRS Node"],
        unit: HOUR,
        price: 26_800,
        month_price: 12_400_000,
        stems: &["spark", "flink"],
    },
    Product {
        code: "WAF",
        names: ["Web应用防火墙 WAF", "Web Application Firewall"],
        category: "Security",
        resource: ["WAF实例", "WAF Instance"],
        unit: HOUR,
        price: 20_000,
        month_price: 9_800_000,
        stems: &["waf"],
    },
    Product {
        code: "HSS",
        names: ["企业主机安全 HSS", "Host Security Service"],
        category: "Security",
        resource: ["主机安全配额", "Host Quota"],
        unit: HOUR,
        price: 1200,
        month_price: 1_150_000,
        stems: &["hss"],
    },
    Product {
        code: "Domains",
        names: ["域名注册服务 Domains", "Domains"],
        category: "Web",
        resource: ["域名", "Domain"],
        unit: ["年", "Year"],
        price: 690_000,
        month_price: 690_000,
        stems: &["brand"],
    },
    Product {
        code: "Professional",
        names: ["专业服务 PS", "Professional Services"],
        category: "Other",
        resource: ["上云迁移服务", "Migration Service"],
        unit: ["人天", "Person-Day"],
        price: 28_000_000,
        month_price: 28_000_000,
        stems: &["migration", "review"],
    },
];

/// The product of that code; the first one for a code that is none.
pub(super) fn product(code: &str) -> &'static Product {
    PRODUCTS.iter().find(|product| product.code == code).unwrap_or(&PRODUCTS[0])
}
