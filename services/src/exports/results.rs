//! The sheet account manager × month (客户经理业绩): due, target and completion, by team.

use domain::targets::{Figure, Sheet as Results, SheetLine};

use super::sheet::{Head, Section, Sheet, sum};
use super::words::{self, Words};
use crate::tables::Cell;

/// The page as a file: account managers with the subtotals of their teams, unassigned, and for who sees all the total.
pub(super) fn sheet(results: &Results, mut head: Head, words: Words) -> Sheet {
    head.more.push((words::COMPLETION, words.word(words::FORMULA).to_owned()));
    let table = Table { results, words };
    let title = words.word(words::RESULTS_TITLE).to_owned();
    Sheet { head, sections: vec![Section { title, columns: table.columns(), rows: table.rows() }] }
}

struct Table<'a> {
    results: &'a Results,
    words: Words,
}

impl Table<'_> {
    fn columns(&self) -> Vec<String> {
        let words = self.words;
        let mut columns = words.list(&[
            words::TEAM,
            words::MANAGER,
            words::LOGIN,
            words::TOTAL,
            words::SHARE,
            words::CHANGE,
            words::TARGET,
            words::MEASURED,
            words::COMPLETION,
        ]);
        for month in &self.results.months {
            let of_month = |word| format!("{month} {}", words.word(word));
            columns.extend([words::DUE, words::TARGET, words::COMPLETION].map(of_month));
        }
        columns
    }

    fn rows(&self) -> Vec<Vec<Cell>> {
        let Self { results, words } = self;
        let mut rows = Vec::new();
        for team in &results.teams {
            let name = match &team.team {
                Some(team) => team.name.as_str(),
                None if results.has_teams() => words.word(words::WITHOUT_TEAM),
                None => "",
            };
            for row in &team.managers {
                rows.push(self.row([name, &row.manager.name, &row.manager.login], &row.line));
            }
            if results.has_teams() {
                rows.push(self.row([name, words.word(words::SUBTOTAL), ""], &team.subtotal));
            }
        }
        rows.extend(results.unassigned.as_ref().map(|line| self.row(["", words.word(words::UNASSIGNED), ""], line)));
        // who sees the own customers only has one row, which is the total
        let whole = results.basis.sees_all.then(|| self.row(["", words.word(words::TOTAL), ""], &results.whole));
        rows.extend(whole);
        rows
    }

    fn row(&self, names: [&str; 3], line: &SheetLine) -> Vec<Cell> {
        let mut cells: Vec<Cell> = names.map(Cell::text).into();
        cells.extend([
            sum(line.sum.due),
            Cell::Text(line.sum.due.share_of(self.results.whole.sum.due)),
            line.change().map_or(Cell::Empty, sum),
            target(&line.sum),
            line.sum.target.map_or(Cell::Empty, |_| sum(line.sum.measured)),
            completion(&line.sum),
        ]);
        cells.extend(line.by_month.iter().flat_map(|figure| [sum(figure.due), target(figure), completion(figure)]));
        cells
    }
}

/// No target is not a target of zero.
fn target(figure: &Figure) -> Cell {
    figure.target.map_or(Cell::Empty, sum)
}

fn completion(figure: &Figure) -> Cell {
    figure.completion().map_or(Cell::Empty, Cell::Text)
}
