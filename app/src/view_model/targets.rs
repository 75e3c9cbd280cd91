//! Targets and completion as texts and links.

use domain::consumption::{Basis, DashboardQuery};
use domain::money::{Amount, Total};
use domain::periods::Month;
use domain::targets::{Figure, SheetQuery, TargetBoard, TargetChange, TeamLines};

use super::query::{SheetAsked, lines_link, link};

/// What stands where there is no figure: no target is not a target of zero.
pub const NONE: &str = "—";

/// Due, target and completion as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureText {
    /// At a glance, and every digit.
    pub due: (String, String),
    /// The same; [`NONE`] without a target.
    pub target: (String, String),
    /// In percent; [`NONE`] without a target.
    pub completion: String,
    /// The part of the due that has a target, every digit; none where that is all of it, or nothing.
    pub measured: Option<String>,
    /// The class of the completion: reached or not yet.
    pub class: &'static str,
    /// Whether there may be lines behind the due.
    pub has_lines: bool,
}

/// The texts of a figure.
pub fn figure_text(figure: &Figure) -> FigureText {
    let both = |total: Total| (total.short(), total.exact());
    FigureText {
        due: both(figure.due),
        target: figure.target.map_or_else(|| (NONE.to_owned(), NONE.to_owned()), both),
        completion: figure.completion().unwrap_or_else(|| NONE.to_owned()),
        measured: figure.is_partial().then(|| figure.measured.exact()),
        class: match figure.is_reached() {
            None => "muted",
            Some(true) => "completion is-reached",
            Some(false) => "completion",
        },
        has_lines: figure.due != Total::ZERO,
    }
}

/// Whose row of the sheet it is.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// An account manager, by id.
    Manager(&'a str),
    /// A team, or those without one.
    Team(&'a TeamLines),
    /// What nobody manages.
    Unassigned,
    /// The total.
    Everyone,
}

/// The lines behind a row of the sheet, or behind one month of it.
pub fn lines_of(query: &SheetQuery, basis: &Basis, whose: Whose, month: Option<Month>) -> String {
    let mut lines = DashboardQuery {
        from: Some(month.unwrap_or(basis.range.from)),
        to: Some(month.unwrap_or(basis.range.to)),
        currency: basis.currency.clone(),
        // who sees own customers only has no choice
        attribution: basis.sees_all.then_some(basis.attribution),
        ..query.consumption()
    };
    match whose {
        Whose::Everyone => {}
        Whose::Manager(id) => only(&mut lines, vec![id.to_owned()]),
        Whose::Unassigned => only(&mut lines, vec!["none".to_owned()]),
        Whose::Team(team) => match &team.team {
            // all of a team that has no row here has no line either
            Some(name) if query.managers.is_empty() => {
                only(&mut lines, Vec::new());
                lines.teams = vec![name.id.to_string()];
            }
            _ => only(&mut lines, team.managers.iter().map(|row| row.manager.id.to_string()).collect()),
        },
    }
    lines_link(&lines, &[])
}

fn only(query: &mut DashboardQuery, managers: Vec<String>) {
    (query.managers, query.teams) = (managers, Vec::new());
}

/// A target at a glance.
pub fn amount(amount: Option<Amount>) -> String {
    amount.map_or_else(|| NONE.to_owned(), |amount| Total::from(amount).short())
}

/// A target before and after.
pub fn change(change: &TargetChange) -> String {
    format!("{} → {}", amount(change.before), amount(change.after))
}

/// Where the targets shown can be downloaded: with what is set, and as a form to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloads {
    /// CSV.
    pub csv: String,
    /// XLSX.
    pub xlsx: String,
    /// XLSX with a row for every account manager and month.
    pub form: String,
}

/// The links of a board, with headers in `language`.
pub fn downloads(board: &TargetBoard, language: &str) -> Downloads {
    let parameters = |form: bool| {
        let mut parameters = vec![
            ("lang", language.to_owned()),
            ("from", board.range.from.to_string()),
            ("to", board.range.to.to_string()),
        ];
        if form {
            parameters.push(("form", board.currency.to_string()));
        }
        parameters
    };
    Downloads {
        csv: link("/targets/export.csv", &parameters(false)),
        xlsx: link("/targets/export.xlsx", &parameters(false)),
        form: link("/targets/export.xlsx", &parameters(true)),
    }
}

