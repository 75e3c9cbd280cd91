//! The import report: what became of each file of a delivery.

use std::collections::BTreeMap;

use domain::ids::DeliveryId;
use domain::imports::{CustomerCounts, ImportReport, VersionReport, VersionState};

use super::draft::{Draft, FileDraft};

/// What became of each version.
pub type States = BTreeMap<i64, VersionState>;

/// One report a file.
pub fn reports(draft: &Draft, states: &States, id: Option<&DeliveryId>) -> Vec<ImportReport> {
    draft.files.iter().map(|file| report(draft, file, states, id)).collect()
}

fn report(draft: &Draft, file: &FileDraft, states: &States, id: Option<&DeliveryId>) -> ImportReport {
    let own = file.versions();
    let mut report = ImportReport {
        file: file.name.clone(),
        format: file.format.clone(),
        rows: file.rows,
        currencies: BTreeMap::new(),
        unbalanced: 0,
        versions: Vec::new(),
        customers: CustomerCounts { known: file.known, created: file.created },
        rejects: file.rejects.clone(),
        unverified: file.unverified,
        skipped: file.skipped.clone(),
        notes: file.notes.clone(),
        delivery: id.cloned(),
    };
    for version in draft.versions.iter().filter(|version| own.contains(&version.no)) {
        let state = states.get(&version.no).copied().unwrap_or(VersionState::Staged);
        if state == VersionState::Unchanged {
            report.rows.unchanged += file.rows_in(version.no);
        } else {
            report.rows.imported += file.rows_in(version.no);
            report.unbalanced += file.unbalanced_in(version.no);
            file.add_sums(version.no, &mut report.currencies);
        }
        report.versions.push(VersionReport {
            supplier: version.supplier.clone(),
            account: version.account.clone(),
            month: version.month,
            version: version.no,
            state,
        });
    }
    report
}

/// For the audit trail: how many versions ended how.
pub fn summary(states: &States) -> String {
    let count = |state| states.values().filter(|s| **s == state).count();
    format!(
        "switched {}, unchanged {}, held {}",
        count(VersionState::Switched),
        count(VersionState::Unchanged),
        count(VersionState::Held)
    )
}
