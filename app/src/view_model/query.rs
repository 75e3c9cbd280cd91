//! Filters live in the URL: reading them, and writing links that keep them.

use std::fmt::Write as _;
use std::str::FromStr;

use domain::assignments::DifferenceQuery;
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::groups::Grouping;
use domain::customers::CustomerQuery;
use domain::errors::FieldError;
use domain::exports::ExportQuery;
use domain::targets::SheetQuery;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use super::summary;

/// The tabs of the consumption dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tab {
    /// 总览.
    #[default]
    Overview,
    /// 费用走势.
    Trend,
    /// 费用分布.
    Distribution,
}

impl Tab {
    /// In the order shown.
    pub const ALL: [Self; 3] = [Self::Overview, Self::Trend, Self::Distribution];

    /// Its code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Trend => "trend",
            Self::Distribution => "distribution",
        }
    }
}

impl FromStr for Tab {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|tab| tab.code() == text).ok_or(())
    }
}

/// What the URL of the consumption dashboard says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Which tab.
    pub tab: Tab,
    /// The filters, the same on every tab.
    pub query: DashboardQuery,
    /// How the tabs by group are grouped.
    pub grouping: Grouping,
}

impl Asked {
    /// The same with other filters.
    #[must_use]
    pub fn with(&self, query: DashboardQuery) -> Self {
        Self { query, ..self.clone() }
    }

    /// The dashboard that shows it. What is usual is left out, but never everything: an address without conditions opens
    /// the page's default view.
    pub fn link(&self) -> String {
        let mut parameters = dashboard_parameters(&self.query);
        if self.tab != Tab::Overview {
            if self.tab == Tab::Distribution {
                parameters.retain(|(name, _)| *name != "step");
            }
            let usual = Grouping::default();
            let Grouping { by, sort, top } = self.grouping;
            let told = |told: bool, value: String| if told { value } else { String::new() };
            parameters.push(("tab", self.tab.code().to_owned()));
            parameters.push(("by", told(by != usual.by, by.to_string())));
            parameters.push(("sort", told(sort != usual.sort, sort.to_string())));
            parameters.push(("top", told(top != usual.top, top.to_string())));
        }
        if parameters.iter().all(|(_, value)| value.is_empty()) {
            parameters.push(("tab", self.tab.code().to_owned()));
        }
        link("/sales/dashboards/consumption", &parameters)
    }
}

/// Reads parameters and collects what cannot be read.
struct Reader<'a> {
    params: &'a ParamsMap,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    fn new(params: &'a ParamsMap) -> Self {
        Self { params, errors: Vec::new() }
    }

    fn text(&self, name: &str) -> String {
        self.params.get(name).map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<String> {
        let values = self.params.get_all(name).unwrap_or_default().into_iter().map(|value| value.trim().to_owned());
        values.filter(|value| !value.is_empty()).collect()
    }

    fn value<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.errors.push(FieldError::new(name, "malformed").with(text));
        }
        value
    }

    fn finish<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }
}

/// The dashboard's tab, filters and grouping from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn dashboard(params: &ParamsMap) -> Result<Asked, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let usual = Grouping::default();
    let asked = Asked {
        tab: read.value("tab").unwrap_or_default(),
        query: DashboardQuery {
            from: read.value("from"),
            to: read.value("to"),
            preset: read.value("range"),
            customer: read.text("customer"),
            customer_id: read.text("customer_id"),
            list: read.text("list"),
            manager: read.text("manager"),
            manager_id: read.text("manager_id"),
            managers: read.list("managers"),
            teams: read.list("teams"),
            association: read.value("association"),
            currency: read.value("currency"),
            attribution: read.value("attribution"),
            step: read.value("step"),
        },
        grouping: Grouping {
            by: read.value("by").unwrap_or(usual.by),
            sort: read.value("sort").unwrap_or(usual.sort),
            top: read.value("top").unwrap_or(usual.top),
        },
    };
    read.finish(asked)
}

/// The customer dashboard's month and filters from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn customer_dashboard(params: &ParamsMap) -> Result<DashboardQuery, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let query = DashboardQuery {
        to: read.value("month"),
        manager: read.text("manager"),
        manager_id: read.text("manager_id"),
        managers: read.list("managers"),
        teams: read.list("teams"),
        association: read.value("association"),
        currency: read.value("currency"),
        attribution: read.value("attribution"),
        ..DashboardQuery::default()
    };
    read.finish(query)
}

/// What the page of targets shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SheetTab {
    /// 业绩表: due beside targets.
    #[default]
    Sheet,
    /// 目标设置: targets to be set.
    Targets,
}

impl SheetTab {
    /// In the order shown.
    pub const ALL: [Self; 2] = [Self::Sheet, Self::Targets];

    /// Its code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::Targets => "targets",
        }
    }
}

impl FromStr for SheetTab {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|tab| tab.code() == text).ok_or(())
    }
}

/// What the URL of the page of targets says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SheetAsked {
    /// Which tab.
    pub tab: SheetTab,
    /// The filters.
    pub query: SheetQuery,
}

