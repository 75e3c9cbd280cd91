//! The sections, groups and pages of the menu, and the links to them.

use domain::access::Permission;
use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::functions::session::SessionView;
use crate::tr;

/// An entry of the side navigation.
pub(super) struct Entry {
    pub(super) path: &'static str,
    icon: &'static str,
    label: String,
    permission: Permission,
}

/// A group of entries, e.g. 客户.
pub(super) struct Group {
    label: String,
    pub(super) entries: Vec<Entry>,
}

/// A section of the top navigation, e.g. 销售.
pub(super) struct Section {
    pub(super) prefix: &'static str,
    pub(super) label: String,
    pub(super) groups: Vec<Group>,
}

/// The pages that exist and that `session` may open, in the order of the menu of the reference.
pub(super) fn sections(session: &SessionView) -> Vec<Section> {
    let entry = |path, icon, label, permission| Entry { path, icon, label, permission };
    let all = vec![
        Section {
            prefix: "/sales",
            label: tr!(nav.sales),
            groups: vec![
                Group {
                    label: tr!(nav.customers_group),
                    entries: vec![
                        entry("/sales/customers", "building-2", tr!(nav.customers), Permission::ViewCustomers),
                        entry(
                            "/sales/assignments",
                            "arrow-left-right",
                            tr!(nav.assignments),
                            Permission::ViewAssignments,
                        ),
                    ],
                },
                Group {
                    label: tr!(nav.consumption_group),
                    entries: vec![
                        entry("/sales/consumption/summary", "table", tr!(nav.summary), Permission::ViewConsumption),
                        entry("/sales/consumption/lines", "receipt", tr!(nav.lines), Permission::ViewConsumption),
                        entry("/sales/consumption/exports", "download", tr!(nav.exports), Permission::ViewConsumption),
                        entry("/sales/consumption/imports", "file-up", tr!(nav.imports), Permission::ViewImports),
                        entry("/sales/consumption/months", "lock", tr!(nav.months), Permission::CloseMonths),
                    ],
                },
                Group {
                    label: tr!(nav.dashboards_group),
                    entries: vec![
                        entry(
                            "/sales/dashboards/consumption",
                            "layout-dashboard",
                            tr!(nav.dashboard),
                            Permission::ViewConsumption,
                        ),
                        entry(
                            "/sales/dashboards/customers",
                            "user-check",
                            tr!(nav.customer_dashboard),
                            Permission::ViewConsumption,
                        ),
                        entry(
                            "/sales/dashboards/targets",
                            "chart-column",
                            tr!(nav.targets),
                            Permission::ViewConsumption,
                        ),
                    ],
                },
            ],
        },
        Section {
            prefix: "/organization",
            label: tr!(nav.organization),
            groups: vec![Group {
                label: tr!(nav.organization_group),
                entries: vec![
                    entry("/organization/members", "users", tr!(nav.members), Permission::ManageMembers),
                    entry("/organization/teams", "user-cog", tr!(nav.teams), Permission::ViewTeams),
                ],
            }],
        },
    ];
    let mut allowed = Vec::new();
    for mut section in all {
        for group in &mut section.groups {
            group.entries.retain(|entry| session.may(entry.permission));
        }
        section.groups.retain(|group| !group.entries.is_empty());
        if !section.groups.is_empty() {
            allowed.push(section);
        }
    }
    allowed
}

/// The links of the section that the path is in; with `all`, those of every section.
#[component]
pub(super) fn Links(sections: StoredValue<Vec<Section>>, all: bool, path: Memo<String>) -> impl IntoView {
    move || {
        let path = path.get();
        sections.with_value(|sections| {
            let current = sections.iter().position(|section| path.starts_with(section.prefix)).unwrap_or(0);
            sections
                .iter()
                .enumerate()
                .filter(|(at, _)| all || *at == current)
                .flat_map(|(_, section)| &section.groups)
                .map(|group| {
                    view! {
                        <div class="sidenav__group">
                            <h2>{group.label.clone()}</h2>
                            <ul>
                                {group.entries.iter().map(|entry| view! {
                                    <li>
                                        <a href=entry.path title=entry.label.clone() aria-current=path.starts_with(entry.path).then_some("page")>
                                            <Icon name=entry.icon/>
                                            <span>{entry.label.clone()}</span>
                                        </a>
                                    </li>
                                }).collect_view()}
                            </ul>
                        </div>
                    }
                })
                .collect_view()
        })
    }
}

/// Makes the side navigation slim or wide, for this browser.
#[component]
pub(super) fn NavigationWidth() -> impl IntoView {
    let button = |value, icon, label: String| {
        let title = label.clone();
        view! {
            <button class=format!("sidenav__toggle sidenav__toggle--{value}") type="submit" name="value" value=value title=title>
                <Icon name=icon/>
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <form method="post" action="/preferences/navigation" class="sidenav__width">
            {button("slim", "panel-left-close", tr!(nav.collapse))}
            {button("wide", "panel-left-open", tr!(nav.expand))}
        </form>
    }
}