/// `asked` without its conditions.
pub fn reset(asked: &SheetAsked) -> String {
    SheetAsked { tab: asked.tab, query: SheetQuery::default() }.link()
}

#[cfg(test)]
mod tests {
    use domain::customers::ManagerName;
    use domain::ids::{MemberId, TeamId};
    use domain::imports::DataStatus;
    use domain::periods::MonthRange;
    use domain::targets::{ManagerLine, SheetLine};
    use domain::teams::TeamName;

    use super::*;

    fn basis(sees_all: bool) -> Basis {
        Basis {
            range: MonthRange { from: "2026-06".parse().unwrap(), to: "2026-11".parse().unwrap() },
            zone: "Asia/Shanghai".into(),
            today: "2026-11-22".parse().unwrap(),
            status: DataStatus { as_of: None, version: 0, months: Vec::new() },
            currencies: vec!["CNY".parse().unwrap()],
            currency: "CNY".parse().ok(),
            attribution: domain::assignments::Attribution::AsItWas,
            sees_all,
        }
    }

    #[test]
    fn what_has_no_target_has_a_dash_and_what_has_one_only_in_part_says_how_much() {
        let units = |units: i128| Total::from_units(units * 100_000_000);
        let without = figure_text(&Figure::of(units(5), None));
        assert_eq!((without.target.0.as_str(), without.completion.as_str(), without.class), ("—", "—", "muted"));
        let figure = Figure { due: units(1500), target: Some(units(1200)), measured: units(900) };
        let text = figure_text(&figure);
        assert_eq!(
            (text.due.0.as_str(), text.target.0.as_str(), text.completion.as_str()),
            ("1,500.00", "1,200.00", "75.0%")
        );
        assert_eq!((text.measured.as_deref(), text.class), (Some("900.00"), "completion"));
        let reached = figure_text(&Figure::of(units(0), Amount::from_units(-1).into()));
        assert!(!reached.has_lines);
    }

    #[test]
    fn every_row_leads_to_its_lines() {
        let manager = ManagerName { id: MemberId::new("m1"), name: "王芳".into(), login: "wang".into() };
        let managers = vec![ManagerLine { manager, line: SheetLine::default() }];
        let team = Some(TeamName { id: TeamId::new("t1"), name: "华东".into() });
        let team = TeamLines { team, managers: managers.clone(), subtotal: SheetLine::default() };
        let without = TeamLines { team: None, managers, subtotal: SheetLine::default() };
        let query = SheetQuery::default();
        let path = |query: &SheetQuery, whose, month: Option<&str>| {
            let link = lines_of(query, &basis(true), whose, month.map(|month| month.parse().unwrap()));
            link.strip_prefix("/sales/consumption/lines?").unwrap().to_owned()
        };
        let end = "currency=CNY&attribution=as_it_was";
        let range = "from=2026-06&to=2026-11";
        assert_eq!(path(&query, Whose::Everyone, None), format!("{range}&{end}"));
        assert_eq!(
            path(&query, Whose::Manager("m1"), Some("2026-07")),
            format!("from=2026-07&to=2026-07&managers=m1&{end}")
        );
        assert_eq!(path(&query, Whose::Unassigned, None), format!("{range}&managers=none&{end}"));
        assert_eq!(path(&query, Whose::Team(&team), None), format!("{range}&teams=t1&{end}"));
        assert_eq!(path(&query, Whose::Team(&without), None), format!("{range}&managers=m1&{end}"));
        // Of a team only some may be shown.
        let some = SheetQuery { managers: vec!["m1".into(), "none".into()], ..query };
        assert_eq!(path(&some, Whose::Team(&team), None), format!("{range}&managers=m1&{end}"));
        assert_eq!(path(&some, Whose::Everyone, None), format!("{range}&managers=m1&managers=none&{end}"));
        let own = lines_of(&SheetQuery::default(), &basis(false), Whose::Everyone, None);
        assert!(!own.contains("attribution"));
    }
}