impl SheetAsked {
    /// The path of the page.
    pub const PATH: &'static str = "/sales/dashboards/targets";

    /// The page that shows it.
    pub fn link(&self) -> String {
        let SheetQuery { from, to, managers, teams, currency, attribution } = &self.query;
        let mut parameters = vec![("from", text(*from)), ("to", text(*to))];
        parameters.extend(people(teams, managers));
        parameters.extend([("currency", text(currency.as_ref())), ("attribution", text(*attribution))]);
        if self.tab != SheetTab::Sheet {
            parameters.push(("tab", self.tab.code().to_owned()));
        }
        link(Self::PATH, &parameters)
    }
}

/// The sheet's tab and filters from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn sheet(params: &ParamsMap) -> Result<SheetAsked, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let asked = SheetAsked {
        tab: read.value("tab").unwrap_or_default(),
        query: SheetQuery {
            from: read.value("from"),
            to: read.value("to"),
            managers: read.list("managers"),
            teams: read.list("teams"),
            currency: read.value("currency"),
            attribution: read.value("attribution"),
        },
    };
    read.finish(asked)
}

/// The bill lines' query from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn lines(params: &ParamsMap) -> Result<LineQuery, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let query = LineQuery {
        from: read.value("from"),
        to: read.value("to"),
        preset: read.value("range"),
        day: read.value("day"),
        first_day: read.value("first_day"),
        last_day: read.value("last_day"),
        search: read.text("search"),
        customer_id: read.text("customer_id"),
        list: read.text("list"),
        customer: read.text("customer"),
        account: read.text("account"),
        manager: read.text("manager"),
        manager_id: read.text("manager_id"),
        managers: read.list("managers"),
        teams: read.list("teams"),
        attribution: read.value("attribution"),
        order: read.text("order"),
        resource_id: read.text("resource_id"),
        resource_name: read.text("resource_name"),
        service: read.text("service"),
        association: read.value("association"),
        charge_mode: read.value("charge_mode"),
        bill_type: read.value("bill_type"),
        region: read.text("region"),
        currency: read.value("currency"),
        hide_zero: !read.text("hide_zero").is_empty(),
        after: read.text("after"),
    };
    read.finish(query)
}

/// What the export of a page holds, from the page's own parameters; none where no such page can be exported.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn export(view: &str, parameters: Vec<(String, String)>) -> Option<Result<ExportQuery, Vec<FieldError>>> {
    let mut params = ParamsMap::new();
    for (name, value) in parameters {
        params.insert(name, value);
    }
    match view {
        "lines" => Some(lines(&params).map(|query| ExportQuery::Lines(Box::new(query)))),
        "dashboard" => Some(dashboard(&params).map(|Asked { tab, query, grouping }| match tab {
            Tab::Overview => ExportQuery::Overview(query),
            Tab::Trend => ExportQuery::Trend(query, grouping),
            Tab::Distribution => ExportQuery::Distribution(query, grouping),
        })),
        "customers" => Some(customer_dashboard(&params).map(ExportQuery::Customers)),
        "summary" => Some(summary::asked(&params).map(|(query, view)| ExportQuery::Summary(Box::new(query), view))),
        "results" => Some(sheet(&params).map(|asked| ExportQuery::Results(Box::new(asked.query)))),
        _ => None,
    }
}

/// The customer list's query from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn customers(params: &ParamsMap) -> Result<CustomerQuery, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let query = CustomerQuery {
        name: read.text("name"),
        account: read.text("account"),
        id: read.text("id"),
        list: read.text("list"),
        manager: read.text("manager"),
        association: read.value("association"),
        unassigned: !read.text("unassigned").is_empty(),
        sort: read.value("sort"),
        page: read.value("page").unwrap_or(1),
    };
    read.finish(query)
}

/// What is asked of the comparison with the supplier's account managers from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn differences(params: &ParamsMap) -> Result<DifferenceQuery, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let query = DifferenceQuery {
        from: read.value("from"),
        to: read.value("to"),
        manager: read.text("manager"),
        show: read.value("show"),
        page: read.value("page").unwrap_or(1),
    };
    read.finish(query)
}

/// The page of a list from the URL; the first where none is named.
///
/// # Errors
/// A page that is no number.
pub fn page(params: &ParamsMap) -> Result<u32, Vec<FieldError>> {
    let mut read = Reader::new(params);
    let page = read.value("page").unwrap_or(1);
    read.finish(page)
}

/// A link to `path` with these parameters; empty ones are left out.
pub fn link(path: &str, parameters: &[(&str, String)]) -> String {
    let mut out = path.to_owned();
    let mut separator = '?';
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(separator);
        out.push_str(name);
        out.push('=');
        encode(value, &mut out);
        separator = '&';
    }
    out
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The dashboard's first tab with `query`.
pub fn dashboard_link(query: &DashboardQuery) -> String {
    Asked { query: query.clone(), ..Asked::default() }.link()
}

/// The lines behind the figures of `query`.
pub fn lines_link(query: &DashboardQuery, more: &[(&str, String)]) -> String {
    let mut parameters = dashboard_parameters(query);
    // The lines have no steps; what is searched here in names, account names and ids is their field `search`.
    parameters.retain(|(name, _)| *name != "step");
    for (name, _) in &mut parameters {
        if *name == "customer" {
            *name = "search";
        }
    }
    parameters.extend(more.iter().cloned());
    link("/sales/consumption/lines", &parameters)
}

fn dashboard_parameters(query: &DashboardQuery) -> Vec<(&'static str, String)> {
    let mut parameters = vec![
        ("from", text(query.from)),
        ("to", text(query.to)),
        ("range", text(query.preset)),
        ("customer", query.customer.clone()),
        ("customer_id", query.customer_id.clone()),
        ("list", query.list.clone()),
        ("manager", query.manager.clone()),
        ("manager_id", query.manager_id.clone()),
    ];
    parameters.extend(people(&query.teams, &query.managers));
    parameters.extend([
        ("association", text(query.association)),
        ("currency", text(query.currency.as_ref())),
        ("attribution", text(query.attribution)),
        ("step", text(query.step)),
    ]);
    parameters
}

/// Teams and account managers, a parameter each.
fn people<'a>(teams: &'a [String], managers: &'a [String]) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let teams = teams.iter().map(|team| ("teams", team.clone()));
    teams.chain(managers.iter().map(|manager| ("managers", manager.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_survives_its_url() {
        let mut params = ParamsMap::new();
        for (name, value) in
            [("from", "2026-01"), ("to", "2026-03"), ("customer", " 云 & 数 "), ("attribution", "today")]
        {
            params.insert(name, value.to_owned());
        }
        let Asked { tab, query, .. } = dashboard(&params).unwrap();
        assert_eq!(dashboard_link(&DashboardQuery::default()), "/sales/dashboards/consumption?tab=overview");
        assert_eq!(tab, Tab::Overview);
        assert_eq!(query.customer, "云 & 数");
        assert_eq!(
            dashboard_link(&query),
            "/sales/dashboards/consumption?from=2026-01&to=2026-03&customer=%E4%BA%91%20%26%20%E6%95%B0&attribution=today"
        );
    }

    #[test]
    fn a_tab_keeps_its_grouping_in_the_url() {
        let mut params = ParamsMap::new();
        for (name, value) in [("tab", "trend"), ("by", "manager"), ("top", "10"), ("sort", "paid")] {
            params.insert(name, value.to_owned());
        }
        let asked = dashboard(&params).unwrap();
        assert_eq!(asked.link(), "/sales/dashboards/consumption?tab=trend&by=manager&sort=paid");
    }

    #[test]
    fn several_managers_and_teams_survive_their_url() {
        let mut params = ParamsMap::new();
        for (name, value) in [("teams", "t1"), ("managers", "m1"), ("managers", "none"), ("managers", " ")] {
            params.insert(name, value.to_owned());
        }
        let asked = dashboard(&params).unwrap();
        assert_eq!(asked.link(), "/sales/dashboards/consumption?teams=t1&managers=m1&managers=none");
        assert!(lines_link(&asked.query, &[]).ends_with("lines?teams=t1&managers=m1&managers=none"));
        assert_eq!(lines(&params).unwrap().managers, ["m1", "none"]);
        assert_eq!(customer_dashboard(&params).unwrap().teams, ["t1"]);
        let asked = SheetAsked { tab: SheetTab::Targets, ..sheet(&params).unwrap() };
        assert_eq!(asked.link(), "/sales/dashboards/targets?teams=t1&managers=m1&managers=none&tab=targets");
    }

    #[test]
    fn the_address_of_an_export_reads_as_its_page_does() {
        let of = |view: &str, pairs: &[(&str, &str)]| {
            export(view, pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        let shown =
            [("by", "service"), ("sort", "name"), ("refunds", "1"), ("page", "3"), ("teams", "t1"), ("list", "l")];
        let Some(Ok(ExportQuery::Summary(query, view))) = of("summary", &shown) else { panic!("a summary") };
        assert_eq!((query.teams, query.list.as_str()), (vec!["t1".to_owned()], "l"));
        assert_eq!((view.by.code(), view.sort.code(), view.refunds), ("service", "name", true));
        let Some(Ok(ExportQuery::Results(query))) = of("results", &[("managers", "m1"), ("managers", "none")]) else {
            panic!("the sheet")
        };
        assert_eq!(query.managers, ["m1", "none"]);
        assert!(of("summary", &[("by", "colour")]).is_some_and(|read| read.is_err()));
        assert!(of("members", &[]).is_none());
    }

    #[test]
    fn what_a_url_spells_wrong_is_named() {
        let mut params = ParamsMap::new();
        for (name, value) in [("from", "2026-13"), ("association", "friend"), ("tab", "nowhere"), ("to", "")] {
            params.insert(name, value.to_owned());
        }
        let fields: Vec<String> = dashboard(&params).unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["tab", "from", "association"]);
    }
}
